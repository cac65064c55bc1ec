import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {
  sendAll,
  Sender,
  type Delivery,
  type DeliveryEvent,
  type SendBatch,
} from '../../../../src/lib/delivery/sender.ts'
import {openSpool, type Spool} from '../../../../src/lib/delivery/spool.ts'
import {GnocchiError} from '../../../../src/lib/errors.ts'
import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {Newest} from '../../../../src/lib/gnocchi/newest.ts'
import type {Sample} from '../../../../src/lib/sampling/sample-hosts.ts'
import {medium} from '../../fake-gnocchi.ts'
import {tempFolder, until} from '../../servers.ts'

const now = new Date(Date.UTC(2026, 10, 20, 10, 30))
const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second))
const limits = {maxAgeSeconds: 1e9, maxBytes: 1e9}
const sample = (second: number, metric = 'm1'): Sample => ({
  at: at(second),
  host: `host of ${metric}`,
  metric,
  value: second,
})

const unwell = () => new GnocchiError('POST /v1/batch/metrics/measures answered 503', {status: 503})

function delivery(t: TestContext, send: (batch: Map<string, number[]>, call: number) => ReturnType<SendBatch>) {
  const reports: string[] = []
  const report = (line: string) => void reports.push(line)
  const spool: Spool = openSpool(join(tempFolder(t), 'x.sqlite'), limits, report)
  t.after(() => spool.close())
  let calls = 0
  const given: Delivery = {
    spool,
    send: async (batch) =>
      send(new Map([...batch].map(([id, points]) => [id, points.map(({value}) => value)])), calls++),
    newestOf: async () => ({archivePolicy: decodeArchivePolicy(medium), at: undefined}),
    now: () => now,
    report,
  }
  return {...given, reports, calls: () => calls}
}

test('all goes in one batch, in order, by metric, and leaves the spool only when Gnocchi has it', async (t) => {
  const sent: Map<string, number[]>[] = []
  const given = delivery(t, async (batch) => {
    sent.push(batch)
    assert.equal(given.spool.count().waiting, 3)
    return []
  })
  given.spool.add([sample(2), sample(1, 'm2'), sample(3)])
  assert.equal(await sendAll(given), 3)
  assert.deepEqual(sent, [
    new Map([
      ['m1', [2, 3]],
      ['m2', [1]],
    ]),
  ])
  assert.equal(given.spool.count().waiting, 0)
  assert.equal(await sendAll(given), 0)
  assert.equal(sent.length, 1)
})

test('a long queue goes in batches of 10,000, oldest first', async (t) => {
  const sizes: number[] = []
  const firsts: number[] = []
  const given = delivery(t, async (batch) => {
    sizes.push(batch.get('m1')!.length)
    firsts.push(batch.get('m1')![0]!)
    return []
  })
  given.spool.add(Array.from({length: 20_001}, (_, value) => ({...sample(0), value})))
  assert.equal(await sendAll(given), 20_001)
  assert.deepEqual(
    [sizes, firsts],
    [
      [10_000, 10_000, 1],
      [0, 10_000, 20_000],
    ],
  )
})

test('a refused metric is set aside and said; the others are sent', async (t) => {
  const given = delivery(t, async (batch) =>
    batch.has('dead') ? [{metric: 'dead', reason: 'Gnocchi knows no such metric'}] : [],
  )
  given.spool.add([sample(1), sample(2, 'dead'), sample(3, 'dead')])
  assert.equal(await sendAll(given), 1)
  assert.deepEqual([given.spool.count().waiting, given.spool.count().parked], [0, 2])
  assert.deepEqual(given.reports, [
    'host of dead: metric dead was refused: Gnocchi knows no such metric; 2 samples are set aside (gnocchictl spool show)',
  ])
})

test('where Gnocchi is unwell, everything is kept', async (t) => {
  const given = delivery(t, async () => Promise.reject(unwell()))
  given.spool.add([sample(1), sample(2)])
  await assert.rejects(sendAll(given), {message: unwell().message})
  assert.deepEqual(
    given.spool.oldest(10).map(({value}) => value),
    [1, 2],
  )
})

