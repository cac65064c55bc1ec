// Whoever says "nothing lost" must be able to see a loss.
import assert from 'node:assert/strict'
import {test} from 'node:test'

import {accountFor, randomly, samplesIn} from './evidence.ts'
import {setting} from './setting.ts'

const {gnocchi, producer} = await setting()

test('the account sees each sample that is lost, changed, doubled, unprinted or out of order', async (t) => {
  const alice = await producer(t)
  const {stdout} = await alice.cli([...randomly, '--count', '3'])
  const samples = samplesIn(stdout)
  assert.equal(samples.length, 9)
  const first = samples[0]!
  const fine = {sampled: 9, stored: 9, lost: 0, doubled: 0, outOfOrder: 0, unprinted: 0}
  const never = {...first, timestamp: '2026-01-01T00:00:00Z'}
  const half = {...first, timestamp: first.timestamp.replace('Z', '.500Z')}
  for (const [printed, account] of [
    [samples, {}],
    [[never, ...samples], {sampled: 10, lost: 1}],
    [[{...first, value: first.value + 1e-9}, ...samples.slice(1)], {lost: 1}],
    [[first, ...samples], {sampled: 10, doubled: 1}],
    [[first, half, ...samples.slice(1)], {sampled: 10, lost: 1}],
    [samples.slice(1), {sampled: 8, unprinted: 1}],
    [[...samples.slice(1), first], {outOfOrder: 1}],
  ] as const)
    assert.deepEqual(await accountFor(gnocchi, printed, Object.values(alice.metrics())), {...fine, ...account})

  // In Gnocchi more often than printed.
  await gnocchi('POST', `v1/metric/${first.metric}/measures`, [{timestamp: half.timestamp, value: 1}])
  assert.deepEqual(await accountFor(gnocchi, samples), {...fine, stored: 10, doubled: 1})
})
