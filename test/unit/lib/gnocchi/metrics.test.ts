import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {allOf} from '../../../../src/lib/gnocchi/pages.ts'
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

const resourceId = '22222222-2222-5222-8222-222222222222'
const listed = (name: string, more: object = {}) => ({
  id,
  name,
  unit: null,
  creator: 'alice:research',
  created_by_user_id: 'alice',
  created_by_project_id: 'research',
  archive_policy: medium,
  resource_id: resourceId,
  ...more,
})

test('metrics of a list have the id of their resource alone; one policy is looked at once', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: [listed('a'), listed('b', {resource_id: null})]})
  const [a, b] = await allOf(gnocchi.client.metrics.list())
  assert.deepEqual([a!.name, a!.resourceId, a!.resource], ['a', resourceId, undefined])
  assert.equal(b!.resourceId, null)
  assert.equal(a!.archivePolicy, b!.archivePolicy)
  assert.deepEqual(a!.archivePolicy, decodeArchivePolicy(medium))
})

test('a metric of a resource that was just made is the one of its name, wherever it stands', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: [listed('a', {id: resourceId}), listed('m')]})
  const {metrics} = gnocchi.client
  assert.equal((await metrics.createNamed('web 1', {name: 'm', unit: 'B', archivePolicyName: 'low'})).id, id)
  const [{method, path, body}] = gnocchi.received as [(typeof gnocchi.received)[0]]
  assert.deepEqual([method, path], ['POST', '/v1/resource/generic/web%201/metric'])
  assert.deepEqual(body, {m: {unit: 'B', archive_policy_name: 'low'}})
  await assert.rejects(metrics.createNamed('web 1', {name: 'other'}), /has no metric other$/)
})

for (const [metric, message] of [
  [{name: ''}, 'the name of a metric cannot be empty'],
  [{name: 'a/b'}, 'the name of a metric cannot hold a slash: "a/b" could be neither shown nor deleted'],
  [{name: 'x'.repeat(256)}, 'the name of a metric has 255 characters at most, and this one 256'],
  [{unit: 'u'.repeat(32)}, `a unit has at most 31 characters, and "${'u'.repeat(32)}" 32`],
  [{archivePolicyName: ''}, 'the name of an archive policy cannot be empty'],
] as const)
  test(`a metric that Gnocchi answers with silence is refused here: ${message.slice(0, 40)}`, async (t) => {
    const {client, received} = await fakeGnocchi(t)
    await assert.rejects(client.metrics.create(metric), {exitCode: 2, message})
    assert.deepEqual(received, [])
  })

test('a search by value', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {[id]: [['2026-11-24T10:00:00+00:00', 60, 7]]}})
  const found = await gnocchi.client.metrics.searchByValue([id], {'>=': 5}, {method: 'max', granularitiesSeconds: [60]})
  assert.deepEqual(found.get(id), [{at: new Date('2026-11-24T10:00:00Z'), granularitySeconds: 60, value: 7}])
  assert.equal(gnocchi.received[0]!.path, `/v1/search/metric?metric_id=${id}&aggregation=max&granularity=60`)
  assert.deepEqual(gnocchi.received[0]!.body, {'>=': 5})
})
