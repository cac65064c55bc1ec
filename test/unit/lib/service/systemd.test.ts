import assert from 'node:assert/strict'
import {chmodSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {openSystemd, reloading} from '../../../../src/lib/service/systemd.ts'
import {tempFolder} from '../../servers.ts'

/** A `systemd-notify` that writes down what it is told, and its environment. */
function notifier(t: TestContext, script = 'echo "$@" >> "$0.told"; env >> "$0.env"') {
  const folder = tempFolder(t)
  const file = join(folder, 'systemd-notify')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return {PATH: `${folder}:/usr/bin:/bin`, read: (what: string) => readFileSync(`${file}.${what}`, 'utf8')}
}

test('without NOTIFY_SOCKET there is no systemd', () => {
  assert.equal(
    openSystemd({}, () => undefined),
    undefined,
  )
})

test('what is told arrives in order, and the child gets no secret', async (t) => {
  const {PATH, read} = notifier(t)
  const systemd = openSystemd({NOTIFY_SOCKET: '/run/x', PATH, OS_PASSWORD: 's3cret'}, (line) => assert.fail(line))!
  void systemd.tell('READY=1', 'STATUS=all well')
  void systemd.tell('WATCHDOG=1')
  await systemd.tell('STOPPING=1')
  assert.equal(read('told'), 'READY=1 STATUS=all well\nWATCHDOG=1\nSTOPPING=1\n')
  assert.match(read('env'), /^NOTIFY_SOCKET=\/run\/x$/m)
  assert.doesNotMatch(read('env'), /s3cret/)
})

test('a systemd-notify that is missing or fails is said once, and breaks nothing', async (t) => {
  for (const [PATH, why] of [
    [tempFolder(t), 'spawn systemd-notify ENOENT'],
    [notifier(t, 'exit 3').PATH, 'systemd-notify ended with 3'],
  ] as const) {
    const said: string[] = []
    const systemd = openSystemd({NOTIFY_SOCKET: '/run/x', PATH}, (line) => said.push(line))!
    await systemd.tell('READY=1')
    await systemd.tell('STOPPING=1')
    assert.deepEqual(said, [`systemd cannot be told anything: ${why}`])
  }
})

test('the watchdog is that of this process', () => {
  const seconds = (env: NodeJS.ProcessEnv) =>
    openSystemd({NOTIFY_SOCKET: '/run/x', ...env}, () => undefined)?.watchdogSeconds
  assert.equal(seconds({WATCHDOG_USEC: '60000000'}), 60)
  assert.equal(seconds({WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.pid)}), 60)
  assert.equal(seconds({WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1'}), undefined)
  assert.equal(seconds({}), undefined)
})

test('RELOADING=1 bears the moment since the machine started, in microseconds', () => {
  const [what, when = ''] = reloading()
  assert.equal(what, 'RELOADING=1')
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1e6
  const moment = Number(/^MONOTONIC_USEC=(\d+)$/.exec(when)?.[1])
  assert.ok(moment > 0 && moment <= uptime + 1e6)
})
