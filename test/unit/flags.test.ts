import assert from 'node:assert/strict'
import {test} from 'node:test'

import {sourceFlag} from '../../src/flags.ts'

test('--source is shown where there is something to choose', () => {
  const {hidden, options, default: usual} = sourceFlag(['memory', 'random']).source
  assert.deepEqual({hidden, options, usual}, {hidden: false, options: ['memory', 'random'], usual: 'memory'})
  assert.equal(sourceFlag(['memory']).source.hidden, true)
})
