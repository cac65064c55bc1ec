import assert from 'node:assert/strict'
import {test} from 'node:test'

import {attributesOf, metricsOf, updateResource} from '../../../../src/lib/resources/resource-body.ts'
import {fakeGnocchi, wireResource} from '../../fake-gnocchi.ts'
import type {Answer} from '../../servers.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const attribute = (type: string) => ({type, required: false, options: {}})
const host = {
  name: 'host',
  state: 'active',
  attributes: {cores: attribute('number'), powered: attribute('bool'), room: attribute('string')},
}

test('attributes are what their type says; what stands behind the first colon is theirs', () => {
  assert.deepEqual(
    attributesOf(['cores:8.5', 'powered:Off', 'room:a:b', 'user_id:ada', 'room:'], host, ['project_id']),
    {
      cores: 8.5,
      powered: false,
      room: '',
      user_id: 'ada',
      project_id: null,
    },
  )
})

for (const [words, message] of [
  ['room', '--attribute room: write name:value'],
  ['rom:a', '--attribute rom: resources of type host have no such attribute; did you mean "room"?'],
  ['cores:eight', '--attribute cores: "eight" is not a number'],
  ['cores:', '--attribute cores: "" is not a number'],
  ['cores:1e999', '--attribute cores: "1e999" is not a number'],
  ['powered:maybe', '--attribute powered: "maybe" is neither true nor false'],
  [`user_id:${'x'.repeat(256)}`, '--attribute user_id: at most 255 characters are kept'],
] as const)
  test(`${words.slice(0, 20)} is refused`, () => {
    assert.throws(() => attributesOf([words], host), {exitCode: 2, message})
  })

test('metrics that there are, by id or name, and metrics to be made', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {id: id(2), name: 'load', unit: null, archive_policy: null}})
  gnocchi.client.metrics.getNamed = (resource, name) =>
    Promise.resolve({id: `${resource} ${name}`} as Awaited<ReturnType<typeof gnocchi.client.metrics.get>>)
  assert.deepEqual(await metricsOf(gnocchi.client, [`a:${id(1)}`, 'b:web-1/load'], ['c:low', 'd', 'e:']), {
    a: id(1),
    b: 'web-1 load',
    c: {archive_policy_name: 'low'},
    d: {},
    e: {},
  })
  for (const [add, create, message] of [
    [['a'], [], '--add-metric a: write name:id'],
    [['a:'], [], '--add-metric a:: write name:id'],
    [[], ['a/b:low'], 'the name of a metric cannot hold a slash: "a/b" could be neither shown nor deleted'],
    [[], [':low'], 'the name of a metric cannot be empty'],
    [[], ['x'.repeat(256)], 'the name of a metric has 255 characters at most, and this one 256'],
  ] as const)
    await assert.rejects(metricsOf(gnocchi.client, add, create), {exitCode: 2, message})
})

/** A resource that changes in between `losses` times. */
async function changing(t: Parameters<typeof fakeGnocchi>[0], losses: number) {
  const gnocchi = await fakeGnocchi(t)
  let revision = 0
  gnocchi.instead = ({method, headers}): Answer => {
    const metrics = revision === 0 ? {load: id(1)} : {load: id(1), another: id(2)}
    const now = {body: wireResource('web-1', {metrics}), headers: {etag: `"${revision}"`}}
    if (method === 'GET') return now
    if (headers['if-match'] !== `"${revision}"` || revision < losses) {
      revision++
      return {status: 412, body: {code: 412, title: 'Precondition Failed', description: ''}}
    }
    return now
  }
  const update = (metrics: Parameters<typeof updateResource>[1]['metrics'], remove: string[] = []) =>
    updateResource(gnocchi.client, {id: 'web-1', type: 'host', attributes: {room: 'a'}, metrics, remove})
  return {gnocchi, update}
}

test('what another adds in between is not lost', async (t) => {
  const {gnocchi, update} = await changing(t, 1)
  await update({disk: {archive_policy_name: 'low'}})
  assert.deepEqual(
    gnocchi.received.map(({method, headers, body}) => [method, headers['if-match'], body]),
    [
      ['GET', undefined, undefined],
      ['PATCH', '"0"', {room: 'a', metrics: {load: id(1), disk: {archive_policy_name: 'low'}}}],
      ['GET', undefined, undefined],
      ['PATCH', '"1"', {room: 'a', metrics: {load: id(1), another: id(2), disk: {archive_policy_name: 'low'}}}],
    ],
  )
})

test('a resource that changes again and again is given up', async (t) => {
  const {gnocchi, update} = await changing(t, 9)
  await assert.rejects(update({disk: {}}), {status: 412})
  assert.equal(gnocchi.received.length, 4)
})

test('attributes alone are one request', async (t) => {
  const {gnocchi, update} = await changing(t, 0)
  gnocchi.instead = () => ({body: wireResource('web-1')})
  await update({})
  assert.deepEqual(
    gnocchi.received.map(({method, body}) => [method, body]),
    [['PATCH', {room: 'a'}]],
  )
})

test('a metric is taken off, and another may have its name then', async (t) => {
  const {gnocchi, update} = await changing(t, 0)
  const {detached} = await update({load: {archive_policy_name: 'low'}}, ['load'])
  assert.deepEqual(detached, {load: id(1)})
  assert.deepEqual(gnocchi.received[1]!.body, {room: 'a', metrics: {load: {archive_policy_name: 'low'}}})
})

test('a metric that it has not, and a name that is taken', async (t) => {
  const {update} = await changing(t, 0)
  await assert.rejects(update({}, ['laod']), {
    exitCode: 2,
    message: '--delete-metric: resource web-1 has no metric "laod"; did you mean "load"?',
  })
  await assert.rejects(update({}, ['constructor']), {
    message: '--delete-metric: resource web-1 has no metric "constructor"',
  })
  await update({toString: {archive_policy_name: 'low'}})
  await assert.rejects(update({load: {}}), {exitCode: 2, message: 'resource web-1 has another metric "load"'})
  await update({load: id(1)})
})
