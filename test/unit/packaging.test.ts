import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'

import {tempFolder} from './servers.ts'

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const unit = readFileSync(file('packaging/gnocchictl-produce.service'), 'utf8')

function analyze(...args: string[]): {said: string; code: number | null} {
  const {stdout, stderr, status} = spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: {...process.env, SYSTEMD_COLORS: '0'},
  })
  return {said: stdout + stderr, code: status}
}

const skip =
  spawnSync('systemd-analyze', ['--version']).error === undefined
    ? false
    : 'systemd-analyze is not installed here (package systemd)'

test('the unit is one that systemd takes, and shuts out what the program does not need', {skip}, (t) => {
  // The program stands elsewhere on this machine.
  const path = join(tempFolder(t), 'gnocchictl-produce.service')
  writeFileSync(path, unit.replaceAll('/usr/bin/gnocchictl', file('bin/run.js')))
  assert.deepEqual(analyze('verify', '--man=no', path), {said: '', code: 0})
  const {said, code} = analyze('security', '--offline=true', '--threshold=15', path)
  assert.equal(code, 0, said)
  assert.match(said, /Overall exposure level for gnocchictl-produce\.service: 1\.\d OK/)
})

test('the flags and variables of the unit are ones that there are', () => {
  const {commands} = JSON.parse(readFileSync(file('dist/manifest.json'), 'utf8')) as {
    commands: Record<string, {flags: Record<string, unknown>}>
  }
  const [, flags = ''] = /^ExecStart=\/usr\/bin\/gnocchictl produce (.*)$/m.exec(unit) ?? []
  const used = [...flags.matchAll(/--([\w-]+)/g)].map(([, name]) => name!)
  assert.ok(used.length >= 3)
  assert.deepEqual(
    used.filter((name) => !(name in commands['produce']!.flags)),
    [],
  )
})
