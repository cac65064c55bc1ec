import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseTime} from '../../../src/lib/instant.ts'
import {isoTime} from '../../../src/lib/time.ts'

const now = new Date('2026-11-24T10:00:00.500Z')

test('times are written in UTC, milliseconds only where there are any', () => {
  assert.equal(isoTime(now), '2026-11-24T10:00:00.500Z')
  assert.equal(isoTime(new Date('2026-11-24T12:00:00+02:00')), '2026-11-24T10:00:00Z')
})

for (const [text, iso] of [
  ['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24 10:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24T12:00:00+02:00', '2026-11-24T10:00:00Z'],
  ['2026-11-24T12:00:00+0200', '2026-11-24T10:00:00Z'],
  ['2026-11-24 12:00:00+02', '2026-11-24T10:00:00Z'],
  ['20261124T100000Z', '2026-11-24T10:00:00Z'],
  ['2026-11-24T10:00:00.25Z', '2026-11-24T10:00:00.250Z'],
  ['2026-11-24', '2026-11-24T00:00:00Z'],
  ['2026-11', '2026-11-01T00:00:00Z'],
  ['1700000000', '2023-11-14T22:13:20Z'],
  ['now', '2026-11-24T10:00:00.500Z'],
  ['today', '2026-11-24T00:00:00Z'],
  ['-1h', '2026-11-24T09:00:00.500Z'],
  ['+5m', '2026-11-24T10:05:00.500Z'],
  ['-1:00:00', '2026-11-24T09:00:00.500Z'],
  ['0', '1970-01-01T00:00:00Z'],
  ['1.7e9', '2023-11-14T22:13:20Z'],
] as const)
  test(`"${text}" is ${iso}, whatever the time zone of the machine`, () =>
    assert.equal(isoTime(parseTime(text, now)), iso))

for (const text of [
  '',
  'yesterday',
  '2024',
  '24.11.2026',
  '2026-13-01',
  '2026-02-30',
  '2026-11-24T25:00',
  '-60000d',
  '1h',
  '10:00',
])
  test(`"${text}" is no time`, () =>
    assert.throws(() => parseTime(text, now), {
      name: 'UsageError',
      message: `"${text}" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    }))

for (const [text, unit] of [
  ['1700000000000', 'ms'],
  ['1700000000000000', 'us'],
  ['1700000000000000000', 'ns'],
] as const)
  test(`${text} is no time, and is asked whether it is in ${unit}`, () =>
    assert.throws(() => parseTime(text, now), {
      message: `"${text}" is not a time (is it in ${unit}?); write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    }))
