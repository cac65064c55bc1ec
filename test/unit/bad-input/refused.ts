import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {text} from 'node:stream/consumers'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

import type {CommandLine, Ended} from './run-all.ts'

/** A command line, what else there is, and what is said of the one mistake in it. Words with a space stand in '…'. */
export type Row = readonly [line: string, more: Omit<CommandLine, 'args'>, message: string]

/** Gnocchi at a port that nobody listens on: no wrong command line gets as far. */
export const basic = {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'}

const words = (line: string): string[] =>
  [...line.matchAll(/(?<=^| )'([^']*)'(?= |$)|[^ ]+/g)].map(([word, quoted]) => quoted ?? word)

/** All of them in one other process. */
export async function runAll(table: readonly Row[]): Promise<Ended[]> {
  const script = fileURLToPath(new URL('run-all.ts', import.meta.url))
  const child = spawn(process.execPath, [script], {stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.end(JSON.stringify(table.map(([line, more]) => ({args: words(line), ...more}))))
  return JSON.parse(await text(child.stdout)) as Ended[]
}

/** A test for each row: its message alone, on stderr, and exit code 2. */
export async function testRefusals(table: readonly Row[]): Promise<void> {
  const all = await runAll(table)
  for (const [index, [line, {env, files}, message]] of table.entries())
    test(`gnocchictl ${line}${env ? ` (${Object.keys(env).join(', ')})` : ''}${files ? ` #${index}` : ''} is refused in words`, () => {
      const {stdout, stderr, code} = all[index]!
      assert.equal(stderr, message)
      assert.deepEqual({stdout, code}, {stdout: '', code: 2})
    })
}
