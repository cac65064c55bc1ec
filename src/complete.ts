// dist/complete.cjs: answers a press of Tab without loading the commands, oclif or got. Nothing is ever said on stderr.
import {spawn} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'

import {answers} from './lib/completion/answer.ts'
import {complete, readLine} from './lib/completion/complete.ts'
import {indexFile, indexKey, namesOf} from './lib/completion/index-file.ts'
import {namesFrom} from './lib/completion/names.ts'
import type {CompletionTable} from './lib/completion/table.ts'
import {cloudOptions, type CloudOption} from './lib/keystone/options.ts'

/** `gnocchictl __complete SHELL …`, as its script calls it. */
export async function answer([shell, ...given]: string[], root: string): Promise<void> {
  try {
    const dialect = answers[shell as keyof typeof answers]
    const table = JSON.parse(readFileSync(join(root, 'dist', 'completion.json'), 'utf8')) as CompletionTable
    const words = dialect.words(given)
    const {given: flags} = readLine(table, words.slice(0, -1))
    const names = namesFrom(flags, process.env, (kind) => {
      const file = indexFile(indexKey(flags, process.env))
      return namesOf(file, kind, () => refresh(flags, file.key, root))
    })
    const candidates = await complete(table, words, names)
    process.stdout.write(
      dialect
        .lines(candidates, given)
        .map((line) => `${line}\n`)
        .join(''),
    )
  } catch {
    // Whoever presses Tab is typing a command: an error has no place there.
  }
}

/** `completion refresh KEY`, with the flags of the line that say which cloud; secrets go by their variable. */
function refresh(flags: ReadonlyMap<string, string>, key: string, root: string): void {
  const args: string[] = []
  const env = {...process.env}
  const named = flags.get('os-cloud')
  if (named !== undefined) args.push('--os-cloud', named)
  for (const [name, {secret, env: variables, boolean, metricFlag}] of Object.entries<CloudOption>(cloudOptions))
    for (const spelling of [name, ...(metricFlag ? [metricFlag] : [])]) {
      const value = flags.get(spelling)
      if (value === undefined) continue
      if (secret) env[variables[0]!] = value
      else args.push(`--${spelling}`, ...(boolean ? [] : [value]))
    }
  // One that hangs is of no use to who presses Tab.
  const limit = flags.has('timeout') || env['OS_TIMEOUT'] ? [] : ['--timeout', '10']
  const program = [join(root, 'bin', 'run.js'), 'completion', 'refresh', key, ...args, ...limit]
  spawn(process.execPath, program, {env, stdio: 'ignore', detached: true})
    .on('error', () => undefined)
    .unref()
}
