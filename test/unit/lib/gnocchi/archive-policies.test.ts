import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy, oldestTakenAt, type ArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const decoded: ArchivePolicy = {
  name: 'medium',
  backWindow: 0,
  aggregationMethods: ['count', 'max', 'mean', 'min'],
  definition: [
    {granularitySeconds: 60, points: 10_080, timespanSeconds: 604_800},
    {granularitySeconds: 3600, points: 8760, timespanSeconds: 31_536_000},
  ],
}

test('a policy is decoded: methods sorted, finest granularity first, whatever order it comes in', () => {
  assert.deepEqual(decodeArchivePolicy({...medium, definition: medium.definition.toReversed()}), decoded)
})

test('a policy that keeps for ever has no points and no timespan', () => {
  const definition = [{granularity: '0:00:00.500000', points: null, timespan: null}]
  assert.deepEqual(decodeArchivePolicy({...medium, definition}).definition, [
    {granularitySeconds: 0.5, points: null, timespanSeconds: null},
  ])
})

test('one policy, all policies, and one that there is not', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  assert.deepEqual(await client.archivePolicies.get('medium'), decoded)
  assert.deepEqual(await client.archivePolicies.list(), [decoded])
  await assert.rejects(client.archivePolicies.get('a/b?'), {
    status: 404,
    message: 'Archive policy a/b? does not exist (HTTP 404)',
  })
  assert.deepEqual(
    received.map(({method, path}) => `${method} ${path}`),
    ['GET /v1/archive_policy/medium', 'GET /v1/archive_policy', 'GET /v1/archive_policy/a%2Fb%3F'],
  )
})

for (const [backWindow, oldest] of [
  [0, '2026-11-24T10:00:00.000Z'],
  [2, '2026-11-24T08:00:00.000Z'],
] as const)
  test(`with a back window of ${backWindow}, measures are taken from ${oldest} on`, () => {
    const taken = oldestTakenAt({...decoded, backWindow}, new Date('2026-11-24T10:59:59.999Z'))
    assert.equal(taken.toISOString(), oldest)
  })
