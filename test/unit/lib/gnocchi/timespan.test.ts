import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseTimespan} from '../../../../src/lib/gnocchi/timespan.ts'

// As gnocchi/utils.py to_timespan has them, and a year.
for (const [text, seconds] of [
  ['300', 300],
  ['0.5', 0.5],
  ['60s', 60],
  ['5 min', 300],
  ['5mins', 300],
  ['2 hrs', 7200],
  ['1h30m', 5400],
  ['2 days', 172_800],
  ['1d12h', 129_600],
  ['3 wks', 1_814_400],
  ['1w', 604_800],
  ['1:00', 60],
  [':30', 30],
  ['00:01:00', 60],
  ['1:00:00.5', 3600.5],
  ['2:00:00:00', 172_800],
  ['30 days, 0:00:00', 2_592_000],
  ['1y', 31_536_000],
] as const)
  test(`${text} is ${seconds} s`, () => assert.equal(parseTimespan(text), seconds))

for (const text of ['', '0', '0:00:00', '-5', '1:2', 'PT1M', '1 month', 'soon', 'nan'])
  test(`"${text}" is no timespan`, () =>
    assert.throws(() => parseTimespan(text), {
      message: `"${text}" is not a timespan; write 30s, 5m, 1h30m, 7d, 00:05:00 or a number of seconds`,
    }))
