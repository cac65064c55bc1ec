import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {newestOf} from '../../../../src/lib/gnocchi/newest.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const since = new Date('2026-11-20T09:00:00Z')

test('the newest period of the coarsest granularity, by a method that has a value for a single measure', async (t) => {
  const policy = {...medium, aggregation_methods: ['rate:mean', 'std', 'sum']}
  const gnocchi = await fakeGnocchi(t, {
    [id]: {
      policy,
      aggregates: {
        sum: [
          ['2026-11-20T09:00:00+00:00', 3600, 1],
          ['2026-11-20T10:00:00+00:00', 3600, 2],
        ],
      },
    },
  })
  assert.deepEqual(await newestOf(gnocchi.client, id, since), {
    archivePolicy: decodeArchivePolicy(policy),
    at: new Date('2026-11-20T10:00:00Z'),
  })
  assert.equal(
    gnocchi.received.at(-1)!.path,
    `/v1/metric/${id}/measures?aggregation=sum&granularity=3600&start=2026-11-20T09%3A00%3A00Z`,
  )
})

test('a metric without a measure since then', async (t) => {
  const {client} = await fakeGnocchi(t, {[id]: {}})
  assert.equal((await newestOf(client, id, since))?.at, undefined)
})

for (const status of [403, 404])
  test(`a metric that gets a ${status} has none; what it is refused for is said when it is sent`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({status})
    assert.equal(await newestOf(gnocchi.client, id, since), undefined)
  })

test('Gnocchi being unwell is an error: nothing is set aside for it', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 503})
  await assert.rejects(newestOf(gnocchi.client, id, since), {status: 503})
})
