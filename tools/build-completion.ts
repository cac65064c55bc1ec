// dist/complete.cjs and dist/completion.json: all that a press of Tab loads.
import {readFileSync, writeFileSync} from 'node:fs'

import type {Command} from '@oclif/core'
import {build as bundle} from 'esbuild'

import {BaseCommand} from '../src/base-command.ts'
import {alsoCalled} from '../src/commands.ts'
import {columnsOf} from './completed-columns.ts'
import {completionTable} from '../src/lib/completion/table.ts'
import {loadedAtFirstUse} from './start-up.ts'

export async function buildCompletion(commands: Record<string, Command.Cached>): Promise<void> {
  await bundle({
    entryPoints: ['src/complete.ts'],
    outfile: 'dist/complete.cjs',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [loadedAtFirstUse],
    logLevel: 'warning',
  })
  const {oclif} = JSON.parse(readFileSync('package.json', 'utf8')) as {
    oclif: {topics: Record<string, {description: string}>}
  }
  const table = completionTable(commands, oclif.topics, Object.keys(BaseCommand.baseFlags), alsoCalled, columnsOf)
  writeFileSync('dist/completion.json', JSON.stringify(table))
}
