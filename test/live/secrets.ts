// What no run of the program may print, and the look at every run: it is part of starting one, no test can forget it.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

import {suites} from '../../lab/ports.ts'
import {stateDir} from '../../lab/state.ts'

const kept = new Set<string>()

/** Passwords, tokens and passphrases that a test makes itself; those of the lab are known. */
export const mustStaySecret = (...values: string[]): void => values.forEach((value) => kept.add(value))

const read = (file: string): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined)

/** The texts under these names, at any depth. */
function textsNamed(names: RegExp, tree: unknown): string[] {
  if (typeof tree !== 'object' || tree === null) return []
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === 'string' && names.test(name) ? [value] : textsNamed(names, value),
  )
}

const ofLabs = (): string[] =>
  [...new Set(suites.map(stateDir))].flatMap((folder) =>
    textsNamed(/^(password|passphrase)$/, read(join(folder, 'lab.json'))),
  )

/** Of who runs it: secrets in variables, and the tokens that it keeps. */
const ofPerson = (env: Record<string, string>): string[] => [
  ...textsNamed(/PASSWORD|PASSPHRASE|SECRET$|TOKEN/, env),
  ...textsNamed(
    /^token$/,
    attempt(() => read(join(env['XDG_CACHE_HOME'] ?? '', 'gnocchictl', 'tokens.json'))),
  ),
]

/** @throws when one of all these stands in what was printed; the message does not repeat it */
export function assertNoSecretIn(printed: string, env: Record<string, string>, command: readonly string[]): void {
  // What is shorter is a test's stand-in such as "x", and stands in any text.
  const found = [...kept, ...ofLabs(), ...ofPerson(env)].filter(
    (secret) => secret.length >= 8 && printed.includes(secret),
  )
  if (found.length > 0)
    throw new Error(`a secret was printed by: ${command.map((word) => (found.includes(word) ? '…' : word)).join(' ')}`)
}

/** The program may be writing the file. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action()
  } catch {
    return undefined
  }
}
