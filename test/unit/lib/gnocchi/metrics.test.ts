import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {decodeResource} from '../../../../src/lib/gnocchi/resources.ts'
import {fakeGnocchi, medium, wireResource} from '../../fake-gnocchi.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'

test('a metric comes with its policy and the name its resource was given', async (t) => {
  const {client} = await fakeGnocchi(t, {[id]: {}})
  assert.deepEqual(await client.metrics.get(id), {
    id,
    name: 'memory.usage',
    unit: '%',
    creator: 'alice:research',
    createdByUserId: 'alice',
    createdByProjectId: 'research',
    resourceId: '11111111-1111-5111-8111-111111111111',
    archivePolicy: decodeArchivePolicy(medium),
    resource: decodeResource(wireResource('web-1')),
  })
})

for (const resource of [null, undefined])
  test(`a metric without a resource (${resource})`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({body: {id, name: null, unit: null, archive_policy: medium, resource}})
    const {name, unit, resourceId} = await gnocchi.client.metrics.get(id)
    assert.deepEqual({name, unit, resourceId}, {name: null, unit: null, resourceId: null})
  })

test('a metric that there is not', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(client.metrics.get(id), {
    status: 404,
    message: `Metric ${id} does not exist (HTTP 404)`,
  })
})
