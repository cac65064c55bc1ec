import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {test, type TestContext} from 'node:test'

import {service} from '../../lab/servers.ts'
import {alone, gnocchiBasic, gnocchiOf, labOf, openrc, secondsPolicy, stored, unique, type Http} from './lab.ts'
import {person, program, type Person} from './person.ts'

let policy: string
const lab = labOf(undefined, async () => {
  policy = await secondsPolicy(lab)
})
const gnocchi = gnocchiOf(lab, 'alice')

interface Printed {
  timestamp: string
  host: string
  metric: string
  value: number
}

const samplesIn = (stdout: string): Printed[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Printed)

/** Without the lines that every first meeting with a host costs. */
const said = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => line && !line.includes('accepted and kept'))

/** A request may be cut off, or meet nobody. */
const generally = (line: string): string =>
  line
    .replace(/in \S+ until/, 'in SPOOL until')
    .replace('the connection was closed before an answer came', 'connection refused')

/** Alice with two hosts whose metrics keep a point a second. */
async function producer(t: TestContext, env = openrc(lab, lab.users.alice)): Promise<Person> {
  const {port, hosts, accounts} = lab.ssh
  const alice = person(t, env)
  alice.hostsFile([
    {ip: hosts[0], port, name: unique('one'), user: 'root', password: accounts.root.password},
    {ip: hosts[1], port, name: unique('two'), user: 'keyed', privateKey: accounts.keyed.privateKey},
  ])
  const created = await alice.cli(['metrics', 'create', '--archive-policy', policy])
  assert.equal(created.code, 0, created.stderr)
  return alice
}

const produce = ['produce', '--interval', '1', '-f', 'ndjson']
const rounds = (count: number) => (running: {stdout: string}) => running.stdout.split('\n').length > count * 2

