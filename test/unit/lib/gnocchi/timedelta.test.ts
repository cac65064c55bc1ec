import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {timedeltaSeconds, timedeltaText} from '../../../../src/lib/gnocchi/timedelta.ts'

for (const [text, seconds] of [
  ['0:01:00', 60],
  ['1:00:00', 3600],
  ['1 day, 0:00:00', 86_400],
  ['365 days, 0:00:00', 31_536_000],
  ['0:00:00.100000', 0.1],
  ['-1 day, 23:59:59', -1],
] as const)
  test(`${text} is ${seconds} s, and back`, () => {
    assert.equal(timedeltaSeconds(text), seconds)
    assert.equal(timedeltaText(seconds), text)
  })

/** As Python's datetime.timedelta.__str__ writes so many microseconds. */
function python(days: number, micros: number): string {
  const pad = (n: number, width = 2) => String(n).padStart(width, '0')
  const seconds = Math.floor(micros / 1e6)
  const time = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  const fraction = micros % 1e6 === 0 ? '' : `.${pad(micros % 1e6, 6)}`
  return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${time}${fraction}`
}

test('every timedelta is read exactly and written as Python writes it', () => {
  fc.assert(
    fc.property(fc.integer({min: -1000, max: 4000}), fc.integer({min: 0, max: 86_400_000_000 - 1}), (days, micros) => {
      const text = python(days, micros)
      const seconds = timedeltaSeconds(text)
      assert.ok(Math.abs(seconds - (days * 86_400 + micros / 1e6)) < 1e-6)
      assert.equal(timedeltaText(seconds), text)
    }),
  )
})

for (const text of ['', '60', '60.0', '1 day', '1:00', 'P1D', '1 day, 0:00:00 or so'])
  test(`"${text}" is no timespan`, () =>
    assert.throws(() => timedeltaSeconds(text), {
      message: `it is "${text}", not a timespan`,
    }))
