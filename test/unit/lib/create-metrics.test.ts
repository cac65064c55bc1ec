import assert from 'node:assert/strict'
import {test} from 'node:test'

import {createMetrics} from '../../../src/lib/create-metrics.ts'
import {findOrCreateMetric} from '../../../src/lib/gnocchi/create-metric.ts'
import {fakeGnocchi, type FakeGnocchi} from '../fake-gnocchi.ts'
import {hostOf} from '../hosts.ts'

const metric = {name: 'memory.usage', unit: '%', archivePolicyName: 'medium'}
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** As the command hands it over. */
const calls = ({client}: FakeGnocchi) => ({
  find: async (resource: string) => (await client.resources.metricsOf(resource))?.[metric.name],
  create: (resource: string) => findOrCreateMetric(client, resource, metric),
})

async function run(gnocchi: FakeGnocchi, hosts: {label: string; metric?: string}[], dryRun = false) {
  const told: [string, string][] = []
  const created = await createMetrics({
    ...calls(gnocchi),
    hosts: hosts.map(hostOf),
    dryRun,
    onMetric: (host, found) => told.push([host.label, found]),
  })
  return {created, told}
}

const asked = ({received}: FakeGnocchi) =>
  received.map(({method, path}) => `${method} ${path.replace('/v1/resource/generic', '')}`)

test('a host without a metric gets a resource with one', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  assert.deepEqual(await run(gnocchi, [{label: 'web'}]), {
    created: [{host: 'web', metric: id(1), state: 'created'}],
    told: [['web', id(1)]],
  })
  assert.deepEqual(gnocchi.resources, {web: {'memory.usage': id(1)}})
})

test('what an earlier run made is found, not made twice', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const first = await run(gnocchi, [{label: 'web'}, {label: 'db'}])
  const again = await run(gnocchi, [{label: 'web'}, {label: 'db'}])
  assert.deepEqual(
    again.created,
    first.created.map((created) => ({...created, state: 'found'})),
  )
  assert.deepEqual(again.told.toSorted(), first.told.toSorted())
})

test('a resource of others with other metrics gets this one too', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web'] = {cpu: id(91)}
  const {created} = await run(gnocchi, [{label: 'web'}])
  assert.deepEqual(created, [{host: 'web', metric: id(1), state: 'created'}])
  assert.deepEqual(gnocchi.resources, {web: {cpu: id(91), 'memory.usage': id(1)}})
})

test('a host that has its metric in the file is not asked about', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  assert.deepEqual(await run(gnocchi, [{label: 'web', metric: 'in the file'}]), {
    created: [{host: 'web', metric: 'in the file', state: 'in file'}],
    told: [],
  })
  assert.deepEqual(gnocchi.received, [])
})

test('a dry run asks, makes nothing and tells nothing to keep', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web'] = {'memory.usage': id(92)}
  assert.deepEqual(await run(gnocchi, [{label: 'web'}, {label: 'db'}], true), {
    created: [
      {host: 'web', metric: id(92), state: 'found'},
      {host: 'db', metric: null, state: 'would create'},
    ],
    told: [],
  })
  assert.deepEqual(asked(gnocchi).toSorted(), ['GET /db', 'GET /web'])
})

test('a metric that another run makes meanwhile is taken', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({method, path}) => {
    if (method === 'POST' && path === '/v1/resource/generic') gnocchi.resources['web'] = {'memory.usage': id(90)}
    return undefined
  }
  const {created} = await run(gnocchi, [{label: 'web'}])
  assert.deepEqual(created, [{host: 'web', metric: id(90), state: 'created'}])
  assert.deepEqual(asked(gnocchi), ['GET /web', 'POST ', 'POST /web/metric', 'GET /web'])
})

test('a resource that is there and is not ends in words', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({method}) => ({status: method === 'GET' ? 404 : 409, body: {}})
  await assert.rejects(run(gnocchi, [{label: 'web'}]), {
    name: 'GnocchiError',
    message: 'resource web: metric memory.usage is there and is not; was it deleted just now?',
    suggestions: ['run again'],
  })
})

test('what was made before a failure is told', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path, method}) =>
    method === 'GET' && path.endsWith('/db') ? {status: 500, body: {title: 'no'}} : undefined
  const told: string[] = []
  await assert.rejects(
    createMetrics({
      ...calls(gnocchi),
      hosts: [hostOf({label: 'web'})],
      dryRun: false,
      onMetric: (host) => told.push(host.label),
    }).then(() => run(gnocchi, [{label: 'db'}])),
    {status: 500},
  )
  assert.deepEqual(told, ['web'])
})
