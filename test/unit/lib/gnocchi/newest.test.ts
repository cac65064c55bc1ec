import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {newestOf, newestOfEach} from '../../../../src/lib/gnocchi/newest.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const since = new Date('2026-11-20T09:00:00Z')

test('the newest period of the coarsest granularity, by a method that has a value for a single measure', async (t) => {
  const policy = {...medium, aggregation_methods: ['rate:mean', 'std', 'sum']}
  const gnocchi = await fakeGnocchi(t, {
    [id]: {
      policy,
      aggregates: {
        sum: [
          ['2026-11-20T09:00:00+00:00', 3600, 1],
          ['2026-11-20T10:00:00+00:00', 3600, 2],
        ],
      },
    },
  })
  assert.deepEqual(await newestOf(gnocchi.client, id, since), {
    archivePolicy: decodeArchivePolicy(policy),
    at: new Date('2026-11-20T10:00:00Z'),
  })
  const {path, body} = gnocchi.received.at(-1)!
  assert.equal(path, '/v1/aggregates?granularity=3600&start=2026-11-20T09%3A00%3A00.000Z')
  assert.deepEqual(body, {operations: ['metric', [id, 'sum']]})
})

test('of seconds, weeks are asked for in parts: all at once would be more than an answer may be', async (t) => {
  const policy = {...medium, definition: [{granularity: '0:00:01', points: 2_000_000, timespan: '23 days, 3:33:20'}]}
  const gnocchi = await fakeGnocchi(t, {[id]: {policy}})
  await newestOf(gnocchi.client, id, new Date(Date.now() - 14 * 86_400_000))
  const asked = gnocchi.received.flatMap(
    ({body}) => (body as {operations?: unknown[]} | undefined)?.operations?.[0] ?? [],
  )
  assert.deepEqual(asked, ['resample', 'resample'])
})

test('a metric without a measure since then', async (t) => {
  const {client} = await fakeGnocchi(t, {[id]: {}})
  assert.equal((await newestOf(client, id, since))?.at, undefined)
})

for (const status of [403, 404])
  test(`a metric that gets a ${status} has none; what it is refused for is said when it is sent`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({status})
    assert.equal(await newestOf(gnocchi.client, id, since), undefined)
  })

test('Gnocchi being unwell is an error: nothing is set aside for it', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 503})
  await assert.rejects(newestOf(gnocchi.client, id, since), {status: 503})
})

const other = 'b657d89e-a2d0-458b-b457-d600a7e95ca6'
const policy = decodeArchivePolicy(medium)
const hours = (...times: string[]) => ({
  aggregates: {count: times.map((time): [string, number, number] => [`${time}:00:00+00:00`, 3600, 1])},
})
const each = (...ids: string[]) => ids.map((one) => ({id: one, archivePolicy: policy}))
const now = new Date('2026-11-20T12:30:00Z')

test('of many metrics, one request says it, one of a wrong clock in the future too', async (t) => {
  const gnocchi = await fakeGnocchi(t, {
    [id]: hours('2026-11-20T09', '2026-11-20T10'),
    [other]: hours('2026-11-20T11', '2026-11-25T00'),
  })
  const newest = await newestOfEach(gnocchi.client, each(id, other), since, now)
  assert.deepEqual(
    newest,
    new Map([
      [id, new Date('2026-11-20T10:00:00Z')],
      [other, new Date('2026-11-25T00:00:00Z')],
    ]),
  )
  assert.deepEqual(
    gnocchi.received.map(({path}) => path),
    ['/v1/aggregates?granularity=3600&start=2026-11-20T09%3A00%3A00.000Z'],
  )
})

test('years of hours are looked through in parts, and those without any are asked for once more, further back', async (t) => {
  const gnocchi = await fakeGnocchi(t, {
    [id]: hours('2026-11-20T10'),
    [other]: hours('1990-01-01T00'),
    ['c657d89e-a2d0-458b-b457-d600a7e95ca6']: hours('1975-01-01T00'),
  })
  const newest = await newestOfEach(
    gnocchi.client,
    each(id, other, 'c657d89e-a2d0-458b-b457-d600a7e95ca6'),
    new Date('1980-01-01T00:00:00Z'),
    now,
  )
  assert.deepEqual([...newest.keys()], [id, other])
  assert.equal(newest.get(other)?.toISOString(), '1990-01-01T00:00:00.000Z')
  const asked = gnocchi.received.map(({body}) => (body as {operations: unknown[]}).operations)
  // 750,000 rows of three metrics are 28 years of hours: in parts of 31 hours, and then that part; then the 18 before.
  assert.deepEqual(
    asked.map(([name, , seconds]) => (name === 'resample' ? seconds : name)),
    [111_600, 'metric', 46_800, 'metric'],
  )
})

test('an import into metrics that have nothing yet asks once', async (t) => {
  const seconds = {...medium, definition: [{granularity: '0:00:01', points: 100_000, timespan: '1 day, 3:46:40'}]}
  const gnocchi = await fakeGnocchi(t, {[id]: {policy: seconds}})
  const metrics = [{id, archivePolicy: decodeArchivePolicy(seconds)}]
  assert.equal((await newestOfEach(gnocchi.client, metrics, new Date(now.getTime() - 86_400_000), now)).size, 0)
  assert.equal(gnocchi.received.length, 1)
})

test('a metric that is gone does not hide the others', async (t) => {
  const gnocchi = await fakeGnocchi(t, {[id]: hours('2026-11-20T10')})
  const newest = await newestOfEach(gnocchi.client, each(id, other), since, now)
  assert.deepEqual([...newest.keys()], [id])
})

test('more than 25 metrics, or of several granularities, are several requests', async (t) => {
  const many = Array.from({length: 150}, (_, n) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`)
  const gnocchi = await fakeGnocchi(t, Object.fromEntries(many.map((one) => [one, hours('2026-11-20T10')])))
  assert.equal((await newestOfEach(gnocchi.client, each(...many), since, now)).size, 150)
  assert.equal(gnocchi.received.length, 6)
})

test('a metric of seconds without any is not asked for without end', async (t) => {
  const seconds = {...medium, definition: [{granularity: '0:00:01', points: null, timespan: null}]} as never
  const gnocchi = await fakeGnocchi(t, {[id]: {}})
  const metrics = [{id, archivePolicy: decodeArchivePolicy(seconds)}]
  assert.equal((await newestOfEach(gnocchi.client, metrics, new Date(0), now)).size, 0)
  // 750,000 seconds, thirty times as many, thirty times those, and what is left up to 1970.
  assert.equal(gnocchi.received.length, 4)
})
