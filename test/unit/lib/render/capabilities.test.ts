import assert from 'node:assert/strict'
import {test} from 'node:test'

import {resolvedMethods} from '../../../../src/lib/gnocchi/aggregation-methods.ts'
import {bytesInWords} from '../../../../src/lib/render/bytes.ts'
import {capabilityColumns} from '../../../../src/lib/render/capabilities.ts'

const inWords = (aggregationMethods: string[]) => capabilityColumns[0]!.text!({aggregationMethods})

test('people see 216 methods in two lines', () =>
  assert.equal(
    inWords(resolvedMethods(['*'])),
    'count, first, last, max, mean, median, min, std, sum, 1pct … 99pct\nrate: before any of them',
  ))

test('methods that are no whole range are named', () => {
  assert.equal(
    inWords(['mean', '1pct', '2pct', '5pct', '9pct', 'rate:mean']),
    'mean, 1pct, 2pct, 5pct, 9pct\nrate: before mean',
  )
  assert.equal(inWords(['mean']), 'mean')
})

for (const [bytes, words] of [
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [10_200, '10 KiB'],
  [908_841, '888 KiB'],
  [12_502_425, '12 MiB'],
  [3e18, '2665 PiB'],
] as const)
  test(`${bytes} bytes are ${words}`, () => assert.equal(bytesInWords(bytes), words))