test('what would do harm in Gnocchi is set aside and said, the rest is sent', async (t) => {
  const sent: Map<string, number[]>[] = []
  const given = delivery(t, async (batch) => {
    sent.push(batch)
    return []
  })
  const ahead = {...sample(7), at: new Date(now.getTime() + 61_000)}
  given.spool.add([sample(1), ahead, {...ahead, value: 8}, {...sample(9), value: Number.POSITIVE_INFINITY}])
  assert.equal(await sendAll(given), 1)
  assert.deepEqual(sent, [new Map([['m1', [1]]])])
  assert.equal(given.spool.count().parked, 3)
  assert.deepEqual(given.reports, [
    'host of m1: 2 samples are set aside: its time is 61 s in the future: Gnocchi would drop all that comes until then',
    'host of m1: 1 sample is set aside: its value is Infinity, not a number that Gnocchi can aggregate',
  ])
})

test('a late sample is held against what Gnocchi has, whoever sent it, asked once while there is something to send', async (t) => {
  const asked: string[] = []
  const given = delivery(t, async (_, call) => (call === 0 ? Promise.reject(unwell()) : []))
  const newest: Record<string, Date | undefined> = {m1: at(0), m2: undefined}
  given.newestOf = async (metric, since) => {
    asked.push(`${metric} ${since.toISOString()}`)
    return metric === 'gone' ? undefined : {archivePolicy: decodeArchivePolicy(medium), at: newest[metric]}
  }
  // Half an hour old, that of m1 in an hour that Gnocchi has left behind.
  given.spool.add([sample(-1), sample(0), sample(-1, 'm2'), sample(-1, 'gone'), {...sample(0, 'm3'), at: now}])
  const known = {said: new Set<string>(), newest: new Map<string, Newest | undefined>(), batchSize: 10_000}
  await assert.rejects(sendAll(given, known), unwell())
  assert.equal(await sendAll(given, known), 4)
  assert.deepEqual(asked, [
    'm1 2026-11-20T09:59:59.000Z',
    'm2 2026-11-20T09:59:59.000Z',
    'gone 2026-11-20T09:59:59.000Z',
  ])
  assert.deepEqual(given.reports, [
    'host of m1: 1 sample is set aside: 1 second too late: the metric has a measure of 2026-11-20T10:00:00Z or later, and its archive policy takes none from before 2026-11-20T10:00:00Z then',
  ])
})

test('what Gnocchi would take and drop, being too late, is set aside', async (t) => {
  const given = delivery(t, async () => [])
  given.spool.add([sample(0)])
  assert.equal(await sendAll(given), 1)
  // The hour under way begins at 10:00: what is older is dropped.
  given.spool.add([sample(-1), sample(-1, 'm2')])
  assert.equal(await sendAll(given), 1)
  assert.deepEqual(given.reports, [
    'host of m1: 1 sample is set aside: 1 second too late: the metric has a measure of 2026-11-20T10:00:00Z, and its archive policy takes none from before 2026-11-20T10:00:00Z then',
  ])
  given.spool.add([sample(30)])
  await sendAll(given)
  given.spool.add([sample(20)])
  assert.equal(await sendAll(given), 1)
})

test('what is added while a batch is under way is sent after it', async (t) => {
  const sent: number[][] = []
  const given = delivery(t, async (batch, call) => {
    sent.push(batch.get('m1')!)
    if (call === 0) given.spool.add([sample(2)])
    return []
  })
  given.spool.add([sample(1)])
  assert.equal(await sendAll(given), 2)
  assert.deepEqual(sent, [[1], [2]])
})

