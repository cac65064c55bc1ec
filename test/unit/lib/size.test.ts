import assert from 'node:assert/strict'
import {test} from 'node:test'

import {bytesInWords, parseSize} from '../../../src/lib/size.ts'

for (const [text, bytes] of [
  ['1048576', 1_048_576],
  ['64K', 65_536],
  ['500M', 524_288_000],
  ['2g', 2_147_483_648],
  ['2GiB', 2_147_483_648],
  ['1.5 GB', 1_610_612_736],
  [' 1t ', 1_099_511_627_776],
] as const)
  test(`"${text}" is ${bytes} bytes`, () => assert.equal(parseSize(text), bytes))

for (const text of ['', '-5M', '5X', 'M', '5 M B', '1e9', '∞'])
  test(`"${text}" is no size`, () =>
    assert.throws(() => parseSize(text), {
      exitCode: 2,
      message: `"${text}" is not a size; write 500M, 2G or a number of bytes`,
    }))

for (const text of ['0', '63K'])
  test(`${text} is too small`, () =>
    assert.throws(() => parseSize(text), {exitCode: 2, message: `${text} is too small for a spool; the least is 64K`}))

for (const [bytes, words] of [
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [10_200, '10 KiB'],
  [1_048_575, '1.0 MiB'],
  [908_841, '888 KiB'],
  [12_502_425, '12 MiB'],
  [3e18, '2665 PiB'],
] as const)
  test(`${bytes} bytes are ${words}`, () => assert.equal(bytesInWords(bytes), words))
