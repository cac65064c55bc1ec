import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {scanRows} from '../../../../src/lib/gnocchi/scan-rows.ts'

type Row = [milliseconds: number, granularitySeconds: number, value: number]

function scanned(text: string): Row[] | undefined {
  const rows = scanRows(Buffer.from(text))
  return (
    rows &&
    Array.from({length: rows.length}, (_, n) => [rows.milliseconds(n), rows.granularitySeconds(n), rows.value(n)])
  )
}

/** The same by JSON.parse: NaN for a time that was left out, and for a value that is none. */
function parsed(text: string): Row[] | undefined {
  const mended = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
    found[0] === '"' ? found : 'null',
  )
  let body: unknown
  try {
    body = JSON.parse(mended)
  } catch {
    return undefined
  }
  if (!Array.isArray(body)) return undefined
  const rows = body.map((row: unknown): Row | undefined => {
    if (!Array.isArray(row) || row.length !== 3) return undefined
    const [time, granularity, value] = row as unknown[]
    const milliseconds = new Date(typeof time === 'string' ? time : Number.NaN).getTime()
    if (time !== '+00:00' && Number.isNaN(milliseconds)) return undefined
    if (!Number.isFinite(granularity) || (value !== null && !Number.isFinite(value))) return undefined
    return [milliseconds, granularity as number, (value as number | null) ?? Number.NaN]
  })
  return rows.includes(undefined) ? undefined : (rows as Row[])
}

const at = Date.UTC(2026, 10, 24, 10)

for (const [what, text, rows] of [
  ['no rows', '[]', []],
  ['rows as Gnocchi writes them', '[["2026-11-24T10:00:00+00:00",60.0,12.345],["2026-11-25T00:00:59+00:00",60.0,-1.0]]', [[at, 60, 12.345], [at + 14 * 3_600_000 + 59_000, 60, -1]]],
  ['white space', ' [ [ "2026-11-24T10:00:00+00:00" , 60.0 , 1 ] ,\n["2026-11-24T10:00:00+00:00", 1, 2\t]\r] \n', [[at, 60, 1], [at, 1, 2]]],
  ['values that are none', `[${['NaN', 'Infinity', '-Infinity', 'null'].map((word) => `["2026-11-24T10:00:00+00:00",1,${word}]`).join(',')}]`, [[at, 1, NaN], [at, 1, NaN], [at, 1, NaN], [at, 1, NaN]]],
  ['times with a fraction, and another offset', '[["2026-11-24T10:00:00.250000+00:00",0.25,1],["2026-11-24T11:00:00+01:00",0.25,1]]', [[at + 250, 0.25, 1], [at, 0.25, 1]]],
  ['days that are nearly the same', '[["2026-11-24T10:00:00+00:00",1,1],["1026-11-24T10:00:00+00:00",1,1],["1026-11-24T24:00:00+00:00",1,1]]', [[at, 1, 1], [Date.UTC(1026, 10, 24, 10), 1, 1], [Date.UTC(1026, 10, 25), 1, 1]]],
  ['a time that was left out', '[["+00:00",0.5,1]]', [[NaN, 0.5, 1]]],
  ['numbers of any size', '[["2026-11-24T10:00:00+00:00",1e3,1.7976931348623157e308],["2026-11-24T10:00:00+00:00",1,0.30000000000000004],["2026-11-24T10:00:00+00:00",1,-0.0]]', [[at, 1000, Number.MAX_VALUE], [at, 1, 0.1 + 0.2], [at, 1, -0]]],
] as [string, string, Row[]][])
  test(`${what}: read to the same numbers`, () => {
    assert.deepEqual(scanned(text), rows)
    assert.deepEqual(parsed(text), rows)
  }) // prettier-ignore

