import assert from 'node:assert/strict'
import {test} from 'node:test'

import {listMetrics} from '../../../src/lib/list-metrics.ts'
import {fakeGnocchi} from '../fake-gnocchi.ts'
import {hostOf} from '../hosts.ts'

const [m1, m2, m3] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string]

test("each host's metric as it is on the server, in the order of the file", async (t) => {
  const {client} = await fakeGnocchi(t, {[m1]: {}, [m2]: {foreign: true}})
  const hosts = [
    hostOf({label: 'a', metric: m1}),
    hostOf({label: 'b', metric: m2}),
    hostOf({label: 'c', metric: m3}),
    hostOf({label: 'd'}),
  ]
  assert.deepEqual(await listMetrics(client, hosts), [
    {host: 'a', id: m1, state: 'ok', metric: await client.metrics.get(m1)},
    {host: 'b', id: m2, state: 'foreign', metric: null},
    {host: 'c', id: m3, state: 'dead', metric: null},
    {host: 'd', id: null, state: 'none', metric: null},
  ])
})

test('a Gnocchi that is unwell is an error, not a dead metric', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 503, body: {}})
  await assert.rejects(listMetrics(gnocchi.client, [hostOf({metric: m1})]), {name: 'GnocchiError', status: 503})
})
