import assert from 'node:assert/strict'
import {test} from 'node:test'

import {sampleFormats} from '../../../../src/lib/render/samples.ts'

const sample = {at: new Date('2026-11-20T10:00:00Z'), host: 'web\u001B[2J', metric: 'm1', value: 35.89666666666667}

test('people see time, host and value on a line', () => {
  assert.equal(sampleFormats.text(sample, '%'), '2026-11-20T10:00:00Z  web\\u001b[2J  35.90 %\n')
})

test('programs get the number whole', () => {
  assert.equal(
    sampleFormats.ndjson(sample),
    '{"timestamp":"2026-11-20T10:00:00Z","host":"web\\u001b[2J","metric":"m1","value":35.89666666666667}\n',
  )
})
