import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi, type FakeMetric} from '../../fake-gnocchi.ts'

const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((n) => `a657d89e-a2d0-458b-b457-d600a7e95c0${n}`) as [
  string,
  string,
  string,
  string,
  string,
]
const at = new Date('2026-11-20T10:00:00Z')
const wire = {timestamp: at.getTime() / 1000, value: 1.5}

const batchOf = (...ids: string[]) => new Map(ids.map((id) => [id, [{at, value: 1.5}]]))
const known = (...ids: string[]): Record<string, FakeMetric> => Object.fromEntries(ids.map((id) => [id, {}]))
const storedIds = (stored: object[]) => stored.flatMap((batch) => Object.keys(batch)).sort()

test('a batch is one request: time and value for each metric, the times of each written in one way', async (t) => {
  const {client, received} = await fakeGnocchi(t, known(a, b))
  const refused = await client.measures.send(
    new Map([
      [
        a,
        [
          {at, value: 1.5},
          {at: new Date(at.getTime() + 250), value: 2},
        ],
      ],
      [b, [{at, value: 1.5}]],
    ]),
  )
  assert.deepEqual(refused, [])
  assert.deepEqual(
    received.map(({method, path, body}) => ({method, path, body})),
    [
      {
        method: 'POST',
        path: '/v1/batch/metrics/measures',
        body: {
          [a]: [
            {timestamp: '2026-11-20T10:00:00Z', value: 1.5},
            {timestamp: '2026-11-20T10:00:00.250Z', value: 2},
          ],
          [b]: [wire],
        },
      },
    ],
  )
})

test('deleted metrics do not hold back the others', async (t) => {
  const {client, received, stored} = await fakeGnocchi(t, known(b, d))
  const refused = await client.measures.send(batchOf(a, b, c, d))
  assert.deepEqual(
    refused,
    [a, c].map((metric) => ({metric, reason: 'Gnocchi knows no such metric'})),
  )
  assert.deepEqual(storedIds(stored), [b, d])
  assert.equal(received.length, 2)
})

test('ids may be written in capitals', async (t) => {
  const gnocchi = await fakeGnocchi(t, known(b))
  gnocchi.instead = ({body}) =>
    Object.keys(body as object).length === 2
      ? {status: 400, body: {code: 400, description: {cause: 'Unknown metrics', detail: [a]}}}
      : undefined
  assert.deepEqual(await gnocchi.client.measures.send(batchOf(a.toUpperCase(), b)), [
    {metric: a.toUpperCase(), reason: 'Gnocchi knows no such metric'},
  ])
  assert.deepEqual(storedIds(gnocchi.stored), [b])
})

test('a 403, which names no metric, is narrowed down to the ones of another project', async (t) => {
  const {client, stored} = await fakeGnocchi(t, {...known(a, b, c, e), [d]: {foreign: true}})
  const refused = await client.measures.send(batchOf(a, b, c, d, e))
  assert.deepEqual(refused, [{metric: d, reason: 'Forbidden (HTTP 403): POST /v1/batch/metrics/measures'}])
  assert.deepEqual(storedIds(stored), [a, b, c, e])
})

test('deleted and foreign metrics at once', async (t) => {
  const {client, stored} = await fakeGnocchi(t, {...known(b, e), [d]: {foreign: true}})
  const refused = await client.measures.send(batchOf(a, b, c, d, e))
  assert.deepEqual(refused.map(({metric}) => metric).sort(), [a, c, d])
  assert.deepEqual(storedIds(stored), [b, e])
})

test('an empty list is never sent: it would stop the processing of other metrics', async (t) => {
  const {client, received} = await fakeGnocchi(t, known(a, b))
  assert.deepEqual(
    await client.measures.send(
      new Map([
        [a, []],
        [b, [{at, value: 1.5}]],
      ]),
    ),
    [],
  )
  assert.deepEqual(
    received.map(({body}) => body),
    [{[b]: [wire]}],
  )
})

test('where there is nothing to send, nothing is sent', async (t) => {
  const {client, received} = await fakeGnocchi(t, known(a))
  assert.deepEqual(await client.measures.send(new Map([[a, []]])), [])
  assert.deepEqual(await client.measures.send(new Map()), [])
  assert.deepEqual(received, [])
})

for (const status of [401, 404, 500, 503])
  test(`a ${status} refuses no metric: all are to be sent again`, async (t) => {
    const gnocchi = await fakeGnocchi(t, known(a, b))
    gnocchi.instead = () => ({status, body: {description: `no: ${a}`}})
    await assert.rejects(gnocchi.client.measures.send(batchOf(a, b)), {name: 'GnocchiError', status})
    assert.equal(gnocchi.received.length, 1)
  })

test('aggregates of one metric are asked for and decoded', async (t) => {
  const gnocchi = await fakeGnocchi(t, {[a]: {}})
  gnocchi.instead = () => ({
    body: '[["2026-11-20T10:00:00+00:00", 60.0, 35.5], ["2026-11-20T10:01:00+00:00", 60.0, NaN]]',
  })
  const reading = {method: 'rate:mean', granularitySeconds: 60, refresh: true, start: at}
  assert.deepEqual(await gnocchi.client.measures.get(a, reading), [
    {at, granularitySeconds: 60, value: 35.5},
    {at: new Date('2026-11-20T10:01:00Z'), granularitySeconds: 60, value: null},
  ])
  assert.equal(
    gnocchi.received[0]!.path,
    `/v1/metric/${a}/measures?aggregation=rate%3Amean&granularity=60&refresh=true&start=2026-11-20T10%3A00%3A00Z`,
  )
})
