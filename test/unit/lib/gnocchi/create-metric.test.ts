import assert from 'node:assert/strict'
import {test} from 'node:test'

import {createMetric, findOrCreateMetric} from '../../../../src/lib/gnocchi/create-metric.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const memory = {name: 'memory.usage', unit: '%', archivePolicyName: 'medium'}
const wire = {unit: '%', archive_policy_name: 'medium'}
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

test('a new resource with its metric is one request', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  assert.equal(await findOrCreateMetric(client, '10.0.0.1', memory), id(1))
  assert.deepEqual(
    received.map(({method, path, body}) => ({method, path, body})),
    [{method: 'POST', path: '/v1/resource/generic', body: {id: '10.0.0.1', metrics: {'memory.usage': wire}}}],
  )
})

test('a metric added to a resource of several is told by its own id', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web 1'] = {aaa: id(91), zzz: id(92)}
  assert.equal(await findOrCreateMetric(gnocchi.client, 'web 1', memory), id(1))
  const [, {path, body}] = gnocchi.received as [unknown, (typeof gnocchi.received)[0]]
  assert.deepEqual({path, body}, {path: '/v1/resource/generic/web%201/metric', body: {'memory.usage': wire}})
})

test('what is there already is found, not made', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web-1'] = {'memory.usage': id(90)}
  assert.equal(await findOrCreateMetric(gnocchi.client, 'web-1', memory), id(90))
  assert.deepEqual(gnocchi.resources, {'web-1': {'memory.usage': id(90)}})
})

test('another refusal than that it is there is an error', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(findOrCreateMetric(client, 'web-1', {...memory, archivePolicyName: 'nope'}), {
    status: 400,
    message: 'Archive policy nope does not exist (HTTP 400)',
  })
})

test('a unit that Gnocchi answers with silence is refused before anything is made', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  await assert.rejects(findOrCreateMetric(client, 'web-1', {...memory, unit: 'u'.repeat(32)}), {name: 'UsageError'})
  assert.deepEqual(received, [])
})

test('a metric that is there is an error, but for who wants to find it', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web-1'] = {'memory.usage': id(90)}
  await assert.rejects(createMetric(gnocchi.client, 'web-1', memory), {status: 409})
  const there = {id: id(90), name: 'memory.usage', unit: null, archive_policy: medium}
  gnocchi.instead = ({method}) => (method === 'GET' ? {body: there} : undefined)
  assert.equal((await createMetric(gnocchi.client, 'web-1', memory, {find: true})).id, id(90))
})
