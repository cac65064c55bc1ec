import assert from 'node:assert/strict'
import {test} from 'node:test'

import {AggregateRows} from '../../../../src/lib/gnocchi/aggregate-rows.ts'
import type {ArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {Aggregate, Reading} from '../../../../src/lib/gnocchi/measures.ts'
import {exportMeasures, type ExportMeasures} from '../../../../src/lib/transfer/export-measures.ts'

const archivePolicy: ArchivePolicy = {
  name: 'medium',
  backWindow: 0,
  aggregationMethods: ['count', 'mean'],
  definition: [
    {granularitySeconds: 60, points: null, timespanSeconds: null},
    {granularitySeconds: 3600, points: 100, timespanSeconds: 360_000},
  ],
}

/** Answers as Gnocchi does: start rounded down, stop left out; resampled, one row for each period that has any. */
function holding(points: readonly (readonly [time: string, value: number | null])[]) {
  const asked: Reading[] = []
  const aggregates = points.map(([time, value]): Aggregate => ({at: new Date(time), granularitySeconds: 60, value}))
  const within = ({start, stop}: Reading) =>
    aggregates.filter(({at}) => (!start || at >= start) && (!stop || at < stop))
  const gnocchi: ExportMeasures['gnocchi'] = {
    measures: {
      async getRows(_id, reading) {
        asked.push(reading)
        return AggregateRows.of(within(reading))
      },
    },
    aggregates: {
      async periodsHeld(_id, reading, seconds) {
        const begins = new Set(
          within(reading).map(({at}) => Math.floor(at.getTime() / 1000 / seconds) * seconds * 1000),
        )
        return [...begins].map((begin) => new Date(begin))
      },
    },
  }
  return {asked, gnocchi}
}

/** Times and values, part by part. */
async function exported(options: Partial<ExportMeasures> & Pick<ExportMeasures, 'gnocchi'>) {
  const parts: (readonly [time: string, value: number | null])[][] = []
  const all = exportMeasures({
    metrics: [{name: 'web-1/cpu', id: 'id', archivePolicy}],
    methods: ['mean'],
    refresh: false,
    now: new Date('2026-11-24T12:00:00Z'),
    onProgress: () => undefined,
    ...options,
  })
  for await (const {rows} of all)
    parts.push(rows.toObjects().map(({at, value}) => [at!.toISOString().replace('.000', ''), value]))
  return parts
}

const points = [
  ['2001-09-09T01:46:00Z', 1],
  ['2026-11-24T10:00:00Z', 2],
  ['2026-11-24T10:01:00Z', null],
  ['2026-11-24T10:02:00Z', 3],
] as const

test('only the parts of the time that hold anything are read, the oldest first; what is no number is left out', async () => {
  const {gnocchi, asked} = holding(points)
  const parts = await exported({gnocchi})
  assert.deepEqual(parts, [
    [['2001-09-09T01:46:00Z', 1]],
    [
      ['2026-11-24T10:00:00Z', 2],
      ['2026-11-24T10:02:00Z', 3],
    ],
  ])
  const spans = asked.map(({start, stop}) => (stop ? stop.getTime() - start!.getTime() : 'the newest'))
  assert.deepEqual(spans, ['the newest', 25_200 * 60_000])
})

test('a policy that keeps no more than a part is asked once', async () => {
  const {gnocchi, asked} = holding(points)
  const parts = await exported({gnocchi, granularitySeconds: 3600})
  assert.deepEqual(
    parts.flat().map(([, value]) => value),
    [1, 2, 3],
  )
  assert.deepEqual(asked, [
    {method: 'mean', granularitySeconds: 3600, start: undefined, stop: undefined, refresh: false},
  ])
})

test('start and stop hold, within parts too', async () => {
  const {gnocchi} = holding(points)
  const parts = await exported({
    gnocchi,
    start: new Date('2026-11-24T10:00:00Z'),
    stop: new Date('2026-11-24T10:02:00Z'),
  })
  assert.deepEqual(
    parts.flat().map(([, value]) => value),
    [2],
  )
})

for (const [what, options, message] of [
  ['a method', {methods: ['95pct']}, 'web-1/cpu: its policy medium has no 95pct'],
  ['a granularity', {granularitySeconds: 1}, 'web-1/cpu: its policy medium keeps nothing every 1 second'],
] as const)
  test(`${what} that the policy lacks is refused before anything is asked`, async () => {
    const {gnocchi, asked} = holding(points)
    await assert.rejects(exported({gnocchi, ...options}), {message})
    assert.equal(asked.length, 0)
  })
