import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {durationInWords, parseDuration, roughly} from '../../../src/lib/duration.ts'

for (const [text, seconds] of [
  ['90', 90],
  ['0.5', 0.5],
  ['30s', 30],
  ['1m', 60],
  ['1h30m', 5400],
  ['1h 30m', 5400],
  ['1.5h', 5400],
  ['7 days', 604_800],
  ['2w', 1_209_600],
  ['1y', 31_536_000],
  ['minute', 60],
  ['h', 3600],
  ['Hour', 3600],
  [' 5 minutes ', 300],
] as const)
  test(`"${text}" is ${seconds} seconds`, () => assert.equal(parseDuration(text), seconds))

for (const text of [
  '',
  '0',
  '0s',
  '-5s',
  '5 parsecs',
  '1h30',
  '1e3',
  '∞',
  'constructor',
  '5constructor',
  '9'.repeat(400),
])
  test(`"${text.slice(0, 20)}" is no duration`, () =>
    assert.throws(() => parseDuration(text), {
      name: 'UsageError',
      exitCode: 2,
      message: `"${text}" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds`,
    }))

for (const [seconds, words] of [
  [60, '1 minute'],
  [604_800, '7 days'],
  [5400, '1 hour 30 minutes'],
  [0.1, '0.1 seconds'],
  [90_061, '1 day 1 hour 1 minute 1 second'],
  [0, '0 seconds'],
] as const)
  test(`${seconds} in words: ${words}`, () => assert.equal(durationInWords(seconds), words))

test('what durationInWords writes, parseDuration reads', () => {
  fc.assert(
    fc.property(fc.integer({min: 1, max: 1_000_000_000}), (seconds) =>
      assert.equal(parseDuration(durationInWords(seconds)), seconds),
    ),
  )
})

for (const [seconds, words] of [
  [1, '1 second'],
  [59, '59 seconds'],
  [1500, '25 minutes'],
  [7100, '2 hours'],
  [200_000, '2 days'],
  [0.2, '0 seconds'],
] as const)
  test(`roughly ${seconds} seconds: ${words}`, () => assert.equal(roughly(seconds), words))
