import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {policyColumns, policyDetails, rawColumn} from '../../../../src/lib/render/archive-policy.ts'
import {formats} from '../../../../src/lib/render/formats.ts'
import {medium} from '../../fake-gnocchi.ts'

const policy = decodeArchivePolicy(medium)
const forEver = decodeArchivePolicy({
  ...medium,
  name: 'for ever',
  back_window: 2,
  definition: [{granularity: '1 day, 0:00:00', points: null, timespan: null}] as never,
})
const now = new Date('2026-11-20T10:30:00Z')

test('people see periods in words', () => {
  assert.equal(
    formats.table.list([policy, forEver], policyColumns),
    `+----------+-------------+--------------------------------------+-----------------------+
| name     | back window | granularity and retention            | aggregation methods   |
+----------+-------------+--------------------------------------+-----------------------+
| medium   | 0           | 1 minute over 7 days (10,080 points) | count, max, mean, min |
|          |             | 1 hour over 365 days (8,760 points)  |                       |
| for ever | 2 × day     | 1 day, for ever                      | count, max, mean, min |
+----------+-------------+--------------------------------------+-----------------------+
`,
  )
})

test('programs get numbers, and the definition as the official client writes it', () => {
  assert.deepEqual(JSON.parse(formats.json.one(policy, policyDetails(now))), {
    name: 'medium',
    back_window: 0,
    definition: [
      {timespan: '7 days, 0:00:00', granularity: '0:01:00', points: 10_080},
      {timespan: '365 days, 0:00:00', granularity: '1:00:00', points: 8760},
    ],
    aggregation_methods: ['count', 'max', 'mean', 'min'],
    periods: [
      {granularity_seconds: 60, points: 10_080, timespan_seconds: 604_800},
      {granularity_seconds: 3600, points: 8760, timespan_seconds: 31_536_000},
    ],
    bytes_per_metric: {least: 3768, most: 956_844},
    raw_bytes_per_metric: {measures: 60, most: 983},
    oldest_accepted: '2026-11-20T10:00:00Z',
  })
})

test('what the points take on disk', () => {
  const size = policyDetails(now).find(({name}) => name === 'bytes_per_metric')!
  assert.equal(
    size.text!(policy),
    'at most 934 KiB a metric, with Ceph: whole splits of 3,600 points,\n8.05 bytes a point and method, 9 in the newest; at least 3.7 KiB, if it never changes',
  )
  assert.deepEqual([size.value(forEver), size.text!(forEver)], [null, 'grows for ever'])
})

test('what the raw measures take beside them: those of which a period may be computed anew', () => {
  assert.equal(
    rawColumn().text!(policy),
    'beside that, at most 983 bytes: those of the hour under way,\n60 with one every minute (16 bytes each)',
  )
  assert.equal(
    rawColumn(10).text!(forEver),
    'beside that, at most 407 KiB: those of the day under way and 2 before it,\n25,920 with one every 10 seconds (16 bytes each)',
  )
  const rates = {...policy, aggregationMethods: ['mean', 'rate:mean']}
  assert.deepEqual(rawColumn(1).value(rates), {measures: 7200, most: 115_671})
  assert.match(rawColumn(1).text!(rates), /those of the hour under way and 1 before it,/)
})

test('how late a measure may come', () => {
  const late = policyDetails(now).at(-1)!.text!
  assert.equal(
    late(policy),
    'taken from 2026-11-20T10:00:00Z on (the hour under way,\nfor a metric whose newest measure is of now); older ones are dropped without an error',
  )
  assert.equal(
    late(forEver),
    'taken from 2026-11-18T00:00:00Z on (the day under way and 2 before it,\nfor a metric whose newest measure is of now); older ones are dropped without an error',
  )
})
