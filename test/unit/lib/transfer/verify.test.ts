import assert from 'node:assert/strict'
import {test} from 'node:test'

import {GnocchiError} from '../../../../src/lib/errors.ts'
import type {Reading} from '../../../../src/lib/gnocchi/measures.ts'
import type {ImportedMetric} from '../../../../src/lib/transfer/import-measures.ts'
import {lossInWords} from '../../../../src/lib/transfer/summary.ts'
import {verify} from '../../../../src/lib/transfer/verify.ts'

const minute = {granularitySeconds: 60, points: 60, timespanSeconds: 3600}
const hour = {granularitySeconds: 3600, points: 100, timespanSeconds: 360_000}
const policy = {name: 'p', backWindow: 0, aggregationMethods: ['count', 'mean'], definition: [minute, hour]}

const metric = (more: Partial<ImportedMetric> = {}): ImportedMetric => ({
  name: 'a',
  id: 'id of a',
  archivePolicy: policy,
  measures: 10,
  oldest: new Date('2026-11-24T10:00:10Z'),
  newest: new Date('2026-11-24T10:30:00Z'),
  tooOld: null,
  refused: null,
  ...more,
})

/** What `verify` says where Gnocchi counts so many, one answer after another. */
async function verified(one: ImportedMetric, ...counts: number[]) {
  const asked: Reading[] = []
  const [said] = await verify(
    {
      measures: {
        async get(_id, reading) {
          asked.push(reading)
          if (Number.isNaN(counts[0]!)) throw new GnocchiError(`locked ${counts.shift()}`, {status: 503})
          return []
        },
      },
      aggregates: {
        async sumOf(_id, reading) {
          asked.push(reading)
          return counts.length > 1 ? counts.shift()! : counts[0]!
        },
      },
    },
    [one],
  )
  return {stored: said!.stored, note: said!.note, asked, loss: lossInWords([said!])}
}

test('what was sent is there: it is processed first, and the finest periods are added up', async () => {
  const {stored, note, asked, loss} = await verified(metric(), 10)
  assert.deepEqual({stored, note, loss}, {stored: 10, note: '', loss: undefined})
  const counted = {method: 'count', granularitySeconds: 60, start: new Date('2026-11-24T10:00:10Z')}
  assert.deepEqual(asked, [
    {...counted, stop: new Date('2026-11-24T10:00:10.001Z'), refresh: true},
    {...counted, stop: new Date('2026-11-24T10:30:00.001Z')},
  ])
})

test('periods that are kept long enough are asked for a longer time', async () => {
  const {asked} = await verified(metric({oldest: new Date('2026-11-22T10:00:00Z')}), 10)
  assert.equal(asked[0]!.granularitySeconds, 3600)
})

test('an answer from before the processing, or a lock, is asked again', async () => {
  assert.equal((await verified(metric(), 0, 4, 10)).stored, 10)
  assert.equal((await verified(metric(), Number.NaN, 10)).stored, 10)
})

test('what is missing is said, with what may be why', async () => {
  const dropped = await verified(metric(), 7)
  assert.equal(dropped.note, '3 missing: dropped as older than what was there, or of the same time as others')
  assert.equal(dropped.loss, '3 measures of 1 metric not there: a')
  const old = await verified(metric({oldest: new Date('2026-01-01T00:00:00Z')}), 7)
  assert.equal(old.note, '3 missing: its policy keeps nothing from before 2026-11-20T07:30:00Z beside the newest')
})

test('others in the same time are no loss; a policy that does not count is said', async () => {
  assert.deepEqual((await verified(metric(), 12)).note, 'other measures lie in the same time')
  const uncounted = metric({archivePolicy: {...policy, aggregationMethods: ['mean']}})
  const {stored, note, loss} = await verified(uncounted, 0)
  assert.deepEqual({stored, note, loss}, {stored: null, note: 'its policy p does not count', loss: undefined})
})

test('metrics that Gnocchi refused are a loss', async () => {
  const {loss} = await verified(metric({refused: 'Gnocchi knows no such metric'}), 0)
  assert.equal(loss, '1 metric not taken: a: Gnocchi knows no such metric')
})
