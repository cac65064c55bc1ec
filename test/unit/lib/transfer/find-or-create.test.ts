import assert from 'node:assert/strict'
import {test} from 'node:test'

import {findOrCreate} from '../../../../src/lib/transfer/find-or-create.ts'
import {fakeGnocchi, medium, wireResource} from '../../fake-gnocchi.ts'

const id = (n: number) => `a657d89e-a2d0-458b-b457-d600a7e95ca${n}`
const wireMetric = (n: number, name: string) => ({id: id(n), name, unit: null, archive_policy: medium})

test('all metrics of a resource are asked for at once', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: [wireMetric(1, 'cpu'), wireMetric(2, 'memory')]})
  const find = findOrCreate(gnocchi.client, undefined)
  const [cpu, memory] = await Promise.all([find('web-1/cpu'), find('web-1/memory')])
  assert.deepEqual([cpu.id, memory.id, cpu.archivePolicy.name], [id(1), id(2), 'medium'])
  assert.deepEqual(
    gnocchi.received.map(({method, path}) => `${method} ${path}`),
    ['GET /v1/resource/generic/web-1/metric'],
  )
})

test('what there is not is made, with its resource, where that is wanted', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const made = new Map<string, unknown>()
  gnocchi.instead = ({method, path, body}) => {
    if (method === 'POST') {
      made.set(path, body)
      return {status: 201, body: wireResource('web-1', {metrics: {cpu: id(1)}})}
    }
    return made.size > 0
      ? {body: wireMetric(1, 'cpu')}
      : {status: 404, body: {code: 404, description: 'no such resource'}}
  }
  const target = await findOrCreate(gnocchi.client, {archivePolicyName: 'low'})('web-1/cpu')
  assert.equal(target.id, id(1))
  assert.deepEqual([...made], [['/v1/resource/generic', {id: 'web-1', metrics: {cpu: {archive_policy_name: 'low'}}}]])
})

test('a name without a resource cannot be made', async (t) => {
  const {client} = await fakeGnocchi(t)
  await assert.rejects(findOrCreate(client, {archivePolicyName: undefined})('cpu'), {
    message: '"cpu" cannot be made: it names no resource',
  })
})

test('who names what there is not is told what makes it', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({method}) =>
    method === 'POST' ? {body: []} : {status: 404, body: {code: 404, description: 'no such resource'}}
  await assert.rejects(findOrCreate(gnocchi.client, undefined)('web-1/cpu'), {
    message: 'Resource web-1 does not exist (HTTP 404)',
    suggestions: ['--create makes it', 'see those there are: gnocchictl metric list'],
  })
})

test('a name that is not written in UTF-8 is no name, though one could be made of it', async () => {
  const find = findOrCreate({} as Parameters<typeof findOrCreate>[0], {archivePolicyName: undefined})
  await assert.rejects(find('hall/K\ufffdche'), {message: 'the name "hall/K\ufffdche" is not written in UTF-8'})
})
