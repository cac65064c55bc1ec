import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {fullName, type Flags} from '../../src/abbreviated-flags.ts'
import type {Suite} from '../../lab/ports.ts'
import {suites} from '../suites.ts'
import {openLab} from './lab.ts'
import {officialClient} from './official.ts'
import {root} from './person.ts'

interface Manifest {
  commands: Record<
    string,
    {flags: Record<string, {type: string; char?: string; aliases?: string[]; charAliases?: string[]}>}
  >
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

/** Flags that every command has, and those that it has besides. */
function parted(id: string): {own: Flags; global: Flags} {
  const flags = Object.entries(commands[id]!.flags)
  const isGlobal = (name: string) => Object.values(commands).every((command) => name in command.flags)
  return {
    own: Object.fromEntries(flags.filter(([name]) => !isGlobal(name))),
    global: Object.fromEntries(flags.filter(([name]) => isGlobal(name))),
  }
}

for (const suite of suites) {
  test(`${suite}: every beginning of a flag, of three letters or more, means what it means to the official client`, async () => {
    const official = [...(await officialCommands(suite))].filter(([name]) => ours.has(name))
    const beginnings = official.flatMap(([name, words]) => {
      const {own, global} = parted(ours.get(name)!)
      const flags = words.filter((word) => word.startsWith('--') && word !== '--help')
      return [...new Set(flags.flatMap((flag) => Array.from(flag, (_, at) => flag.slice(0, at))))]
        .filter((beginning) => beginning.length >= 5 && !flags.includes(beginning))
        .map((beginning) => ({line: `${name} ${beginning}`, beginning, own, global, flags}))
        .filter(({beginning: of}) => flags.filter((flag) => flag.startsWith(of)).length === 1)
    })
    assert.ok(beginnings.length > 1000, `only ${beginnings.length} are told`)
    for (const {line, beginning, own, global, flags} of beginnings) {
      const named = (spelling: string) =>
        Object.entries(own).find(([name, {aliases = []}]) => [name, ...aliases].includes(spelling.slice(2)))?.[0]
      const meant = flags.find((flag) => flag.startsWith(beginning))!
      assert.equal(named(fullName(beginning, own, global)), named(meant), line)
    }
  })

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
}
