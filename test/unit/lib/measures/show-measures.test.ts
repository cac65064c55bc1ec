import assert from 'node:assert/strict'
import {test} from 'node:test'

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
