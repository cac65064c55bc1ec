import assert from 'node:assert/strict'
import {test} from 'node:test'

import {didYouMean} from '../../../src/lib/did-you-mean.ts'

for (const [word, candidates, meant] of [
  ['pasword', ['ip', 'password', 'passphrase'], 'password'],
  ['psasword', ['password', 'passphrase'], 'password'],
  ['HOSTS', ['hosts', '$schema'], 'hosts'],
  ['granularty', ['granularity', 'timestamp'], 'granularity'],
  ['xyz', ['password', 'port'], undefined],
  ['quite-another-word', ['password'], undefined],
  ['anything', [], undefined],
] as const)
  test(`${word} of ${candidates.join(', ') || 'nothing'}: ${meant ?? 'none is near'}`, () =>
    assert.equal(didYouMean(word, candidates), meant))
