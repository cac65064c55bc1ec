import assert from 'node:assert/strict'
import {test} from 'node:test'

import {timeZone} from '../../../../src/lib/transfer/time-zone.ts'
import {timestampReader} from '../../../../src/lib/transfer/timestamps.ts'
import {good, lines, read} from './reading.ts'

const moments = (zone: string, shown: string): string[] =>
  timeZone(zone)
    .moments(Date.parse(`${shown}Z`) / 1000)
    .map((seconds) => new Date(seconds * 1000).toISOString().slice(0, 19))

for (const [zone, shown, ...utc] of [
  ['Europe/Berlin', '2026-01-15T12:00:00', '2026-01-15T11:00:00'],
  ['europe/berlin', '2026-07-15T12:00:00', '2026-07-15T10:00:00'],
  // Put forward from 02:00 to 03:00.
  ['Europe/Berlin', '2026-03-29T01:59:59', '2026-03-29T00:59:59'],
  ['Europe/Berlin', '2026-03-29T02:00:00'],
  ['Europe/Berlin', '2026-03-29T02:59:59'],
  ['Europe/Berlin', '2026-03-29T03:00:00', '2026-03-29T01:00:00'],
  // Put back from 03:00 to 02:00.
  ['Europe/Berlin', '2026-10-25T01:59:59', '2026-10-24T23:59:59'],
  ['Europe/Berlin', '2026-10-25T02:00:00', '2026-10-25T00:00:00', '2026-10-25T01:00:00'],
  ['Europe/Berlin', '2026-10-25T02:59:59', '2026-10-25T00:59:59', '2026-10-25T01:59:59'],
  ['Europe/Berlin', '2026-10-25T03:00:00', '2026-10-25T02:00:00'],
  ['America/New_York', '2026-03-08T02:30:00'],
  ['America/New_York', '2026-11-01T01:30:00', '2026-11-01T05:30:00', '2026-11-01T06:30:00'],
  // By half an hour, at two.
  ['Australia/Lord_Howe', '2026-04-05T01:45:00', '2026-04-04T14:45:00', '2026-04-04T15:15:00'],
  // At a minute past midnight, up to 2011.
  ['America/St_Johns', '2010-11-06T23:01:00', '2010-11-07T01:31:00', '2010-11-07T02:31:00'],
  // A whole day that was left out.
  ['Pacific/Apia', '2011-12-30T12:00:00'],
  ['Pacific/Apia', '2011-12-31T00:00:00', '2011-12-30T10:00:00'],
  ['Africa/Monrovia', '1971-06-01T00:00:00', '1971-06-01T00:44:30'],
  ['Asia/Kathmandu', '2026-11-24T05:45:00', '2026-11-24T00:00:00'],
  ['+02:00', '2026-03-29T02:30:00', '2026-03-29T00:30:00'],
  ['-0330', '2026-11-24T10:00:00', '2026-11-24T13:30:00'],
  ['+1', '2026-11-24T10:00:00', '2026-11-24T09:00:00'],
  ['Z', '2026-11-24T10:00:00', '2026-11-24T10:00:00'],
] as const satisfies [string, string, ...string[]][])
  test(`${zone} shows ${shown} ${['never', 'at', 'twice: at'][utc.length]} ${utc.join(' and ')}`, () =>
    assert.deepEqual(moments(zone, shown), utc))

test('one day after the other is as each alone', () => {
  const berlin = timeZone('Europe/Berlin')
  for (let seconds = Date.UTC(2026, 2, 27) / 1000; seconds < Date.UTC(2026, 2, 31) / 1000; seconds += 1800)
    assert.deepEqual(berlin.moments(seconds), timeZone('Europe/Berlin').moments(seconds))
})

for (const [zone, message] of [
  ['Europe/Berln', 'there is no time zone "Europe/Berln"; did you mean Europe/Berlin?'],
  ['+24:00', 'there is no time zone "+24:00"'],
  ['', 'there is no time zone ""'],
] as const)
  test(`"${zone}" is no zone`, () => assert.throws(() => timeZone(zone), {exitCode: 2, message}))

test('a zone is for times without one, and a time that its clocks skip is refused', () => {
  const said = (text: string) => {
    const moment = timestampReader('s', timeZone('Europe/Berlin'))(text)
    return typeof moment === 'string' ? moment : moment.timestamp
  }
  assert.equal(said('2026-11-24T10:00:00'), '2026-11-24T09:00:00Z')
  assert.equal(said('2026-11-24 10:00:00.123456789'), '2026-11-24T09:00:00.123456789Z')
  assert.equal(said('2026-11-24'), '2026-11-23T23:00:00Z')
  assert.equal(said('2026-11-24T10:00:00Z'), '2026-11-24T10:00:00Z')
  assert.equal(said('2026-11-24T10:00:00+05:00'), '2026-11-24T05:00:00Z')
  assert.equal(said('1764000000'), '2025-11-24T16:00:00Z')
  assert.equal(said('2026-03-29T02:30:00'), '"2026-03-29T02:30:00" is no time that there is in Europe/Berlin')
  assert.equal(said('1970-01-01T00:30:00'), 'its time is before 1970')
})

const shown = (metric: string, ...times: string[]) => times.map((time) => `${metric},2026-10-25T${time},1`)

test('an hour that comes twice is read as it stands in a file sorted by time, for each metric', async () => {
  const hour = ['01:30:00', '02:00:00', '02:30:00', '02:00:00', '02:30:00', '03:00:00']
  // The metric b has one measure an hour, c only those of the second hour, d the digits below milliseconds.
  const text = lines(
    ...shown('a', ...hour),
    ...shown('b', '02:00:00', '02:00:00', '03:00:00'),
    ...shown('c', '01:30:00Z', '02:30:00'),
    ...shown('d', '02:00:00.0001', '02:00:00.0002', '02:00:00.0001'),
  )
  const {arrived, outcome} = await read(text, {timezone: timeZone('Europe/Berlin')})
  await outcome
  const times = Object.fromEntries(
    Object.entries(arrived).map(([id, all]): [string, string[]] => [id.slice(-1), all.map((one) => one.slice(11, -3))]),
  )
  assert.deepEqual(times, {
    a: ['23:30:00', '00:00:00', '00:30:00', '01:00:00', '01:30:00', '02:00:00'],
    b: ['00:00:00', '01:00:00', '02:00:00'],
    c: ['01:30:00', '01:30:00'],
    d: ['00:00:00.000100000', '00:00:00.000200000', '01:00:00.000100000'],
  })
})

test('without a zone, a file is read as UTC', async () => {
  const {arrived, outcome} = await read(lines(good.replace('Z', '')))
  await outcome
  assert.deepEqual(arrived, {'id of a': ['2026-11-24T10:00:00Z 1']})
})
