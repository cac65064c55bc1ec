import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import {HostError, UsageError} from '../../../../src/lib/errors.ts'
import {
  HostSampler,
  type Connect,
  type HostConnection,
  type Outcome,
} from '../../../../src/lib/sampling/host-sampler.ts'
import {samplers, type Sampler} from '../../../../src/lib/sampling/samplers.ts'
import {hostOf} from '../../hosts.ts'

/** A file that holds a number. */
const number: Sampler = {metric: 'm', unit: '', file: '/proc/x', parse: Number}

interface FakeConnection extends HostConnection {
  end: () => void
  closes: number
}

function connectionTo(read: () => Promise<string>): FakeConnection {
  const {promise: closed, resolve: end} = Promise.withResolvers<undefined>()
  const connection: FakeConnection = {
    file: {method: 'sftp', read},
    closed: closed as Promise<unknown> as Promise<void>,
    closes: 0,
    close() {
      connection.closes++
      end(undefined)
    },
    end: () => end(undefined),
  }
  return connection
}

const refusal = () => new HostError('web: connection refused: no SSH server listens there')

/** A sampler whose connections are made as told, one after another; the last way for all that follow. */
function sampling(t: TestContext, ...ways: Connect[]): {sampler: HostSampler; attempts: () => number} {
  let attempts = 0
  const sampler = new HostSampler(hostOf(), number, (host) => ways[Math.min(attempts++, ways.length - 1)]!(host))
  t.after(() => sampler.close())
  return {sampler, attempts: () => attempts}
}

const answering = (text: string) => async () => connectionTo(async () => text)
const refusing = async () => Promise.reject(refusal())

const brief = (outcome: Outcome): unknown =>
  outcome.kind === 'failure' ? `${outcome.error.message}; ${outcome.retryInSeconds} s` : outcome

/** Lets what is settled be seen by who waits for it. */
const settle = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve()
}

test('a connection is made once and kept', async (t) => {
  const {sampler, attempts} = sampling(t, answering('7'))
  const outcomes = [await sampler.sample(1), await sampler.sample(1)]
  assert.deepEqual(outcomes, [
    {kind: 'sample', value: 7},
    {kind: 'sample', value: 7},
  ])
  assert.equal(attempts(), 1)
})

test('a sampler without a file asks no host', async () => {
  const sampler = new HostSampler(hostOf(), samplers.random, () => assert.fail('connected'))
  assert.equal((await sampler.sample(0)).kind, 'sample')
})

test('a connection closed between two rounds is made anew within the round', async (t) => {
  const first = connectionTo(async () => '1')
  const {sampler} = sampling(t, async () => first, answering('2'))
  assert.deepEqual(await sampler.sample(1), {kind: 'sample', value: 1})
  first.end()
  await settle()
  assert.deepEqual(await sampler.sample(1), {kind: 'sample', value: 2})
})

test('a host that does not connect in time costs its patience once, and is there when it has connected', async (t) => {
  const {promise, resolve} = Promise.withResolvers<HostConnection>()
  const {sampler, attempts} = sampling(t, () => promise)
  const begun = Date.now()
  assert.deepEqual(await sampler.sample(0.05), {kind: 'none'})
  assert.ok(Date.now() - begun < 1000)
  resolve(connectionTo(async () => '3'))
  assert.deepEqual(await sampler.sample(1), {kind: 'sample', value: 3})
  assert.equal(attempts(), 1)
})

test('a host that does not answer in time fails, is dropped, and what it says later is not heard', async (t) => {
  const {promise, reject} = Promise.withResolvers<string>()
  const silent = connectionTo(() => promise)
  const {sampler} = sampling(t, async () => silent)
  assert.equal(brief(await sampler.sample(0.02)), 'web: no answer within 0 s; 1 s')
  assert.equal(silent.closes, 1)
  reject(new HostError('too late'))
  assert.deepEqual(await sampler.sample(1), {kind: 'none'})
})

test('a host that is down is tried in the background with growing pauses, and delays no round', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']})
  const {sampler, attempts} = sampling(t, refusing)
  const seen: unknown[] = []
  for (const [tick, pause] of [1, 2, 4, 8, 16, 32, 60, 60].entries()) {
    seen.push(brief(await sampler.sample(1)))
    assert.equal(attempts(), tick + 1)
    t.mock.timers.tick(pause * 1000 - 1)
    await settle()
    assert.deepEqual(await sampler.sample(1), {kind: 'none'})
    assert.equal(attempts(), tick + 1)
    t.mock.timers.tick(1)
    await settle()
    assert.equal(attempts(), tick + 2)
  }
  const {message} = refusal()
  assert.deepEqual(
    seen,
    [1, 2, 4, 8, 16, 32, 60, 60].map((pause) => `${message}; ${pause} s`),
  )
})

test('a host that is back is sampled again, and its next failure is the first', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']})
  const back = connectionTo(async () => '5')
  const {sampler} = sampling(t, refusing, refusing, async () => back, refusing)
  await sampler.sample(1)
  t.mock.timers.tick(1000)
  await settle()
  assert.equal(brief(await sampler.sample(1)), `${refusal().message}; 2 s`)
  t.mock.timers.tick(2000)
  await settle()
  assert.deepEqual(await sampler.sample(1), {kind: 'sample', value: 5})
  back.end()
  await settle()
  assert.equal(brief(await sampler.sample(1)), `${refusal().message}; 1 s`)
})

test('a host that was back between two rounds, and is gone again, is tried again', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']})
  const short = connectionTo(async () => '5')
  const {sampler} = sampling(t, refusing, async () => short, answering('6'))
  await sampler.sample(1)
  t.mock.timers.tick(1000)
  await settle()
  short.end()
  await settle()
  assert.equal(brief(await sampler.sample(1)), 'web: the connection was closed; 2 s')
  t.mock.timers.tick(2000)
  await settle()
  assert.deepEqual(await sampler.sample(1), {kind: 'sample', value: 6})
})

for (const [name, error, message] of [
  ['of a host, with its label', new HostError('web: no'), 'web: no'],
  ['without a label', new HostError('cat ended with 1'), 'web: cat ended with 1'],
  [
    'of the hosts file',
    new UsageError('host web, password: the variable X is not set'),
    'host web, password: the variable X is not set',
  ],
  ['of another kind', new TypeError('boom'), 'web: boom'],
] as const)
  test(`an error ${name}, names the host once`, async (t) => {
    const {sampler} = sampling(t, async () => Promise.reject(error))
    assert.equal(brief(await sampler.sample(1)), `${message}; 1 s`)
  })

test('nonsense from a host is a failure of that host', async (t) => {
  const connection = connectionTo(async () => '')
  const sampler = new HostSampler(hostOf(), samplers.memory, async () => connection)
  t.after(() => sampler.close())
  assert.equal(brief(await sampler.sample(1)), 'web: /proc/meminfo has no MemTotal; 1 s')
  assert.equal(connection.closes, 1)
})

test('once closed, it closes what is open and what opens later, and tries no more', async (t) => {
  const open = connectionTo(async () => '1')
  const {sampler} = sampling(t, async () => open)
  await sampler.sample(1)
  sampler.close()
  assert.equal(open.closes, 1)

  const {promise, resolve} = Promise.withResolvers<HostConnection>()
  const late = sampling(t, () => promise)
  await late.sampler.sample(0.01)
  late.sampler.close()
  const opened = connectionTo(async () => '1')
  resolve(opened)
  await settle()
  assert.equal(opened.closes, 1)
})
