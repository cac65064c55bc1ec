import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const wire = {
  name: 'host',
  attributes: {cores: {type: 'number', required: false, min: 1, max: null}, powered: {type: 'bool', required: true}},
  state: 'active',
}
const host = {
  name: 'host',
  state: 'active',
  attributes: {
    cores: {type: 'number', required: false, options: {min: 1, max: null}},
    powered: {type: 'bool', required: true, options: {}},
  },
}

test('a type and its attributes', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => ({body: path === '/v1/resource_type' ? [wire] : wire})
  assert.deepEqual(await gnocchi.client.resourceTypes.list(), [host])
  assert.deepEqual(await gnocchi.client.resourceTypes.get('a b'), host)
  assert.equal(gnocchi.received[1]!.path, '/v1/resource_type/a%20b')
})

test('a type is made, and changed as a JSON patch', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: wire})
  await gnocchi.client.resourceTypes.create('host')
  await gnocchi.client.resourceTypes.create('host', {cores: {type: 'number', required: false, options: {min: 1}}})
  await gnocchi.client.resourceTypes.update('host', {
    add: {'a/b~c': {type: 'string', required: true, options: {max_length: 9, fill: 'x'}}},
    remove: ['cores'],
  })
  const [bare, made, changed] = gnocchi.received
  assert.deepEqual(bare!.body, {name: 'host'})
  assert.deepEqual(made!.body, {name: 'host', attributes: {cores: {type: 'number', required: false, min: 1}}})
  assert.equal(changed!.headers['content-type'], 'application/json-patch+json')
  assert.deepEqual(changed!.body, [
    {
      op: 'add',
      path: '/attributes/a~1b~0c',
      value: {type: 'string', required: true, max_length: 9, options: {fill: 'x'}},
    },
    {op: 'remove', path: '/attributes/cores'},
  ])
})

for (const name of ['', '.', '..', 'a/b', 'x'.repeat(256)])
  test(`a type that could never be deleted is not made: "${name.slice(0, 9)}"`, async (t) => {
    const {client, received} = await fakeGnocchi(t)
    await assert.rejects(client.resourceTypes.create(name), {exitCode: 2})
    assert.deepEqual(received, [])
  })

for (const [name, resources, message] of [
  ['has a resource', [{}], 'Resource type host is still in use (Gnocchi failed instead of saying so)'],
  ['has none', [], 'DELETE /v1/resource_type/host answered 500'],
] as const)
  test(`where Gnocchi fails to delete a type that ${name}, what is the matter is found out`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = ({method}) => (method === 'DELETE' ? {status: 500} : {body: resources})
    await assert.rejects(gnocchi.client.resourceTypes.delete('host'), {name: 'GnocchiError', message})
    const [, asked] = gnocchi.received
    assert.equal(asked!.path, '/v1/resource/host?limit=1')
  })
