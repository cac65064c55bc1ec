import assert from 'node:assert/strict'
import {test} from 'node:test'

import {offeredBy} from '../../../../src/lib/series/offer.ts'
import {readSeries, type Question} from '../../../../src/lib/series/read.ts'
import {fakeGnocchi, medium, type FakeGnocchi, type FakeMetric} from '../../fake-gnocchi.ts'

const [a, b, c] = [
  'a657d89e-a2d0-458b-b457-d600a7e95ca6',
  'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4',
  'f0272162-f2c4-4128-b1af-4e6dc46b64f1',
] as const
const targets = [
  {host: 'web', metric: a},
  {host: 'db', metric: b},
]
const now = new Date('2026-11-20T10:05:30Z')
const question: Question = {method: 'mean', granularitySeconds: 60, last: 3}

/** A point of each minute from 10:00 on. */
const points = (...values: number[]): [string, number, number][] =>
  values.map((value, minute) => [`2026-11-20T10:0${minute}:00+00:00`, 60, value])

const aggregate = (minute: number, value: number) => ({
  at: new Date(`2026-11-20T10:0${minute}:00Z`),
  granularitySeconds: 60,
  value,
})

const full: FakeMetric = {aggregates: {mean: points(0, 1, 2, 3, 4, 5)}}
const asked = ({received}: FakeGnocchi) => received.map(({method, path}) => `${method} ${path.split('?')[0]}`)

test('the last periods of all hosts, the one under way included, in one request', async (t) => {
  const gnocchi = await fakeGnocchi(t, {[a]: full, [b]: {aggregates: {mean: points(7, 8, 9, 10, 11)}}})
  assert.deepEqual(await readSeries(gnocchi.client, targets, question, now), [
    {host: 'web', aggregates: [aggregate(3, 3), aggregate(4, 4), aggregate(5, 5)]},
    {host: 'db', aggregates: [aggregate(2, 9), aggregate(3, 10), aggregate(4, 11)]},
  ])
  assert.deepEqual(asked(gnocchi), ['POST /v1/aggregates'])
  const {searchParams} = new URL(gnocchi.received[0]!.path, gnocchi.url)
  assert.deepEqual(Object.fromEntries(searchParams), {
    granularity: '60',
    start: '2026-11-20T10:02:00.000Z',
    stop: '2026-11-20T10:06:00.000Z',
  })
})

test('from a start to a stop, all of them', async (t) => {
  const {client} = await fakeGnocchi(t, {[a]: full})
  const range = {start: new Date('2026-11-20T10:01:00Z'), stop: new Date('2026-11-20T10:05:00Z')}
  const [series] = await readSeries(client, [targets[0]!], {...question, ...range}, now)
  assert.deepEqual(
    series?.aggregates,
    [1, 2, 3, 4].map((minute) => aggregate(minute, minute)),
  )
})

test('two hosts may share a metric', async (t) => {
  const {client, received} = await fakeGnocchi(t, {[a]: full})
  const series = await readSeries(client, [targets[0]!, {host: 'db', metric: a}], {...question, last: 1}, now)
  assert.deepEqual(series, [
    {host: 'web', aggregates: [aggregate(5, 5)]},
    {host: 'db', aggregates: [aggregate(5, 5)]},
  ])
  assert.deepEqual(received[0]!.body, {operations: ['metric', [a, 'mean']]})
})

const low = {...medium, name: 'low', definition: [{granularity: '0:05:00', points: 12, timespan: '1:00:00'}]}

for (const [name, metric, asking, note, requests] of [
  [
    'was deleted',
    undefined,
    question,
    `Gnocchi has no metric ${b}; remove it from the hosts file and run: gnocchictl metrics create`,
    ['POST /v1/aggregates', `GET /v1/metric/${b}`, 'POST /v1/aggregates'],
  ],
  [
    'belongs to another project',
    {foreign: true},
    question,
    `metric ${b} belongs to another project`,
    ['POST /v1/aggregates', `GET /v1/metric/${a}`, `GET /v1/metric/${b}`, 'POST /v1/aggregates'],
  ],
  [
    'does not keep the method',
    {policy: {...medium, name: 'small', aggregation_methods: ['min', 'max']}},
    question,
    'its archive policy small keeps no mean; it keeps max, min',
    ['POST /v1/aggregates', `GET /v1/metric/${b}`, 'POST /v1/aggregates'],
  ],
] as [string, FakeMetric | undefined, Question, string, string[]][])
  test(`a metric that ${name} costs its own table, and says why`, async (t) => {
    const gnocchi = await fakeGnocchi(t, {[a]: full, ...(metric ? {[b]: metric} : {})})
    const series = await readSeries(gnocchi.client, targets, {...asking, last: 1}, now)
    assert.deepEqual(series, [
      {host: 'web', aggregates: [aggregate(5, 5)]},
      {host: 'db', aggregates: [], note},
    ])
    assert.deepEqual(asked(gnocchi).toSorted(), requests.toSorted())
  })

