import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import type {Suite} from '../../lab/ports.ts'
import {suites} from '../suites.ts'
import {openLab} from './lab.ts'
import {officialClient} from './official.ts'
import {root} from './person.ts'

interface Manifest {
  commands: Record<string, {flags: Record<string, {char?: string; aliases?: string[]; charAliases?: string[]}>}>
}

const {commands} = JSON.parse(readFileSync(join(root, 'dist', 'manifest.json'), 'utf8')) as Manifest

/** `archive_policy_rule_list` → `archive-policy-rule:list`: the manifest tells which `_` was a space. */
const ours = new Map(Object.keys(commands).map((id) => [id.replaceAll(/[:-]/g, '_'), id]))

/** What the official client tells a shell to complete: `cmds_metric_list='-h --help …'` */
async function officialCommands(suite: Suite): Promise<Map<string, string[]>> {
  const lab = await openLab(suite)
  const {stdout} = await officialClient(lab, lab.users.alice)(['complete'])
  const lines = [...stdout.matchAll(/^ {2}cmds_(\w+)='([^']*)'$/gm)].map(([, name, words]) => [name!, words!] as const)
  return new Map(lines.filter(([, words]) => words.startsWith('-')).map(([name, words]) => [name, words.split(' ')]))
}

for (const suite of suites)
  test(`${suite}: every command of the official client is there, with every flag it takes`, async () => {
    const official = await officialCommands(suite)
    assert.ok(official.size >= 40, `only ${official.size} commands are told`)
    const missing = [...official].flatMap(([name, words]) => {
      const id = ours.get(name)
      // `help` is the same as --help.
      if (id === undefined) return name === 'help' ? [] : [name]
      const known = Object.entries(commands[id]!.flags).flatMap(([flag, {char, aliases = [], charAliases = []}]) => [
        ...[flag, ...aliases].map((spelling) => `--${spelling}`),
        ...[...(char ? [char] : []), ...charAliases].map((letter) => `-${letter}`),
      ])
      return words
        .filter((word) => !['-h', '--help'].includes(word) && !known.includes(word))
        .map((word) => `${id.replaceAll(':', ' ')} ${word}`)
    })
    assert.deepEqual(missing, [])
  })
