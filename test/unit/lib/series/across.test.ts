import assert from 'node:assert/strict'
import {test} from 'node:test'

import {readAcross} from '../../../../src/lib/series/across.ts'
import {withBands} from '../../../../src/lib/series/read.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'

const [a, b] = ['a657d89e-a2d0-458b-b457-d600a7e95ca6', 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4'] as const
const targets = [{host: 'web', metric: a}, {host: 'db', metric: b}] // prettier-ignore
const now = new Date('2026-11-20T10:05:30Z')
const question = {method: 'max', granularitySeconds: 60, last: 3, across: 'mean'} as const
const at = new Date('2026-11-20T10:05:00Z')

test('all hosts are one series by Gnocchi, with how many had each period; the dead one is left out with the reason', async (t) => {
  const gnocchi = await fakeGnocchi(t, {[a]: {policy: undefined as never}})
  const asked: unknown[] = []
  gnocchi.instead = ({path, body}) => {
    if (!path.startsWith('/v1/aggregates')) return undefined
    const {operations} = body as {operations: unknown[]}
    if (JSON.stringify(operations).includes(b))
      return {status: 404, body: {description: {cause: 'Unknown metrics', detail: [b]}}}
    asked.push(new URL(path, gnocchi.url).searchParams.get('fill'), operations)
    const value = operations[0] === '/' ? 1 : 7.5
    return {body: {measures: {aggregated: [['2026-11-20T10:05:00+00:00', 60, value]]}}}
  }
  assert.deepEqual(await readAcross(gnocchi.client, targets, question, now), [
    {
      host: 'mean of 2 hosts',
      aggregates: [{at, granularitySeconds: 60, value: 7.5}],
      hosts: new Map([[+at, 1]]),
    },
    {
      host: 'db',
      aggregates: [],
      note: `left out: Gnocchi has no metric ${b}; remove it from the hosts file and run: gnocchictl metrics create`,
    },
  ])
  const aggregate = (how: string) => ['aggregate', how, ['metric', [a, 'max']]]
  // A count by itself is an exception inside the server.
  assert.deepEqual(asked, ['dropna', aggregate('mean'), 'dropna', ['/', aggregate('count'), 1]])
})

test('a band is of the hosts whose policy keeps min and max, and of no other', async (t) => {
  const point = (value: number): [string, number, number][] => [['2026-11-20T10:05:00+00:00', 60, value]]
  const {client} = await fakeGnocchi(t, {
    [a]: {aggregates: {mean: point(5), min: point(1), max: point(9)}},
    [b]: {
      policy: {name: 'bare', back_window: 0, aggregation_methods: ['mean'], definition: [{granularity: '0:01:00', points: 9, timespan: '0:09:00'}]}, // prettier-ignore
      aggregates: {mean: point(5)},
    },
  })
  const aggregates = [{at, granularitySeconds: 60, value: 5}]
  const series = targets.map(({host}) => ({host, aggregates}))
  const [web, db] = await withBands(client, targets, series, {...question, method: 'mean'}, now)
  const only = (value: number) => [{at, granularitySeconds: 60, value}]
  assert.deepEqual(web, {host: 'web', aggregates, band: {low: only(1), high: only(9)}})
  assert.deepEqual(db, {host: 'db', aggregates})
})
