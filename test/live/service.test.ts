// A producer as a service: what it shows of itself while it runs, and after.
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {test, type TestContext} from 'node:test'

import {labOf, secondsPolicy} from './lab.ts'
import {Running, person, program} from './person.ts'
import {installed, lines, printed, produce, producer, status} from './producing.ts'

let policy: string
const lab = labOf(undefined, async () => {
  policy = await secondsPolicy(lab)
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  server.close()
  return port
}

/** An OpenMetrics text as numbers, its grammar checked. */
function figures(text: string): Record<string, number> {
  assert.ok(text.endsWith('\n# EOF\n'))
  const samples = lines(text).filter((line) => !line.startsWith('# '))
  return Object.fromEntries(
    samples.map((line) => {
      const [, name = '', value = ''] = /^(\w+(?:\{host="[^"]*"\})?) (-?[\d.]+)$/.exec(line) ?? assert.fail(line)
      return [name, Number(value)]
    }),
  )
}

test('/healthz and /metrics are served on loopback while it runs, and the figures are what it does', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const port = await freePort()
  const producing = alice.start([...produce, '--health-port', String(port)])
  await producing.says((running) => printed(running).length >= 9)
  const health = await fetch(`http://127.0.0.1:${port}/healthz`)
  assert.deepEqual([health.status, await health.text()], [200, 'ok\n'])
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`)
  assert.equal(metrics.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  const scraped = figures(await metrics.text())
  assert.ok(scraped['gnocchictl_rounds_total']! >= 3)
  assert.ok(scraped['gnocchictl_samples_total']! >= 9)
  assert.ok(scraped['gnocchictl_samples_sent_total']! >= 6)
  assert.ok(Date.now() / 1000 - scraped['gnocchictl_last_accepted_timestamp_seconds']! < 5)
  assert.deepEqual([scraped['gnocchictl_samples_dropped_total'], scraped['gnocchictl_samples_parked_total']], [0, 0])
  for (const {name} of hosts) assert.equal(scraped[`gnocchictl_host_up{host="${name}"}`], 1)
  const other = await alice.cli([...produce, '--once', '--spool', alice.path('other'), '--health-port', String(port)])
  assert.deepEqual(other, {
    stdout: '',
    stderr: `error: --health-port: port ${port} of 127.0.0.1 is taken\n  try: give it another one\n`,
    code: 2,
  })
  assert.equal((await producing.end('SIGTERM')).code, 0)
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
})

test('produce status knows a producer that never was, runs, was killed, and has ended', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const none = 'no producer runs for this hosts file\n'
  const never = await status(alice)
  assert.deepEqual([never.shown.state, never.stderr, never.code], ['never', none, 0])

  const producing = alice.start(produce)
  await producing.says((running) => printed(running).length >= 9)
  const running = await status(alice, '--check')
  assert.deepEqual([running.stderr, running.code, running.shown.state], ['', 0, 'running'])
  assert.equal(running.shown.pid, producing.child.pid)
  assert.ok(running.shown.rounds >= 1 && running.shown.sampled >= 3 && running.shown.last_accepted !== null)
  assert.deepEqual(
    running.shown.hosts.map(({host, state}) => [host, state]),
    hosts.map(({name}) => [name, 'up']),
  )
  const table = await alice.cli(['produce', 'status'])
  assert.match(table.stdout, /^\| state +\| running +\|$/m)
  assert.match(table.stdout, new RegExp(`^\\| ${hosts[0]!.name} +\\| up for .*\\|$`, 'm'))

  await producing.end('SIGKILL')
  const killed = await status(alice, '--check')
  assert.deepEqual([killed.shown.state, killed.code], ['killed', 4])
  assert.match(killed.stderr, /^no producer runs.*\nerror: nothing is sent: no producer runs for this hosts file\n/)

  const again = alice.start(produce)
  await again.says((run) => printed(run).length >= 3)
  assert.equal((await again.end('SIGTERM')).code, 0)
  const stopped = await status(alice)
  assert.deepEqual([stopped.shown.state, stopped.stderr, stopped.shown.backlog], ['stopped', none, 0])
  assert.equal(stopped.shown.sent >= stopped.shown.sampled, true)
})

test('produce status --check is 5 when a host is down, and 4 when samples do not go out', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  alice.hostsFile([hosts[0]!, {...hosts[1], port: 1}])
  const producing = alice.start(produce)
  await producing.says((running) => printed(running).length >= 2)
  const down = await status(alice, '--check')
  assert.deepEqual([down.code, down.stderr], [5, `error: ${hosts[1]!.name}: down\n`])
  assert.match(down.shown.hosts[1]!.last_error!, /connection refused/)
  assert.equal((await producing.end('SIGTERM')).code, 0)

  const nowhere = `http://127.0.0.1:${await freePort()}`
  const unsent = alice.start(produce, {env: {OS_ENDPOINT_OVERRIDE: nowhere}})
  await unsent.says((running) => printed(running).length >= 3 && running.stderr.includes('samples are kept in'))
  // The status is written once a round: what stderr has said stands there from the next one on.
  let failing = await status(alice, '--check')
  for (const deadline = Date.now() + 20_000; failing.code !== 4 && Date.now() < deadline;)
    failing = await status(alice, '--check')
  assert.equal(failing.code, 4)
  assert.match(failing.stderr, /^error: \d+ samples wait: .*connection refused\n$/)
  assert.equal((await unsent.end('SIGTERM')).code, 0)
})

test('--log-format json: each line on stderr is one object, and none holds a secret, at debug level too', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  alice.hostsFile([hosts[0]!, {...hosts[1], port: 1}, {...hosts[2], password: 'wr0ng-s3cret'}])
  const producing = alice.start([...produce, '--log-format', 'json', '--log-level', 'debug', '--no-token-cache'])
  await producing.says((running) => printed(running).length >= 3)
  const {stderr, code} = await producing.end('SIGTERM')
  assert.equal(code, 0)
  const entries = lines(stderr).map((line) => JSON.parse(line) as {time: string; level: string; message: string; host?: string}) // prettier-ignore
  for (const {time, level, message} of entries) {
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000)
    assert.match(level, /^(error|warn|info|debug)$/)
    assert.equal(typeof message, 'string')
  }
  const of = (level: string) => entries.filter((entry) => entry.level === level)
  assert.ok(of('debug').some(({message}) => message.startsWith('POST ')))
  assert.deepEqual(of('warn').map(({host}) => host).sort(), [hosts[1]!.name, hosts[2]!.name].sort()) // prettier-ignore
  assert.match(of('info').at(-1)!.message, /^\d+ rounds, \d+ sampled, \d+ sent$/)
  for (const secret of ['wr0ng-s3cret', hosts[0]!.password, lab.users.alice.password])
    assert.equal((stderr + producing.stdout).includes(secret), false)
  const wrong = await alice.cli([...produce, '--log-format=json', '--config', 'nowhere.json'])
  const {time, ...said} = JSON.parse(wrong.stderr) as {time: string}
  assert.deepEqual([said, wrong.code], [{level: 'error', message: '--config: there is no file nowhere.json'}, 2])
  assert.ok(time)
})

