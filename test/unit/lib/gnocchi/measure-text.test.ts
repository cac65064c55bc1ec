import assert from 'node:assert/strict'
import {test} from 'node:test'

import {measureText, MeasureText} from '../../../../src/lib/gnocchi/measure-text.ts'
import {readValue} from '../../../../src/lib/transfer/gather.ts'

const now = new Date('2026-11-24T12:00:00Z')
const at = new Date('2026-11-24T10:00:00Z')
const timestamp = '2026-11-24T10:00:00Z'

function textOf(measures: MeasureText): string {
  const bytes = Buffer.alloc(measures.byteLength)
  assert.equal(measures.writeTo(bytes, 0), bytes.length)
  return bytes.toString()
}

function holding(values: readonly number[]): MeasureText {
  const measures = new MeasureText()
  for (const value of values) assert.equal(measures.add(at, value, timestamp, now), undefined)
  return measures
}

const text = (values: readonly (number | string)[]): string =>
  values.map((value) => `{"timestamp":${at.getTime() / 1000},"value":${value}}`).join(',')

test('a number is written as JavaScript writes it', () => {
  const given = [0, -0, 1, -1, 9, 10, 99.9, 0.1, 0.01, 0.001, 0.0005, -0.025, 1.05, 100.5, 2147483.647, -2147483.648]
  const large = [2147483.649, 2 ** 31, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, -1.2345678901234567e-100, 0.1 + 0.2]
  const random = Array.from({length: 20_000}, (_, n) => (Math.random() - 0.5) * 10 ** (n % 20))
  const rounded = random.map((value, n) => Number(value.toFixed(n % 7)))
  const all = [...given, ...large, ...random, ...rounded]
  assert.equal(textOf(holding(all)), text(all))
})

test('a number of a file is read as JavaScript reads it', () => {
  const random = Array.from({length: 20_000}, (_, n) => ((Math.random() - 0.5) * 10 ** (n % 17)).toFixed(n % 9))
  for (const one of [...random, '5.', '.5', '-.5', '-0', '+1', '007', '1e3', '123456789012345', '0.123456789012345678'])
    assert.ok(Object.is(readValue(one), Number(one)), one)
  for (const one of ['', '-', '.', '-.', '1.2.3', '--1', '1-', '1 2'])
    assert.equal(typeof readValue(one), 'string', one)
})

test('others are added, halves keep the order, and memory that is used again holds nothing of before', () => {
  const values = Array.from({length: 1001}, (_, n) => n / 8)
  const measures = holding([])
  measures.addAll(holding([]))
  measures.addAll(holding(values.slice(0, 1)))
  measures.addAll(holding(values.slice(1)))
  const halves = measures.halves()
  assert.deepEqual(
    halves.map(({length}) => length),
    [501, 500],
  )
  assert.deepEqual(halves.map(textOf), [text(values.slice(0, 501)), text(values.slice(501))])
  assert.deepEqual(halves[1].halves().map(textOf), [text(values.slice(501, 751)), text(values.slice(751))])
  assert.deepEqual(holding([7]).halves().map(textOf), [text([7]), ''])
  const other = holding(values)
  measures.clear()
  assert.deepEqual([measures.length, textOf(measures)], [0, ''])
  measures.addAll(holding([2, 3]))
  assert.deepEqual([textOf(measures), textOf(other)], [text([2, 3]), text(values)])
})

test('whole seconds are numbers, until one of the metric has a fraction: Gnocchi reads all as it reads the first', () => {
  const fine = '2026-11-24T10:00:00.000000001Z'
  const far = '2118-11-24T10:00:00Z'
  const alone = (written: string, at: Date): MeasureText => {
    const measures = new MeasureText()
    assert.equal(measures.add(at, 5, written, new Date('2200-01-01')), undefined)
    return measures
  }
  const texts = (...times: string[]): string => times.map((time) => `{"timestamp":"${time}","value":5}`).join(',')
  for (const [written, at] of [
    [fine, new Date(timestamp)],
    [far, new Date(far)],
    ['2026-11-24T10:00:00.5Z', new Date('2026-11-24T10:00:00.5Z')],
  ] as const) {
    assert.equal(textOf(alone(written, at)), texts(written))
    const later = holding([5, 5])
    later.add(at, 5, written, new Date('2200-01-01'))
    later.add(new Date(timestamp), 5, timestamp, now)
    assert.equal(textOf(later), texts(timestamp, timestamp, written, timestamp))
    const [before, after] = [holding([5]), alone(written, at)]
    before.addAll(alone(written, at))
    after.addAll(holding([5]))
    assert.deepEqual([textOf(before), textOf(after)], [texts(timestamp, written), texts(written, timestamp)])
    assert.deepEqual(before.halves().map(textOf), [texts(timestamp), texts(written)])
    before.clear()
    before.addAll(holding([5]))
    assert.equal(textOf(before), text([5]))
  }
})

test('Gnocchi makes of each second the same nanoseconds as of its text, until 2116', () => {
  const last = Date.UTC(2116, 0) / 1000
  const seconds = Array.from({length: 100_000}, () => Math.floor(Math.random() * last))
  // numpy.array(values, dtype='float') * 10e8
  for (const second of [...seconds, 0, 1, last - 1]) assert.equal(BigInt(second * 10e8), BigInt(second) * 10n ** 9n)
})

test('what does harm does not get in', () => {
  const measures = holding([1])
  assert.match(measures.add(at, Number.NaN, timestamp, now)!, /not a number that Gnocchi can aggregate/)
  assert.match(measures.add(new Date('2026-11-24T13:00:00Z'), 1, '2026-11-24T13:00:00Z', now)!, /in the future/)
  assert.equal(textOf(measures), text([1]))
  assert.equal(measureText([{at: new Date(Number.NaN), value: 1}], now), 'its time is no time')
})
