import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import type {UsageError} from '../../../../src/lib/errors.ts'
import {findMetric, findMetricId} from '../../../../src/lib/gnocchi/metric-names.ts'
import {fakeGnocchi, medium, wireResource} from '../../fake-gnocchi.ts'
import type {Answer} from '../../servers.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const listed = (n: number, name: string | null, resource: string | null = id(99)) => ({
  id: id(n),
  name,
  unit: null,
  archive_policy: medium,
  resource_id: resource,
})
const notFound = (description: string): Answer => ({status: 404, body: {code: 404, title: 'Not Found', description}})

/** Answers by path; what else is asked for is a 404. */
async function gnocchiWith(t: TestContext, answers: Record<string, Answer>) {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => answers[path] ?? notFound('Resource 123 does not exist')
  const asked = () => gnocchi.received.map(({method, path, body}) => [method, path, ...(body === '' ? [] : [body])])
  return {client: gnocchi.client, asked}
}

test('an id is taken as it is, in any of its spellings, without a question', async (t) => {
  const {client, asked} = await gnocchiWith(t, {})
  const wanted = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
  for (const given of [wanted, wanted.toUpperCase(), wanted.replaceAll('-', '')])
    assert.equal(await findMetricId(client, given), wanted)
  assert.deepEqual(asked(), [])
})

test('resource/name is one question, whatever stands in them', async (t) => {
  const path = '/v1/resource/generic/web%201%3F/metric/memory%23usage'
  const {client, asked} = await gnocchiWith(t, {[path]: {body: listed(1, 'memory#usage')}})
  assert.equal(await findMetricId(client, 'web 1?/memory#usage'), id(1))
  assert.equal((await findMetric(client, 'memory#usage', {resourceId: 'web 1?'})).id, id(1))
  assert.deepEqual(
    asked().map(([, asks]) => asks),
    [path, path],
  )
})

test('with a resource, even what looks like an id is a name', async (t) => {
  const {client} = await gnocchiWith(t, {
    [`/v1/resource/generic/web-1/metric/${id(7)}`]: {body: listed(1, id(7))},
  })
  assert.equal(await findMetricId(client, id(7), {resourceId: 'web-1'}), id(1))
})

test("another user's resource is found by the id that its maker gave it", async (t) => {
  const {client} = await gnocchiWith(t, {
    '/v1/search/resource/generic?limit=11': {body: [wireResource('web-1', {metrics: {load: id(1)}})]},
    [`/v1/metric/${id(1)}`]: {body: {...listed(1, 'load'), resource: null}},
  })
  assert.equal(await findMetricId(client, 'web-1/load'), id(1))
  await assert.rejects(findMetric(client, 'web-1/constructor'), {
    status: 404,
    message: 'Metric constructor of resource web-1 does not exist (HTTP 404)',
  })
  await assert.rejects(findMetric(client, 'web-1/laod'), {
    status: 404,
    message: 'Metric laod of resource web-1 does not exist; did you mean load? (HTTP 404)',
  })
})

test('a resource that there is not, and two of one id', async (t) => {
  const resources = [wireResource('web-1'), wireResource('db-1')]
  const none = await gnocchiWith(t, {
    '/v1/search/resource/generic?limit=11': {body: []},
    '/v1/search/resource/generic?limit=1000': {body: resources},
  })
  await assert.rejects(findMetric(none.client, 'wbe-1/load'), {
    status: 404,
    message: 'Resource wbe-1 does not exist; did you mean web-1? (HTTP 404)',
  })
  const two = [wireResource('web-1'), wireResource('web-1', {id: id(98), creator: 'bob:sales'})]
  const several = await gnocchiWith(t, {'/v1/search/resource/generic?limit=11': {body: two}})
  await assert.rejects(findMetric(several.client, 'web-1/load'), {
    exitCode: 2,
    message: 'several resources are called "web-1": give the id of one of them',
    suggestions: ['11111111-1111-5111-8111-111111111111 (made by alice:research)', `${id(98)} (made by bob:sales)`],
  })
})

test('a bare name that one metric has', async (t) => {
  const {client} = await gnocchiWith(t, {'/v1/metric?name=load+1&limit=11': {body: [listed(1, 'load 1')]}})
  assert.equal(await findMetricId(client, 'load 1'), id(1))
})

test('a bare name of several: all are named, so that one can be chosen', async (t) => {
  const {client, asked} = await gnocchiWith(t, {
    '/v1/metric?name=load&limit=11': {body: [listed(1, 'load'), listed(2, 'load', id(98)), listed(3, 'load', null)]},
    '/v1/search/resource/generic': {body: [wireResource('web-1', {id: id(99)})]},
  })
  await assert.rejects(findMetric(client, 'load'), {
    exitCode: 2,
    message: 'several metrics are called "load": write resource/name, or the id of one of them',
    suggestions: [`web-1/load (${id(1)})`, `${id(98)}/load (${id(2)})`, `${id(3)} (without a resource)`],
  })
  assert.deepEqual(asked().at(-1), ['POST', '/v1/search/resource/generic', {in: {id: [id(99), id(98)]}}])
})

test('of very many candidates, ten are named', async (t) => {
  const eleven = Array.from({length: 11}, (_, n) => listed(n, 'load', null))
  const {client} = await gnocchiWith(t, {'/v1/metric?name=load&limit=11': {body: eleven}})
  await assert.rejects(findMetric(client, 'load'), ({suggestions}: UsageError) => {
    assert.deepEqual(suggestions.slice(9), [
      `${id(9)} (without a resource)`,
      'all of them: gnocchictl metric list --name load',
    ])
    return true
  })
})

test('a name that no metric has: the nearest is offered', async (t) => {
  const {client} = await gnocchiWith(t, {
    '/v1/metric?name=laod&limit=11': {body: []},
    '/v1/metric?limit=1000': {body: [listed(1, 'load'), listed(2, null)]},
  })
  await assert.rejects(findMetric(client, 'laod'), {
    status: 404,
    exitCode: 4,
    message: 'Metric laod does not exist; did you mean load? (HTTP 404)',
  })
})

for (const given of ['', '/load', 'web/', 'a/b/c', 'web/..', '../load'])
  test(`"${given}" is no metric, and nothing is asked for it`, async (t) => {
    const {client, asked} = await gnocchiWith(t, {})
    await assert.rejects(findMetric(client, given), {exitCode: 2, message: /is no (metric|metric name|resource id)\b/})
    assert.deepEqual(asked(), [])
  })
