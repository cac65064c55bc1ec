import assert from 'node:assert/strict'
import {test} from 'node:test'

import {alerts, parseAlertRange} from '../../../src/lib/alert-range.ts'

// The table of https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT, and its edges.
for (const [text, raising, quiet] of [
  ['10', [-0.1, 10.1], [0, 5, 10]],
  ['10:', [9.9, -5], [10, 1e9]],
  ['~:10', [10.1], [-1e9, 10]],
  ['10:20', [9.9, 20.1], [10, 20]],
  ['@10:20', [10, 15, 20], [9.9, 20.1]],
  ['~:', [], [-1e9, 0, 1e9]],
  ['-5:-1.5', [-6, -1, 0], [-5, -1.5]],
  [':7', [-1, 8], [0, 7]],
  ['@80:', [80, 99], [79]],
  ['0', [1, -1], [0]],
] as [string, number[], number[]][])
  test(`the range ${text}`, () => {
    const range = parseAlertRange(text)
    assert.deepEqual(raising.map((value) => [value, alerts(range, value)]), raising.map((value) => [value, true])) // prettier-ignore
    assert.deepEqual(quiet.map((value) => [value, alerts(range, value)]), quiet.map((value) => [value, false])) // prettier-ignore
  })

for (const text of ['', ' ', ':', '@', '@:', 'x', '1:2:3', '~', '10%', '80,90', '1e3', '--5', '10:~'])
  test(`"${text}" is no range`, () =>
    assert.throws(() => parseAlertRange(text), {exitCode: 2, message: /is not a range/}))

test('a range that begins above its end is a mistake', () =>
  assert.throws(() => parseAlertRange('20:10'), {message: '"20:10" is not a range: 20 is more than 10'}))
