import assert from 'node:assert/strict'
import {test} from 'node:test'

import {resolvedMethods} from '../../../../src/lib/gnocchi/aggregation-methods.ts'
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