/** Each sample that was printed is in Gnocchi, once, with its value, and nothing else is. */
async function assertStored(api: Http, samples: Printed[]): Promise<void> {
  assert.ok(samples.length > 0)
  for (const metric of new Set(samples.map((sample) => sample.metric))) {
    const mine = samples.filter((sample) => sample.metric === metric)
    const moments = mine.map(({timestamp}) => Math.floor(Date.parse(timestamp) / 1000) * 1000)
    const held = (points: [string, number, number][]) => points.map(([at, , value]) => [Date.parse(at), value])
    assert.deepEqual(
      held(await stored(api, metric, 'mean', 1)),
      mine.map(({value}, index) => [moments[index], value]),
    )
    assert.deepEqual(
      held(await stored(api, metric, 'count', 1)),
      moments.map((at) => [at, 1]),
    )
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} ends produce as designed: what it printed is in Gnocchi, point by point, and it exits with 0`, async (t) => {
    const alice = await producer(t)
    const producing = alice.start(produce)
    await producing.says(rounds(3))
    const {stdout, stderr, code} = await producing.end(signal)
    const samples = samplesIn(stdout)
    const {length} = samples
    assert.deepEqual(
      {said: said(stderr), code},
      {said: [`${length / 2} rounds, ${length} sampled, ${length} sent`], code: 0},
    )
    await assertStored(gnocchi, samples)
  })

/** A machine that takes the connection and never says a word. */
async function silentHost(t: TestContext): Promise<{silent: Server; host: {ip: string; port: number; name: string}}> {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const {port} = silent.address() as AddressInfo
  return {silent, host: {ip: '127.0.0.1', port, name: unique('silent')}}
}

test('a host that has not answered when a counted run ends is named, and is exit code 5', async (t) => {
  const {host} = await silentHost(t)
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile([{...host, user: 'root', password: 'x'}])
  await alice.cli(['metrics', 'create'])
  const began = Date.now()
  assert.deepEqual(await alice.cli(['produce', '--count', '2', '--interval', '0.5']), {
    stdout: '',
    stderr: `${host.name}: no answer before the run ended
2 rounds, 0 sampled, 0 sent
error: no sample from ${host.name}
  try: what was wrong with each is said above
`,
    code: 5,
  })
  assert.ok(Date.now() - began < 5000)
})

for (const [signal, exit] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  // prettier-ignore
  test(`one ${signal} ends the round under way; a second one ends produce at once, with ${exit}`, async (t) => {
    const {silent, host} = await silentHost(t)
    const alice = person(t, openrc(lab, lab.users.alice))
    alice.hostsFile([{...host, user: 'root', password: 'x'}])
    await alice.cli(['metrics', 'create'])

    const run = async () => {
      const connected = once(silent, 'connection') as Promise<[Socket]>
      const producing = alice.start(['produce', '--interval', '3'])
      const early = producing.ended.then(({stderr}) => Promise.reject(new Error(`it ended too early: ${stderr}`)))
      early.catch(() => undefined) // when it ends in time, nobody waits for this
      const [connection] = await Promise.race([connected, early])
      connection.on('error', () => undefined)
      producing.child.kill(signal)
      return producing
    }
    const began = Date.now()
    const first = await (await run()).ended
    assert.deepEqual(first, {stdout: '', stderr: '1 round, 0 sampled, 0 sent\n', code: 0})
    assert.ok(Date.now() - began < 7000, 'a silent host holds it back for the round, and no longer')

    const producing = await run()
    // Sent until it is heard as a second one: two of a kind that wait for a busy process are one.
    const again = setInterval(() => producing.child.kill(signal), 50)
    const {code} = await producing.ended
    clearInterval(again)
    assert.equal(code, exit)
  })

test('while Gnocchi is down samples are kept, which is said once; back, it gets them all, each once', async (t) => {
  const url = lab.urls.gnocchiBasic
  await alone('gnocchi-basic', async () => {
    const env = {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_USER: 'alice', OS_ENDPOINT_OVERRIDE: url}
    const alice = await producer(t, env)
    const producing = alice.start(produce)
    await producing.says(rounds(2))
    await service(lab, 'stop', 'gnocchi-basic')
    try {
      await producing.says(({stderr}) => stderr.includes('until they can be sent'))
      const seen = samplesIn(producing.stdout).length / 2
      await producing.says(rounds(seen + 3))
    } finally {
      await service(lab, 'start', 'gnocchi-basic')
    }
    await producing.says(({stderr}) => stderr.includes('Gnocchi takes measures again'), 60)
    const {stdout, stderr, code} = await producing.end('SIGTERM')
    const samples = samplesIn(stdout)
    const {length} = samples
    // A request that is under way when the server stops is cut off: another reason, which is said once too.
    assert.deepEqual([...new Set(said(stderr))], said(stderr))
    assert.deepEqual(
      {said: [...new Set(said(stderr).map(generally))], code},
      {
        said: [
          `POST /v1/batch/metrics/measures at ${url}: connection refused; samples are kept in SPOOL until they can be sent`,
          'Gnocchi takes measures again; all that was kept is sent',
          `${length / 2} rounds, ${length} sampled, ${length} sent`,
        ],
        code: 0,
      },
    )
    await assertStored(gnocchiBasic(lab, 'alice'), samples)
  })
})

test('a metric that is deleted while produce runs is set aside, and the others go on', async (t) => {
  const alice = await producer(t)
  const [[dead, deadId], [live, liveId]] = Object.entries(alice.metrics()) as [[string, string], [string, string]]
  const producing = alice.start(produce)
  await producing.says(rounds(2))
  assert.equal((await gnocchi('DELETE', `v1/metric/${deadId}`)).status, 204)
  await producing.says(({stderr}) => stderr.includes('was refused'))
  const seen = samplesIn(producing.stdout).length / 2
  await producing.says(rounds(seen + 2))
  const {stdout, stderr, code} = await producing.end('SIGTERM')
  const samples = samplesIn(stdout)
  assert.equal(code, 0)
  const lines = said(stderr)
  assert.match(
    lines[0]!,
    new RegExp(`^${dead}: metric ${deadId} was refused: Gnocchi knows no such metric; \\d+ .*set aside`),
  )
  assert.match(
    lines.at(-1)!,
    new RegExp(`^${samples.length / 2} rounds, ${samples.length} sampled, \\d+ sent, \\d+ set aside$`),
  )
  await assertStored(
    gnocchi,
    samples.filter(({host}) => host === live),
  )
  assert.ok(liveId)
})

test('after SIGKILL nothing that was printed is lost: the next run sends what was kept', async (t) => {
  const alice = await producer(t)
  const producing = alice.start([...produce, '--os-endpoint-override', 'http://127.0.0.1:9'])
  await producing.says(rounds(3))
  const killed = await producing.end('SIGKILL')
  assert.equal(killed.code, null)
  const kept = samplesIn(killed.stdout)

  // Aligned to the clock: no second has two rounds.
  const next = await alice.cli([...produce, '--count', '1'])
  const samples = [...kept, ...samplesIn(next.stdout)]
  const lines = said(next.stderr)
  // The kill may come after a round was put on disk and before it was printed.
  const spooled = Number(/^sending (\d+) samples kept from an earlier run/.exec(lines[0]!)?.[1])
  assert.ok(spooled === kept.length || spooled === kept.length + 2, next.stderr)
  assert.deepEqual({last: lines.at(-1), code: next.code}, {last: `1 round, 2 sampled, ${spooled + 2} sent`, code: 0})
  if (spooled === kept.length) await assertStored(gnocchi, samples)
})

test('a second producer on the same hosts file is refused, and told which process holds the spool', async (t) => {
  const alice = await producer(t)
  const producing = alice.start(produce)
  await producing.says(rounds(1))
  const second = await alice.cli([...produce, '--once'])
  assert.deepEqual({stdout: second.stdout, code: second.code}, {stdout: '', code: 2})
  assert.match(
    second.stderr,
    new RegExp(`^error: .*process ${producing.child.pid!}\\b.* holds \\S+\\.sqlite\n {2}try: .*--spool.*\n$`),
  )
  const elsewhere = await alice.cli([...produce, '--once', '--spool', alice.path('other')])
  assert.equal(elsewhere.code, 0, elsewhere.stderr)
  assert.equal((await producing.end('SIGTERM')).code, 0)
})

test('produce | head -n 1 ends well: what was sampled is sent', async (t) => {
  const alice = await producer(t)
  const piped = spawn('sh', ['-c', `"$0" "$1" produce --interval 1 -f ndjson | head -n 1`, process.execPath, program], {
    cwd: alice.home,
    env: alice.env,
  })
  let stderr = ''
  let stdout = ''
  piped.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
  piped.stderr.on('data', (data: Buffer) => (stderr += data.toString()))
  await once(piped, 'close')
  assert.equal(samplesIn(stdout).length, 1)
  const [, count, sent] = /^\d+ rounds?, (\d+) sampled, (\d+) sent$/.exec(said(stderr).join('\n')) ?? []
  assert.ok(count !== undefined && count === sent, stderr)
})
