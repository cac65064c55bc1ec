import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const id = '00000000-0000-4000-8000-000000000001'

test('the backlog, with and without its metrics, and the version', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => ({
    body:
      path === '/'
        ? {build: '4.6.5', versions: []}
        : {
            storage: {
              summary: {measures: 3, metrics: 1},
              ...(path.endsWith('true') ? {measures_to_process: {[id]: 3}} : {}),
            },
            metricd: {processors: ['vm.0'], statistics: {}},
          },
  })
  const summary = {bundles: 3, metrics: 1, processors: ['vm.0']}
  assert.deepEqual(await gnocchi.client.status.get(), summary)
  assert.deepEqual(await gnocchi.client.status.get({details: true}), {...summary, bundlesByMetric: {[id]: 3}})
  assert.equal(await gnocchi.client.serverVersion.get(), '4.6.5')
  assert.deepEqual(
    gnocchi.received.map(({path}) => path),
    ['/v1/status?details=false', '/v1/status?details=true', '/'],
  )
})

test('a server that keeps no list of its processors', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({
    body: {storage: {summary: {measures: 0, metrics: 0}}, metricd: {processors: null, statistics: {}}},
  })
  assert.equal((await gnocchi.client.status.get()).processors, null)
})

test('who may not see it is told why, and what to do instead', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 403, body: {code: 403, title: 'Forbidden', description: ''}})
  await assert.rejects(gnocchi.client.status.get(), {
    status: 403,
    suggestions: [
      "Gnocchi shows its backlog to admins only; gnocchictl measures show METRIC --refresh processes one metric's own first",
    ],
  })
})

test('capabilities come sorted', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {aggregation_methods: ['rate:mean', '10pct', 'mean', '2pct']}})
  assert.deepEqual(await gnocchi.client.capabilities.list(), {
    aggregationMethods: ['mean', '2pct', '10pct', 'rate:mean'],
  })
})
