import assert from 'node:assert/strict'
import {test} from 'node:test'

import {writeNumber, writeWhole} from '../../../src/lib/write-number.ts'

const written = (write: (bytes: Buffer, start: number) => number): string => {
  const bytes = Buffer.alloc(40, '.')
  return bytes.toString('latin1', 3, write(bytes, 3))
}

test('whole numbers, as JavaScript writes them, on both sides of 32 bits', () => {
  for (const whole of [0, 9, 10, 99, 100, 1_764_000_000, 2 ** 31 - 1, 2 ** 31, 4_607_366_400, Number.MAX_SAFE_INTEGER])
    assert.equal(
      written((bytes, start) => writeWhole(bytes, start, whole)),
      String(whole),
    )
})

test('numbers of any kind, as JavaScript writes them', () => {
  const numbers = [0, 1, -1, 0.5, -0.001, 12.345, 99.999, 2_147_483.647, 2_147_483.648, -2_147_483.649, 0.1 + 0.2, 1e21]
  for (const number of [...numbers, 5e-324, -1.7976931348623157e308, 1234.5678])
    assert.equal(
      written((bytes, start) => writeNumber(bytes, start, number)),
      String(number),
    )
})
