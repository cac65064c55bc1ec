import assert from 'node:assert/strict'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {openSpool, type Spool} from '../../../src/lib/delivery/spool.ts'
import {HostError} from '../../../src/lib/errors.ts'
import {decodeArchivePolicy} from '../../../src/lib/gnocchi/archive-policies.ts'
import {produce, type Produce, type ProduceEvent} from '../../../src/lib/produce.ts'
import type {Round, Sample} from '../../../src/lib/sampling/sample-hosts.ts'
import {fakeGnocchi, medium} from '../fake-gnocchi.ts'
import {hostOf} from '../hosts.ts'
import {tempFolder} from '../servers.ts'

const [web, db] = ['a657d89e-a2d0-458b-b457-d600a7e95ca6', 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4'] as const
const ticks = ['2026-11-20T10:00:00.000Z', '2026-11-20T10:00:10.000Z'].map((text) => new Date(text))

const sampleOf = (host: string, metric: string, at: Date): Sample => ({at, host, metric, value: at.getSeconds() + 0.5})
const failing = (label: string, words: string, retryInSeconds = 1) => ({
  host: hostOf({label}),
  error: new HostError(`${label}: ${words}`, ['look at it']),
  retryInSeconds,
})

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

function newSpool(t: TestContext): Spool {
  const limits = {maxAgeSeconds: 1e9, maxBytes: 1e9}
  const spool = openSpool(join(tempFolder(t), 'x.sqlite'), limits, (line) => assert.fail(line))
  t.after(() => spool.close())
  return spool
}

/** Two rounds against a real spool and a Gnocchi that knows `metrics`. */
async function run(t: TestContext, rounds: Round[], metrics: string[], change: Partial<Produce> = {}) {
  const gnocchi = await fakeGnocchi(t, Object.fromEntries(metrics.map((id) => [id, {}])))
  const spool = newSpool(t)
  const reports: string[] = []
  const shown: Sample[] = []
  let round = 0
  const summary = await produce({
    ticks: each(ticks),
    sampleAll: async () => rounds[round++]!,
    spool,
    send: gnocchi.client.measures.send,
    newestOf: async () => ({archivePolicy: decodeArchivePolicy(medium), at: undefined}),
    now: () => new Date('2026-11-20T10:30:00Z'),
    onSample: (sample) => shown.push(sample),
    report: (line) => reports.push(line),
    ...change,
  })
  return {gnocchi, spool, summary, reports, shown}
}

const wellOf = (at: Date): Round => ({samples: [sampleOf('web', web, at), sampleOf('db', db, at)], failures: []})

test('two rounds of two hosts: shown, stored, and nothing is left', async (t) => {
  const {gnocchi, summary, reports, shown} = await run(t, ticks.map(wellOf), [web, db])
  assert.deepEqual(summary, {
    rounds: 2,
    sampled: 4,
    sent: 4,
    kept: 0,
    parked: 0,
    lost: 0,
    silentHosts: new Map(),
    sendError: undefined,
  })
  const stored = (id: string) => gnocchi.stored.flatMap((batch) => batch[id] ?? [])
  const expected = [
    {timestamp: Date.parse('2026-11-20T10:00:00Z') / 1000, value: 0.5},
    {timestamp: Date.parse('2026-11-20T10:00:10Z') / 1000, value: 10.5},
  ]
  assert.deepEqual([stored(web), stored(db)], [expected, expected])
  assert.deepEqual(
    shown,
    ticks.flatMap((at) => wellOf(at).samples),
  )
  assert.deepEqual(reports, [])
})

test('a sample is on disk before it is shown', async (t) => {
  const spool = newSpool(t)
  const kept: number[] = []
  await run(t, ticks.map(wellOf), [], {
    spool,
    send: async () => Promise.reject(new Error('unwell')),
    onSample: () => kept.push(spool.count().waiting),
  })
  assert.deepEqual(kept, [2, 2, 4, 4])
})

test('what a full disk does not take is held, untold, and kept with the next round', async (t) => {
  const spool = newSpool(t)
  const add = spool.add.bind(spool)
  let full = true
  const shown: Sample[] = []
  const {summary, reports, gnocchi} = await run(t, ticks.map(wellOf), [web, db], {
    spool: Object.assign(spool, {
      add(samples: readonly Sample[]) {
        if (!full) return add(samples)
        full = false
        assert.deepEqual(shown, [])
        throw new Error('database or disk is full')
      },
    }),
    onSample: (sample) => shown.push(sample),
  })
  assert.deepEqual(reports, [
    'the spool cannot be written: database or disk is full; samples are held in memory until it can',
    'the spool can be written again',
  ])
  assert.deepEqual([summary.sampled, summary.sent, summary.lost, shown.length], [4, 4, 0, 4])
  assert.equal(gnocchi.stored.flatMap((batch) => batch[web] ?? []).length, 2)
})

test('what a full disk never takes is sent at the end, or is lost and counted', async (t) => {
  const never = () => {
    throw new Error('database or disk is full')
  }
  const sent = await run(t, ticks.map(wellOf), [web, db], {spool: Object.assign(newSpool(t), {add: never})})
  assert.deepEqual([sent.summary.sent, sent.summary.lost, sent.shown.length], [4, 0, 4])
  const lost = await run(t, ticks.map(wellOf), [web, db], {
    spool: Object.assign(newSpool(t), {add: never}),
    send: async () => Promise.reject(new Error('unwell')),
  })
  assert.deepEqual([lost.summary.sent, lost.summary.lost, lost.shown.length], [0, 4, 0])
  assert.equal(lost.summary.sendError?.message, 'unwell')
})

test('of what a full disk never takes, memory holds the newest of a day, and it is said that others are lost', async (t) => {
  const many = (at: Date): Round => ({
    samples: Array.from({length: 50_000}, () => sampleOf('web', web, at)),
    failures: [],
  })
  let given = 0
  const {summary, reports} = await run(t, ticks.map(many), [web], {
    spool: Object.assign(newSpool(t), {
      add() {
        throw new Error('database or disk is full')
      },
    }),
    send: async (batch) => {
      for (const measures of batch.values()) given += measures.length
      return []
    },
  })
  assert.deepEqual([given, summary.lost], [86_400, 13_600])
  assert.deepEqual(reports, [
    'the spool cannot be written: database or disk is full; samples are held in memory until it can',
    'memory holds no more than 86400 samples that the spool cannot take: the oldest are lost',
  ])
})

test('a spool at its limit says so again only when twice as many samples are gone', async (t) => {
  const spool = newSpool(t)
  const add = spool.add.bind(spool)
  const rounds = Array.from({length: 9}, (_, n) => new Date(ticks[0]!.getTime() + n * 1000))
  const {reports} = await run(t, rounds.map(wellOf), [web, db], {
    ticks: each(rounds),
    spool: Object.assign(spool, {
      add: (samples: readonly Sample[]) => ({dropped: add(samples).dropped + 7}),
    }),
  })
  assert.deepEqual(
    reports,
    [7, 14, 28, 56].map((count) => `the spool is at its limit: the ${count} oldest samples were dropped`),
  )
})

test('a host that falls silent, changes its reason and comes back is three lines', async (t) => {
  const third = new Date('2026-11-20T10:00:20Z')
  const fourth = new Date('2026-11-20T10:00:30Z')
  const {summary, reports} = await run(
    t,
    [
      {samples: [], failures: [failing('db', 'no route to the host')]},
      {samples: [], failures: [failing('db', 'no route to the host', 2)]},
      {samples: [], failures: [failing('db', 'connection refused', 4)]},
      {samples: [sampleOf('db', db, fourth)], failures: []},
    ],
    [web, db],
    {ticks: each([...ticks, third, fourth])},
  )
  assert.deepEqual(reports, [
    'db: no route to the host; trying again in 1 s (look at it)',
    'db: connection refused; trying again in 4 s (look at it)',
    'db: back after 30 seconds',
  ])
  assert.deepEqual([summary.rounds, summary.sampled, summary.silentHosts.size], [4, 1, 0])
})

test('a host that gave no sample at all is told at the end, with its last error', async (t) => {
  const round = (at: Date): Round => ({samples: [sampleOf('web', web, at)], failures: [failing('db', 'no')]})
  const {summary} = await run(t, ticks.map(round), [web, db])
  assert.deepEqual(
    [...summary.silentHosts].map(([host, {message}]) => [host, message]),
    [['db', 'db: no']],
  )
  assert.equal(summary.sent, 2)
})

test('where Gnocchi is unwell, all samples are kept and the reason is told', async (t) => {
  const unwell = new Error('unwell')
  const {summary, spool} = await run(t, ticks.map(wellOf), [], {send: async () => Promise.reject(unwell)})
  assert.equal(summary.sendError, unwell)
  assert.deepEqual([summary.sampled, summary.sent, summary.kept], [4, 0, 4])
  assert.equal(spool.count().waiting, 4)
})

test('a deleted metric sets its own samples aside and no others', async (t) => {
  const {summary} = await run(t, ticks.map(wellOf), [web])
  assert.deepEqual([summary.sent, summary.kept, summary.parked, summary.sendError], [2, 0, 2, undefined])
})

test('samples of an earlier run are sent, also those set aside then, and that is said', async (t) => {
  const spool = newSpool(t)
  spool.add([sampleOf('web', web, new Date('2026-11-20T09:00:05Z'))])
  spool.parkMetric(web, 'Gnocchi knew no such metric')
  const {summary, reports, gnocchi} = await run(t, [], [web], {spool, ticks: each<Date>([])})
  assert.deepEqual([summary.rounds, summary.sent, summary.kept, summary.parked], [0, 1, 0, 0])
  assert.deepEqual(reports, ['sending 1 sample kept from an earlier run, the oldest of 2026-11-20T09:00:05Z'])
  assert.deepEqual(gnocchi.stored, [{[web]: [{timestamp: Date.parse('2026-11-20T09:00:05Z') / 1000, value: 5.5}]}])
})

test('whoever keeps count learns of each round, of what is dropped and of the end', async (t) => {
  const events: ProduceEvent[] = []
  const rounds = ticks.map(wellOf)
  const spool = newSpool(t)
  const add = spool.add.bind(spool)
  await run(t, rounds, [web, db], {
    spool: Object.assign(spool, {
      add: (samples: readonly Sample[]) => ({dropped: add(samples).dropped + 7}),
    }),
    notice: (event) => events.push(event),
  })
  const of = (kind: ProduceEvent['kind']) => events.filter((event) => event.kind === kind)
  assert.deepEqual(of('round'), ticks.map((at, index) => ({kind: 'round', at, round: rounds[index]}))) // prettier-ignore
  assert.deepEqual(of('dropped'), [{kind: 'dropped', samples: 7}, {kind: 'dropped', samples: 7}]) // prettier-ignore
  assert.equal(
    of('sent').reduce((sum, event) => sum + (event.kind === 'sent' ? event.samples : 0), 0),
    4,
  )
  assert.equal(events.at(-1)?.kind, 'ended')
})

test('lines say in their fields what they are about, and how grave it is', async (t) => {
  const said: unknown[] = []
  await run(
    t,
    [
      {samples: [], failures: [failing('db', 'no')]},
      {samples: [sampleOf('db', db, ticks[1]!)], failures: []},
    ],
    [],
    {report: (line, about) => said.push([line, about])},
  )
  const gone = said.filter((line) => /metric/.test(JSON.stringify(line)))
  assert.deepEqual(said.slice(0, 2), [
    ['db: no; trying again in 1 s (look at it)', {level: 'warn', host: 'db'}],
    ['db: back after 10 seconds', {host: 'db'}],
  ])
  assert.deepEqual((gone[0] as unknown[])[1], {level: 'warn', host: 'db', metric: db})
})
