import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const [a, b] = ['a657d89e-a2d0-458b-b457-d600a7e95ca6', 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4'] as const
const question = {
  method: 'mean',
  granularitySeconds: 60,
  start: new Date('2026-11-24T10:00:00Z'),
  stop: new Date('2026-11-24T10:05:00Z'),
}

test('many metrics are one request, answered by metric id', async (t) => {
  const {client, received} = await fakeGnocchi(t, {
    [a]: {aggregates: {mean: [['2026-11-24T10:00:00+00:00', 60, 35.5]]}},
    [b]: {},
  })
  const point = {at: question.start, granularitySeconds: 60, value: 35.5}
  assert.deepEqual(
    await client.aggregates.ofMetrics([a, b], question),
    new Map([
      [a, [point]],
      [b, []],
    ]),
  )
  assert.deepEqual(
    received.map(({method, path, body}) => ({method, path, body})),
    [
      {
        method: 'POST',
        path: '/v1/aggregates?granularity=60&start=2026-11-24T10%3A00%3A00.000Z&stop=2026-11-24T10%3A05%3A00.000Z',
        body: {operations: ['metric', [a, 'mean'], [b, 'mean']]},
      },
    ],
  )
})

test('an id written in capitals finds its aggregates, which come in small letters', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {measures: {[a]: {mean: [['2026-11-24T10:00:00+00:00', 60, 35.5]]}}}})
  const series = await gnocchi.client.aggregates.ofMetrics([a.toUpperCase()], question)
  assert.equal(series.get(a.toUpperCase())?.length, 1)
})

// Gnocchi 4.4 to 4.6 leave the time of half a second out; 4.7 cuts the fraction off.
for (const [version, written] of [
  ['4.6', '+00:00'],
  ['4.7', '2026-11-24T10:00:00+00:00'],
])
  test(`a period finer than a second, whose time Gnocchi ${version} does not tell, is refused`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({body: {measures: {[a]: {mean: [[written, 0.5, 35.5]]}}}})
    await assert.rejects(gnocchi.client.aggregates.ofMetrics([a], {...question, granularitySeconds: 0.5}), {
      name: 'GnocchiError',
      message: 'Gnocchi leaves out the times of periods finer than a second here',
    })
  })

test('what aggregates of a metric add up to is one row of the server, or as many as there are', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  let rows: unknown[] = []
  gnocchi.instead = () => ({body: {measures: {[a]: {count: rows}}}})
  const sum = () => gnocchi.client.aggregates.sumOf(a.toUpperCase(), {...question, method: 'count'})
  assert.equal(await sum(), 0)
  rows = [
    ['2001-09-09T01:46:40+00:00', 1e9, 240],
    ['2033-05-18T03:33:20+00:00', 1e9, 2],
  ]
  assert.equal(await sum(), 242)
  assert.deepEqual(gnocchi.received.at(-1)!.body, {
    operations: ['resample', 'sum', 1e9, ['metric', [a.toUpperCase(), 'count']]],
  })
})
