import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const memory = {name: 'memory.usage', unit: '%', archivePolicy: 'medium'}
const wire = {unit: '%', archive_policy_name: 'medium'}
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

test('a new resource with its metric is one request', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  assert.equal(await client.resources.create('10.0.0.1', memory), id(1))
  assert.deepEqual(
    received.map(({method, path, body}) => ({method, path, body})),
    [{method: 'POST', path: '/v1/resource/generic', body: {id: '10.0.0.1', metrics: {'memory.usage': wire}}}],
  )
})

test('what is there already is not made', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web-1'] = {'memory.usage': id(90)}
  assert.equal(await gnocchi.client.resources.create('web-1', memory), undefined)
  assert.equal(await gnocchi.client.resources.addMetric('web-1', memory), undefined)
  assert.deepEqual(gnocchi.resources, {'web-1': {'memory.usage': id(90)}})
})

test('a metric added to a resource of several is told by its own id', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web 1'] = {aaa: id(91), zzz: id(92)}
  assert.equal(await gnocchi.client.resources.addMetric('web 1', memory), id(1))
  const [{path, body}] = gnocchi.received as [(typeof gnocchi.received)[0]]
  assert.deepEqual({path, body}, {path: '/v1/resource/generic/web%201/metric', body: {'memory.usage': wire}})
})

test('the metrics of a resource by name, and of one that there is not', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web-1'] = {'memory.usage': id(93)}
  assert.deepEqual(await gnocchi.client.resources.metricsOf('web-1'), {'memory.usage': id(93)})
  assert.equal(await gnocchi.client.resources.metricsOf('web-2'), undefined)
})

test('an error that says something else is no answer', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(client.resources.create('web-1', {...memory, archivePolicy: 'nope'}), {
    status: 400,
    message: 'Archive policy nope does not exist (HTTP 400)',
  })
})
