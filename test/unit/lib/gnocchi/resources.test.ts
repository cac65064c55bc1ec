import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

test('the metrics of a resource by name, and of one that there is not', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.resources['web-1'] = {'memory.usage': id(93)}
  assert.deepEqual(await gnocchi.client.resources.metricsOf('web-1'), {'memory.usage': id(93)})
  assert.equal(await gnocchi.client.resources.metricsOf('web-2'), undefined)
})

test('an error that says something else is no answer', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 403, body: {code: 403, title: 'Forbidden', description: null}})
  await assert.rejects(gnocchi.client.resources.metricsOf('web-1'), {status: 403})
})

test('a resource that is there already is called as it was typed, not by the UUID that Gnocchi made of it', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const description = `Resource ${id(1)} already exists`
  gnocchi.instead = () => ({status: 409, body: {code: 409, title: 'Conflict', description}})
  await assert.rejects(gnocchi.client.resources.create({id: 'web $& 1'}), {
    message: 'Resource web $& 1 already exists (HTTP 409)',
    status: 409,
  })
})
