import assert from 'node:assert/strict'
import {test} from 'node:test'

import {timestampReader, type TimestampUnit} from '../../../../src/lib/transfer/timestamps.ts'

for (const [text, unit, timestamp] of [
  ['2026-11-24T10:00:00Z', 's', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00', 's', '2026-11-24T10:00:00Z'],
  ['2026-11-24 10:00:00', 's', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00', 's', '2026-11-24T10:00:00Z'],
  ['2026-11-24', 's', '2026-11-24T00:00:00Z'],
  ['2026-11', 's', '2026-11-01T00:00:00Z'],
  ['2026-11-24T10:00:00+01:00', 's', '2026-11-24T09:00:00Z'],
  ['2026-11-24T10:00:00-0330', 's', '2026-11-24T13:30:00Z'],
  ['2026-11-24T10:00:00.123456789Z', 's', '2026-11-24T10:00:00.123456789Z'],
  ['2026-11-24T10:00:00.500', 's', '2026-11-24T10:00:00.500Z'],
  ['2024-02-29T23:59:59Z', 's', '2024-02-29T23:59:59Z'],
  ['2026-11-24 10:00:00+01', 's', '2026-11-24T09:00:00Z'],
  ['20261124T100000Z', 's', '2026-11-24T10:00:00Z'],
  ['20261124', 's', '1970-08-23T12:05:24Z'],
  ['2262-04-11T23:47:16Z', 's', '2262-04-11T23:47:16Z'],
  [' 1764000000 ', 's', '2025-11-24T16:00:00Z'],
  ['1764000000.25', 's', '2025-11-24T16:00:00.250Z'],
  ['0', 's', '1970-01-01T00:00:00Z'],
  ['1764000000123', 'ms', '2025-11-24T16:00:00.123Z'],
  ['1764000000123456', 'us', '2025-11-24T16:00:00.123456000Z'],
  ['1764000000123456789', 'ns', '2025-11-24T16:00:00.123456789Z'],
  ['5', 'ns', '1970-01-01T00:00:00.000000005Z'],
] as const satisfies [string, TimestampUnit, string][])
  test(`${text} in ${unit} is ${timestamp}`, () => {
    const moment = timestampReader(unit)(text)
    assert.ok(typeof moment !== 'string')
    assert.equal(moment.timestamp, timestamp)
    assert.equal(moment.at.getTime(), Date.parse(timestamp))
  })

for (const [text, unit, why] of [
  ['', 's', 'it has no time'],
  ['yesterday', 's', '"yesterday" is not a time'],
  ['2026-02-31T10:00:00Z', 's', '"2026-02-31T10:00:00Z" is no time that there is'],
  ['2026-02-31', 's', '"2026-02-31" is no time that there is'],
  ['2026-13-01T10:00:00Z', 's', '"2026-13-01T10:00:00Z" is no time that there is'],
  ['2026-11-24T24:00:00Z', 's', '"2026-11-24T24:00:00Z" is no time that there is'],
  ['2026-11-24T10:00:6aZ', 's', '"2026-11-24T10:00:6aZ" is not a time'],
  ['1969-12-31T23:59:59Z', 's', 'its time is before 1970'],
  ['2262-04-11T23:47:17Z', 's', 'its time is beyond the year 2262'],
  ['2026-11T10T10:00:00Z', 's', '"2026-11T10T10:00:00Z" is not a time'],
  ['2300-01-01T00:00:00Z', 's', 'its time is beyond the year 2262'],
  ['-5', 's', '"-5" is not a time'],
  ['1e9', 's', '"1e9" is not a time'],
  ['24/11/2026', 's', '"24/11/2026" is not a time'],
  [
    '1764000000123',
    's',
    '1764000000123 s after 1970 is beyond the year 2262: are these times in ms? Then say --timestamp-unit ms',
  ],
  [
    '1764000000123456789',
    's',
    '1764000000123456789 s after 1970 is beyond the year 2262: are these times in ns? Then say --timestamp-unit ns',
  ],
] as const satisfies [string, TimestampUnit, string][])
  // prettier-ignore
  test(`"${text}" is refused`, () => assert.equal(timestampReader(unit)(text), why))

test('a time that follows another of its day is read like the first', () => {
  const read = timestampReader()
  for (const text of ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z', '2026-11-24T23:59:59Z', '2026-11-25T00:00:00Z'])
    assert.deepEqual(read(text), {at: new Date(text), timestamp: text})
})
