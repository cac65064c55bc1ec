import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseDuration} from '../../../src/lib/duration.ts'
import {UsageError} from '../../../src/lib/errors.ts'
import {parseSize} from '../../../src/lib/size.ts'
import {parseTime} from '../../../src/lib/instant.ts'
import {said} from './said.ts'

const now = new Date('2026-11-24T10:00:00Z')

const table = (
  what: string,
  parse: (text: string) => unknown,
  message: (text: string) => string,
  texts: readonly string[],
) =>
  texts.forEach((text) => {
    test(`${JSON.stringify(text.slice(0, 40))} is no ${what}`, async () =>
      assert.equal(await said(UsageError, () => parse(text)), message(text)))
  })

table(
  'duration',
  parseDuration,
  (text) => `"${text}" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds`,
  [
    ' ', '\n', '+5s', '5 s s', '5,5s', '.5s', '5.s', '5.5.5s', '1:30', '00:01:00', 'PT5M', 'P1D', '5S5', 's5', '5ss',
    '0x10', '1e3s', '-1', '--5s', '5 months', 'month', 'fortnight', 'NaN', 'Infinity', '١٠s', '5 ｓ', '5m-30s', '5m,30s',
    '0h0m', '0.0', '300y', '9223372037', '__proto__', 'toString', '1toString', '$(sleep 1)', '9'.repeat(5000), ' '.repeat(9999),
  ],
) // prettier-ignore

table(
  'time',
  (text) => parseTime(text, now),
  (text) => `"${text}" is not a time; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
  [
    ' ', 'NOW', 'tomorrow', '1h', '1 h\n', '\0\n', '10:00', '2026', '2026-1-1', '26-11-24', '2026/11/24', '11/24/2026',
    '2026-11-24T', '2026-11-24T10:00:', '2026-11-24T10:60', '2026-11-24T10:00:61', '2026-11-24T24:01',
    '2026-11-24T10:00:00+25:00', '2026-11-24T10:00:00+01:60', '2026-11-24T10:00:00 CET', '2026-W48-2', '2026-328', '2026-00-10',
    '2026-04-31', '2025-02-29', '1969-12-31', '99999-01-01', '2263-01-01', '9223372037', '-', '-now', '-0s',
    '--1h', '-60y', '-1x', 'Tue Nov 24 2026', '9'.repeat(400), 'null',
  ],
) // prettier-ignore

table(
  'size',
  parseSize,
  (text) => `"${text}" is not a size; write 500M, 2G or a number of bytes`,
  [
    ' ', 'G', '+5G', '5,5G', '.5G', '5.G', '5E', '5P', '5KK', '5GiBB', '5 bytes', '0x100000', '1_000_000', '1e9K', '5%', 'all',
    'Infinity', 'NaN', '٥G', '5G5', '9999999999999T', '9'.repeat(400),
  ],
) // prettier-ignore

for (const text of ['1', '65535', '63.9K', '0.01M', '0.0G', '0T', '1b', '1k'])
  test(`${text} is too small for a spool`, async () =>
    assert.equal(await said(UsageError, () => parseSize(text)), `${text} is too small for a spool; the least is 64K`))
