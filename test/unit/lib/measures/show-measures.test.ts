import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isDeepStrictEqual} from 'node:util'

import {showMeasures, showPages, type MeasuresQuestion} from '../../../../src/lib/measures/show-measures.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'

const id = '00000000-0000-4000-8000-000000000001'
const begin = Date.parse('2026-11-24T00:00:00Z')

for (const [what, more] of [
  ['all', {}],
  ['the newest', {last: 7000}],
] as const)
  test(`${what} of 12 345 rows come in pages, none is lost or doubled`, async (t) => {
    const rows = Array.from({length: 12_345}, (_, n): [string, number, number] => [
      new Date(begin + n * 1000).toISOString(),
      1,
      n,
    ])
    const {client} = await fakeGnocchi(t, {[id]: {aggregates: {mean: rows}}})
    const metrics = [{name: 'web-1/cpu', id, metric: () => client.metrics.get(id)}]
    const question: MeasuresQuestion = {methods: ['mean'], refresh: false, onServer: false, ...more}
    const pages: (typeof all)[] = []
    const all = await showMeasures(client, metrics, question)
    for await (const page of showPages(client, metrics, question)) pages.push(page)
    assert.ok(pages.length > 1 && pages.every(({length}) => length <= 5000))
    assert.deepEqual(pages.flat(), all)
    assert.equal(all.length, 'last' in more ? more.last : rows.length)
    assert.deepEqual(all.at(-1), {
      metric: 'web-1/cpu',
      at: new Date(begin + 12_344_000),
      granularity: 1,
      values: [12_344],
    })
  })

test('a long series of one granularity is read in parts, and comes as it would in one answer', async (t) => {
  // From the last hours of 2025-12-31 on, and a week's gap.
  const rows = Array.from({length: 60_000}, (_, n): [string, number, number] => [
    new Date(begin + (n - (n < 30_000 ? 700_000 : 60_000)) * 1000).toISOString(),
    1,
    n,
  ])
  const gnocchi = await fakeGnocchi(t, {[id]: {aggregates: {mean: rows}}})
  const client = {...gnocchi.client, now: () => new Date(begin)}
  const metrics = [{name: 'web-1/cpu', id, metric: () => client.metrics.get(id)}]
  const question: MeasuresQuestion = {methods: ['mean'], refresh: false, onServer: false, granularitySeconds: 1}
  const all = await showMeasures(client, metrics, question)
  gnocchi.received.length = 0
  const pages: (typeof all)[] = []
  for await (const page of showPages(client, metrics, question)) pages.push(page)
  assert.equal(all.length, 60_000)
  // A difference of so many in words would take minutes.
  assert.ok(isDeepStrictEqual(pages.flat(), all))
  assert.ok(gnocchi.received.length > 3, `${gnocchi.received.length} requests`)
})