for (const text of [
  '',
  '{}',
  '[',
  '[[]]',
  '[["2026-11-24T10:00:00+00:00",60.0]]',
  '[["2026-11-24T10:00:00+00:00",60.0,1,2]]',
  '[["2026-11-24T10:00:00+00:00",60.0,1],]',
  '[["2026-11-24T10:00:00+00:00",60.0,1]] x',
  '[["2026-11-24T10:00:00+00:00",60.0,1]',
  '[["2026-11-24T10:00:00+00:00","M",1]]',
  '[["2026-11-24T10:00:00+00:00",NaN,1]]',
  '[["2026-11-24T10:00:00+00:00",60.0,"1"]]',
  '[["2026-11-24T10:00:00+00:00",60.0,1e999]]',
  '[["2026-11-24T10:00:00+00:00",60.0,01]]',
  '[["2026-11-24T10:00:00+00:00",60.0,1.]]',
  '[["2026-11-24T10:00:00+00:00",60.0,.5]]',
  '[["2026-11-24T10:00:00+00:00",60.0,+1]]',
  '[["2026-11-24T10:00:00+00:00",60.0,-]]',
  '[["2026-13-24T10:00:00+00:00",60.0,1]]',
  '[["2026-11-24T10:60:00+00:00",60.0,1]]',
  '[["2026-11-24T10:00:60+00:00",60.0,1]]',
  '[["yesterday",60.0,1]]',
  '[[1,60.0,1]]',
])
  test(`not taken for rows: ${text}`, () => {
    assert.equal(scanned(text), undefined)
    assert.equal(parsed(text), undefined)
  })

const pad = (value: number, width = 2) => String(value).padStart(width, '0')
const time = fc.oneof(
  {weight: 4, arbitrary: fc.date({min: new Date(at), max: new Date(at + 200_000_000), noInvalidDate: true}).map((date) => date.toISOString().replace(/\..*/, '+00:00'))},
  fc.date({noInvalidDate: true}).map((date) => date.toISOString()),
  fc.tuple(fc.nat(9999), fc.nat(13), fc.nat(32), fc.nat(24), fc.nat(60), fc.nat(60)).map(([year, month, day, hour, minute, second]) =>
    `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(hour)}:${pad(minute)}:${pad(second)}+00:00`),
  fc.constantFrom('+00:00', '2026-11-24', '2026-11-24T10:00:00Z', '2026-11-24t10:00:00+00:00', '24 Nov 2026 10:00 UTC'),
).map((text) => `"${text}"`) // prettier-ignore

const number = fc.oneof(
  fc.double({noNaN: true, noDefaultInfinity: true}).map(String),
  fc.integer({min: -1e9, max: 1e9}).map((thousandths) => (thousandths / 1000).toFixed(3)),
  fc.tuple(fc.bigInt({min: 0n, max: 10n ** 20n}), fc.nat(9)).map(([digits, places]) => {
    const text = String(digits).padStart(places + 1, '0')
    return places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`
  }),
  fc.constantFrom('0', '-0', '0.0', '1e3', '-2E-7', '1e400', '00', '1.', '.5', '+1', '-'),
)
const value = fc.oneof(
  {weight: 6, arbitrary: number},
  fc.constantFrom('NaN', 'Infinity', '-Infinity', 'null', '-NaN', 'nan', '"1"', '[]'),
)
const space = fc.oneof({weight: 9, arbitrary: fc.constant('')}, fc.constantFrom(' ', '\n', '\t', '\r', '\v', '\u00A0'))
const row = fc
  .tuple(space, time, space, number, space, value, space)
  .map(([a, at, b, seconds, c, found, d]) => `[${a}${at}${b},${seconds}${c},${found}${d}]`)
const body = fc
  .tuple(space, fc.array(row, {maxLength: 5}), space)
  .map(([a, rows, b]) => `${a}[${rows.join(`${b},`)}${b}]`)
const damage = fc.tuple(
  fc.nat(),
  fc.nat(2),
  fc.constantFrom('"', '[', ']', ',', '-', '.', '0', '9', 'e', '+', ':', 'T', '\\', ' ', '\n', 'é'),
)
const damagedBody = fc.tuple(body, fc.array(damage, {minLength: 1, maxLength: 2})).map(([text, damages]) =>
  damages.reduce((changed, [place, cut, put]) => {
    const where = place % (changed.length + 1)
    return changed.slice(0, where) + put + changed.slice(where + cut)
  }, text),
)

test('any text of rows, damaged or not, is read as JSON.parse does, or not at all where that cannot', () => {
  fc.assert(
    fc.property(fc.oneof(body, damagedBody), (text) => assert.deepEqual(scanned(text), parsed(text))),
    {numRuns: 3000},
  )
})
