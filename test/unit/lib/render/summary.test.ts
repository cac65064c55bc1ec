import assert from 'node:assert/strict'
import {test} from 'node:test'

import {summaryInWords} from '../../../../src/lib/render/summary.ts'

const summary = {
  rounds: 2,
  sampled: 5,
  sent: 5,
  kept: 0,
  parked: 0,
  lost: 0,
  silentHosts: new Map(),
  sendError: undefined,
}

test('a run in one line: only what happened is said', () => {
  assert.equal(summaryInWords(summary), '2 rounds, 5 sampled, 5 sent')
  assert.equal(
    summaryInWords({...summary, rounds: 1, sent: 1, kept: 2, parked: 1, lost: 1}),
    '1 round, 5 sampled, 1 sent, 2 kept for the next run, 1 set aside, 1 lost: the disk was full',
  )
})