test('a metric whose policy has no such granularity costs its own table, and says why', async (t) => {
  const gnocchi = await fakeGnocchi(t, {[a]: full, [b]: {policy: low}})
  let refused = false
  gnocchi.instead = ({path}) => {
    if (refused || !path.startsWith('/v1/aggregates')) return undefined
    refused = true
    return {status: 400, body: {description: {reason: 'Granularities are missing', detail: [[b, 'mean', 60]]}}}
  }
  const series = await readSeries(gnocchi.client, targets, {...question, last: 1}, now)
  assert.deepEqual(series[1], {
    host: 'db',
    aggregates: [],
    note: 'its archive policy low has no granularity of 1 minute; it has 5 minutes',
  })
  assert.equal(series[0]?.aggregates.length, 1)
})

test('deleted and foreign metrics at once', async (t) => {
  const {client} = await fakeGnocchi(t, {[a]: full, [b]: {foreign: true}})
  const series = await readSeries(client, [...targets, {host: 'cache', metric: c}], {...question, last: 1}, now)
  assert.deepEqual(
    series.map(({host, note}) => [host, note?.slice(0, 24)]),
    [
      ['web', undefined],
      ['db', `metric ${b}`.slice(0, 24)],
      ['cache', 'Gnocchi has no metric f0'],
    ],
  )
})

test('where no metric can be read, it is an error', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(readSeries(client, targets, question, now), {
    name: 'GnocchiError',
    exitCode: 4,
    message: `no host can be shown; web: Gnocchi has no metric ${a}; remove it from the hosts file and run: gnocchictl metrics create`,
  })
})

for (const [status, description, message] of [
  [503, 'busy', 'POST /v1/aggregates answered 503: busy'],
  [400, 'Invalid value for start', 'Invalid value for start (HTTP 400)'],
] as const)
  test(`a ${status} about no metric is an error, not a table`, async (t) => {
    const gnocchi = await fakeGnocchi(t, {[a]: full, [b]: full})
    gnocchi.instead = ({method}) => (method === 'POST' ? {status, body: {description}} : undefined)
    await assert.rejects(readSeries(gnocchi.client, targets, question, now), {
      status,
      message,
    })
  })

for (const [name, metric, expected] of [
  [
    'that was never sent a measure',
    {},
    {aggregates: [], note: 'no measure has been sent yet; start: gnocchictl produce'},
  ],
  [
    'whose measures were not processed yet, asks Gnocchi to do it now',
    {pending: {mean: points(0, 1, 2, 3, 4, 5)}},
    {aggregates: [aggregate(3, 3), aggregate(4, 4), aggregate(5, 5)]},
  ],
  [
    'that is being processed',
    {locked: true},
    {aggregates: [], note: 'measures are still being processed; they will show in a moment'},
  ],
] as [string, FakeMetric, object][])
  test(`a metric ${name}`, async (t) => {
    const {client, received} = await fakeGnocchi(t, {[a]: metric})
    assert.deepEqual(await readSeries(client, [targets[0]!], question, now), [{host: 'web', ...expected}])
    assert.equal(received[1]!.path, `/v1/metric/${a}/measures?aggregation=mean&granularity=60&refresh=true`)
  })

test('a metric whose newest measure is older says of when it is', async (t) => {
  const {client} = await fakeGnocchi(t, {[a]: {aggregates: {mean: [['2026-11-20T08:00:00+00:00', 60, 1]]}}})
  const [series] = await readSeries(client, [targets[0]!], question, now)
  assert.deepEqual(series?.aggregates, [])
  assert.match(
    series.note ?? '',
    /^no measure from 2026-11-20T10:02:00Z to 2026-11-20T10:06:00Z; the newest is of 2026-11-20T08:00:00Z, .+ ago: try --start 2026-11-20T08:00:00Z$/,
  )
})

test('what can be asked is what the policy of the first readable metric offers', async (t) => {
  const {client} = await fakeGnocchi(t, {[b]: {foreign: true}, [c]: {}})
  const all = [...targets, {host: 'cache', metric: c}]
  assert.deepEqual(await offeredBy(client, all, 'metrics list'), {
    methods: ['count', 'max', 'mean', 'min'],
    granularities: [60, 3600],
    name: 'memory.usage',
    unit: '%',
  })
})

test('where no metric can be read, nothing can be asked', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(offeredBy(client, targets, 'metric list'), {
    message: `none of the metrics can be read: Metric ${a} does not exist (HTTP 404)`,
    suggestions: ['see those that can: gnocchictl metric list'],
  })
})