test('the sender empties the spool each time it is woken, one batch at a time', async (t) => {
  let together = 0
  let most = 0
  const given = delivery(t, async () => {
    most = Math.max(most, ++together)
    await new Promise((resolve) => setTimeout(resolve, 5))
    together--
    return []
  })
  const sender = new Sender(given)
  for (let second = 0; second < 5; second++) {
    given.spool.add([sample(second)])
    sender.wake()
    sender.wake()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  await until(() => given.spool.count().waiting === 0)
  await sender.stop()
  assert.equal(sender.sent, 5)
  assert.equal(most, 1)
  assert.deepEqual(given.reports, [])
})

test('a failure is said once, tried again by itself, and its end is said', async (t) => {
  t.mock.method(Math, 'random', () => -1.99) // pauses of 4 ms for 1 s
  const given = delivery(t, async (_batch, call) => (call < 3 ? Promise.reject(unwell()) : []))
  const sender = new Sender(given)
  given.spool.add([sample(1)])
  sender.wake()
  await until(() => given.spool.count().waiting === 0)
  await sender.stop()
  assert.equal(sender.sent, 1)
  assert.equal(given.calls(), 4)
  assert.deepEqual(given.reports, [
    `${unwell().message}; samples are kept in ${given.spool.file} until they can be sent`,
    'Gnocchi takes measures again; all that was kept is sent',
  ])
})

test('a batch that does not get through is followed by smaller ones, and what gets through quickly by larger ones', async (t) => {
  t.mock.method(Math, 'random', () => -1.99) // pauses of 4 ms for 1 s
  const sizes: number[] = []
  const given = delivery(t, async (batch) => {
    const {length} = batch.get('m1')!
    sizes.push(length)
    return length > 1000 ? Promise.reject(unwell()) : []
  })
  const sender = new Sender(given)
  given.spool.add(Array.from({length: 12_000}, (_, value) => ({...sample(0), value})))
  sender.wake()
  await until(() => given.spool.count().waiting === 0)
  await sender.stop()
  assert.deepEqual(sizes.slice(0, 6), [10_000, 2500, 625, 1250, 312, 624])
  assert.equal(sender.sent, 12_000, 'also what was sent before a failure')
  assert.deepEqual(given.reports, [
    `${unwell().message}; samples are kept in ${given.spool.file} until they can be sent`,
    'Gnocchi takes measures again; all that was kept is sent',
  ])
})

test('what is no longer there after an outage is not said to be sent', async (t) => {
  t.mock.method(Math, 'random', () => -1.99) // pauses of 4 ms for 1 s
  let isWell = false
  const given = delivery(t, async () => (isWell ? [] : Promise.reject(unwell())))
  let emptied = 0
  const notice = ({kind}: DeliveryEvent) => {
    if (kind === 'all sent') emptied++
  }
  const sender = new Sender({...given, notice})
  given.spool.add([sample(1)])
  sender.wake()
  await until(() => given.reports.length === 1)
  given.spool.drop({parkedOnly: false})
  isWell = true
  await until(() => emptied === 1)
  given.spool.add([sample(2)])
  assert.equal(given.reports.length, 1)
  sender.wake()
  await until(() => emptied === 2)
  await sender.stop()
  assert.deepEqual(given.reports.slice(1), ['Gnocchi takes measures again; all that was kept is sent'])
})

test('stopping does not wait for the pause, and sends no more', async (t) => {
  const given = delivery(t, async () => Promise.reject(unwell()))
  const sender = new Sender(given)
  given.spool.add([sample(1)])
  sender.wake()
  await until(() => given.reports.length === 1)
  const begun = Date.now()
  await sender.stop()
  assert.equal(sender.sent, 0)
  assert.ok(Date.now() - begun < 500)
  sender.wake()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(given.calls(), 1)
  assert.equal(given.spool.count().waiting, 1)
})

test('whoever keeps count learns what was sent, set aside and failed, and when all is well again', async (t) => {
  const events: DeliveryEvent[] = []
  const failure = unwell()
  const given = delivery(t, async (batch, call) => {
    if (call === 1) throw failure
    return batch.has('gone') ? [{metric: 'gone', reason: 'unknown metric'}] : []
  })
  const counted = {...given, notice: (event: DeliveryEvent) => void events.push(event)}
  given.spool.add([sample(1), sample(2, 'gone'), sample(3), {...sample(4), value: Number.POSITIVE_INFINITY}])
  await sendAll(counted)
  assert.deepEqual(events, [
    {kind: 'set aside', samples: 1},
    {kind: 'sent', samples: 2},
    {kind: 'set aside', samples: 1},
    {kind: 'all sent'},
  ])
  given.spool.add([sample(5)])
  const sender = new Sender(counted)
  sender.wake()
  await until(() => given.calls() === 3)
  await sender.stop()
  assert.deepEqual(events.slice(4), [
    {kind: 'send failed', error: failure},
    {kind: 'sent', samples: 1},
    {kind: 'all sent'},
  ])
})
