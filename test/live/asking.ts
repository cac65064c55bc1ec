// The shortest way through log-in, catalogue and Gnocchi, and all that was printed on it.
import assert from 'node:assert/strict'

import type {Ended, Person} from './person.ts'
import {mustStaySecret as keep} from './secrets.ts'

const printed: string[] = []
const secrets: string[] = []

/** Passwords and tokens that no run may print. */
export function mustStaySecret(...values: string[]): void {
  secrets.push(...values)
  keep(...values)
}

export function recorded(ended: Ended): Ended {
  printed.push(ended.stdout, ended.stderr)
  return ended
}

/** Asks for the policy `low`. */
export const low = (who: Person, ...flags: string[]): Promise<Ended> => lowWith(who, {}, ...flags)

export const lowWith = async (who: Person, env: Record<string, string>, ...flags: string[]): Promise<Ended> =>
  recorded(await who.cli(['archive-policy', 'show', 'low', '-c', 'name', '-f', 'value', ...flags], {env}))

export const fine: Ended = {stdout: 'low\n', stderr: '', code: 0}

export const refusedWith = (code: number, ...lines: string[]): Ended => ({
  stdout: '',
  stderr: `${lines.join('\n')}\n`,
  code,
})

export function assertNoSecretWasPrinted(): void {
  const all = printed.join('\n')
  assert.ok(all.length > 100 && secrets.length > 1)
  for (const secret of secrets) assert.equal(all.includes(secret), false, 'a secret was printed')
}
