import assert from 'node:assert/strict'
import {test} from 'node:test'

import {GnocchiError} from '../../../src/lib/errors.ts'
import type {Gnocchi} from '../../../src/lib/gnocchi/client.ts'
import {allOf} from '../../../src/lib/gnocchi/pages.ts'
import {fakeGnocchi, medium, wireResource} from '../fake-gnocchi.ts'
import {said} from './said.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const metric = {id, name: 'memory.usage', unit: '%', archive_policy: medium, resource_id: null}
const resource = wireResource('web-1')
const page = '<html><head><title>Sign in</title></head></html>'
const typeWith = (attributes: unknown) => [{name: 'host', state: 'active', attributes}]

/** What each call asks, and what it takes for an answer. */
const calls = {
  metrics: [({metrics}: Gnocchi) => allOf(metrics.list()), 'GET /v1/metric', 'a list of metrics'],
  resources: [
    ({resources}: Gnocchi) => allOf(resources.search('a = 1')),
    'POST /v1/search/resource/generic',
    'a list of resources',
  ],
  types: [({resourceTypes}: Gnocchi) => resourceTypes.list(), 'GET /v1/resource_type', 'a list of resource types'],
  deleted: [
    ({resources}: Gnocchi) => resources.deleteBatch('a = 1'),
    'DELETE /v1/resource/generic',
    'how many were deleted',
  ],
} as const

for (const [call, name, body, message] of [
  ['metrics', 'a page', page, 'it is HTML, not a list'],
  ['metrics', 'one metric, not in a list', metric, 'it is an object, not a list'],
  ['metrics', 'no policy', [metric, {...metric, archive_policy: null}], '[1].archive_policy is null, not an object'],
  ['metrics', 'a policy in text', [{...metric, archive_policy: 'low'}], '[0].archive_policy is text, not an object'],
  ['metrics', 'a resource in text', [{...metric, resource_id: 'web'}], '[0].resource_id is "web", not a UUID'],
  ['resources', 'a page', page, 'it is HTML, not a list'],
  ['resources', 'no time', [resource, {...resource, started_at: 'soon'}], '[1].started_at is "soon", not a time'],
  ['resources', 'metrics in a list', [{...resource, metrics: [id]}], '[0].metrics is a list of 1, not an object'],
  ['types', 'a page', page, 'it is HTML, not a list'],
  ['types', 'attributes in a list', typeWith([]), '[0].attributes is a list of 0, not an object'],
  ['types', 'an attribute of nothing', typeWith({room: null}), '[0].attributes.room is null, not an object'],
  ['deleted', 'a page', page, 'it is HTML, not an object'],
  ['deleted', 'fewer than none', {deleted: -1}, 'deleted is -1, not a count'],
] as [keyof typeof calls, string, unknown, string][])
  test(`${call}: ${name} is said`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({body})
    const [ask, where, what] = calls[call]
    const words = await said(GnocchiError, async () => ask(gnocchi.client))
    assert.equal(words, `${where} answered 200 with something else than ${what}: ${message}`)
  })
