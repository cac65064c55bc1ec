import assert from 'node:assert/strict'
import {test} from 'node:test'

import {deleteFound} from '../../../../src/lib/resources/delete-resources.ts'
import {fakeGnocchi, wireResource} from '../../fake-gnocchi.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

test('generic resources are deleted by the query itself', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {deleted: 7}})
  assert.equal(await deleteFound(gnocchi.client, 'ended_at < "-1h"', 'generic'), 7)
  assert.equal(await deleteFound(gnocchi.client, {'=': {user_id: 'x'}}, 'generic'), 7)
  assert.deepEqual(
    gnocchi.received.map(({method, path, body}) => [method, path, body]),
    [
      ['DELETE', '/v1/resource/generic?filter=ended_at+%3C+%22-1h%22', undefined],
      ['DELETE', '/v1/resource/generic', {'=': {user_id: 'x'}}],
    ],
  )
})

test('those of a type are found first and deleted as generic ones, 500 at once', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const found = Array.from({length: 501}, (_, n) => wireResource(`web-${n}`, {id: id(n)}))
  gnocchi.instead = ({method, body}) =>
    method === 'POST' ? {body: found} : {body: {deleted: (body as {in: {id: string[]}}).in.id.length}}
  assert.equal(await deleteFound(gnocchi.client, 'room = "x"', 'host'), 501)
  const [search, first, second] = gnocchi.received
  assert.deepEqual([search!.method, search!.path], ['POST', '/v1/search/resource/host?filter=room+%3D+%22x%22'])
  assert.deepEqual(
    [first!.path, second!.path, second!.body],
    ['/v1/resource/generic', '/v1/resource/generic', {in: {id: [id(500)]}}],
  )
})

test('where none is found, nothing is deleted', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: []})
  assert.equal(await deleteFound(gnocchi.client, 'room = "x"', 'host'), 0)
  assert.equal(gnocchi.received.length, 1)
})