test('--log-level error says only what keeps samples from Gnocchi', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  alice.hostsFile([hosts[0]!, {...hosts[1], port: 1}])
  const producing = alice.start([...produce, '--log-level', 'error'])
  await producing.says((running) => printed(running).length >= 2)
  const {stderr, code} = await producing.end('SIGTERM')
  assert.deepEqual({stderr, code}, {stderr: '', code: 0})
})

const systemdNotify = installed('systemd-notify') ? false : 'systemd-notify is not installed here (package systemd)'

test('systemd hears READY, STATUS, WATCHDOG, RELOADING and STOPPING', {skip: systemdNotify}, async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const socket = alice.path('notify')
  const listener = new Running(['python3', '-u', '-c', listen, socket], {env: alice.env, cwd: alice.home})
  t.after(() => listener.child.kill())
  await listener.says(({stdout}) => stdout === 'listening\n')
  const producing = alice.start(produce, {env: {NOTIFY_SOCKET: socket, WATCHDOG_USEC: '2000000'}})
  // The first beat may come before the first round.
  const watched = `WATCHDOG=1 STATUS=${hosts.length} of ${hosts.length} hosts up, `
  await listener.says(({stdout}) => stdout.includes(watched))
  producing.child.kill('SIGHUP')
  await listener.says(({stdout}) => /RELOADING=1[^]*READY=1/.test(stdout))
  assert.equal((await producing.end('SIGTERM')).code, 0)
  await listener.says(({stdout}) => stdout.includes('STOPPING=1'))
  const heard = lines(listener.stdout)
  assert.match(heard[1]!, new RegExp(`^READY=1 STATUS=0 of ${hosts.length} hosts up, 0 samples sent$`))
  assert.ok(heard.some((line) => /^RELOADING=1 MONOTONIC_USEC=\d+$/.test(line)))
  assert.equal(heard.at(-1), 'STOPPING=1 STATUS=sending what is left')
})

/** What systemd does with its socket: each datagram on a line, and the descriptor of a barrier is closed. */
const listen = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('listening')
while True:
    said = s.recv(65536).decode()
    if said != 'BARRIER=1': print(' '.join(said.split('\\n')).strip())
`

/** Random numbers, and a Gnocchi that is not there. */
function unheard(t: TestContext, hosts: number) {
  const who = person(t, {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_USER: 'x', OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'})
  who.hostsFile(
    Array.from({length: hosts}, (_, index) => ({
      ip: `host-${index}`,
      metric: `a657d89e-a2d0-458b-b457-${String(index).padStart(12, '0')}`,
    })),
  )
  const args = ['produce', '--source', 'random', '--interval', '0.2', '-f', 'ndjson']
  const child = spawn(process.execPath, [program, ...args], {cwd: who.home, env: who.env, stdio: ['ignore', 'pipe', 'pipe']}) // prettier-ignore
  t.after(() => child.kill('SIGKILL'))
  return {who, child, exited: once(child, 'exit')}
}

test('a stderr that nobody has open any more is no reason to end', async (t) => {
  const {child, exited} = unheard(t, 1)
  child.stderr.destroy()
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  while (lines(stdout).length < 10) await once(child.stdout, 'data')
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
})

test('a reader of stdout that stops reading holds back neither the samples nor the end', async (t) => {
  // Its pipe is there, full, and never read.
  const {who, child, exited} = unheard(t, 3000)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  while (!stderr.includes('nobody reads stdout')) await once(child.stderr, 'data')
  const before = (await status(who)).shown.sampled
  while ((await status(who)).shown.sampled < before + 6000);
  child.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
  assert.match(stderr, /^\d+ rounds, \d+ sampled, 0 sent, \d+ kept for the next run$/m)
})
