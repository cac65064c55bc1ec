import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseMeasure, parseMetricsFile} from '../../../../src/lib/measures/batch-file.ts'

const now = new Date('2026-11-24T10:00:00Z')

test('times keep their nanoseconds, a value alone is of now', () => {
  const measures = parseMetricsFile('f', '{"m": [{"timestamp": "2026-01-01T00:00:00.123456789", "value": "2"}]}', now)
  assert.deepEqual(measures.get('m'), [{at: new Date('2026-01-01T00:00:00.123Z'), nanoseconds: 456_789, value: 2}])
  assert.deepEqual(parseMeasure('-5', now), {at: now, nanoseconds: 0, value: -5})
})

for (const [list, message] of [
  ['[]', 'm is empty: an empty list has Gnocchi stop processing a part of all metrics'],
  [
    '[{"timestamp": 1700000000000, "value": 1}]',
    'm[0].timestamp is 1700000000000, not a time that Gnocchi can keep (is it in ms?)',
  ],
  ['[{"value": 1}]', 'm[0].timestamp is missing, not a time that Gnocchi can keep'],
  ['[{"timestamp": 1, "value": "NaN"}]', 'm[0].value is "NaN", not a number'],
  [
    '[{"timestamp": "2026-01-01", "value": 1}, {"timestamp": "1700000000", "value": 1}]',
    'm[1].timestamp is Unix seconds, those before it ISO 8601: Gnocchi reads all as it reads the first',
  ],
] as const)
  test(`a batch with ${list} is refused with the place`, () => {
    assert.throws(() => parseMetricsFile('f', `{"m": ${list}}`, now), {message: `f: ${message}`})
  })

for (const text of ['nan', 'inf@1@x', 'yesterday@5', '+2hour@5', '@5', ''])
  test(`measures add -m "${text}" is refused`, () => {
    assert.throws(() => parseMeasure(text, now), {name: 'UsageError'})
  })
