import assert from 'node:assert/strict'
import {readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {person, root} from './person.ts'

interface Manifest {
  commands: Record<string, {summary: string; examples: string[]}>
}

const {commands} = JSON.parse(readFileSync(join(root, 'dist', 'manifest.json'), 'utf8')) as Manifest

for (const [id, {summary}] of Object.entries(commands))
  test(`gnocchictl ${id.replaceAll(':', ' ')} --help says what it is, shows examples and its flags`, async (t) => {
    const {stdout, stderr, code} = await person(t).cli([...id.split(':'), '--help'])
    assert.deepEqual({stderr, code}, {stderr: '', code: 0})
    assert.ok(stdout.startsWith(summary.slice(0, 40)), stdout)
    assert.match(stdout, new RegExp(`\nUSAGE\n {2}\\$ gnocchictl ${id.replaceAll(':', ' ')}`))
    // The sixty flags that every command has are listed below, not there.
    assert.match(stdout, /\nUSAGE\n {2}[^\n]+(\n +[^\n]+)?\n\n/)
    assert.match(stdout, new RegExp(`\nEXAMPLES\n {2}\\$ gnocchictl ${id.replaceAll(':', ' ')}`))
    // Long lines are folded, also where a word is cut by a hyphen.
    assert.ok(stdout.split('\n').every((line) => line.length <= 120))
  })

const slips: [string[], string][] = [
  [['cosume'], 'error: there is no command "cosume"; did you mean "consume"?\n  try: gnocchictl --help shows the commands\n'],
  [['produce', '--intervall', '3'], 'error: there is no flag --intervall; did you mean --interval?\n  try: the same with --help\n'],
  [['produce', '--os-pasword=hunter2'], 'error: there is no flag --os-pasword; did you mean --os-password?\n  try: the same with --help\n'],
  [['produce', '--interval', 'soon'], 'error: --interval: "soon" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds\n'],
  [['consume', '--start', 'yesterday'], 'error: --start: "yesterday" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago\n'],
  [['metrics', 'list'], 'error: there is no hosts file: looked for config.json and HOME/.config/gnocchictl/config.json\n  try: write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config\n'],
] // prettier-ignore

for (const [args, said] of slips)
  test(`gnocchictl ${args.join(' ')} is refused in a line or two, with 2`, async (t) => {
    const who = person(t)
    const {stdout, stderr, code} = await who.cli(args)
    assert.deepEqual({stdout, stderr: stderr.replace(who.home, 'HOME'), code}, {stdout: '', stderr: said, code: 2})
  })

test('a hosts file without metrics is not produced from: metrics create is named', async (t) => {
  const who = person(t)
  who.hostsFile([{ip: '10.0.0.1'}, {ip: '10.0.0.2'}])
  for (const command of ['produce', 'consume'])
    assert.deepEqual(await who.cli([command, '--once']), {
      stdout: '',
      stderr: 'error: no host has a metric\n  try: make them: gnocchictl metrics create\n',
      code: 2,
    })
})

test('what follows a flag names no file of the cache: it may be a password', async (t) => {
  const who = person(t)
  await who.cli(['--os-password', 'hunter', 'archive-policy', 'list'])
  await who.cli(['archive-policy', 'list', '--os-password', 'hunter'])
  const names = readdirSync(who.path('.cache/gnocchictl/compiled'))
  assert.equal(names.length, 2)
  assert.deepEqual(
    names.filter((name) => name.includes('hunter')),
    [],
  )
})
