import assert from 'node:assert/strict'
import {test} from 'node:test'

import {checkResourceMarker, parseQuery} from '../../../../src/lib/gnocchi/resource-query.ts'

test('a query is text, or JSON where it begins so', () => {
  assert.equal(parseQuery(' a = 1 '), 'a = 1')
  assert.deepEqual(parseQuery(' {"=": {"a": 1}}'), {'=': {a: 1}})
})

for (const [text, message] of [
  ['', /^the query is empty$/],
  [' \n', /^the query is empty$/],
  ['{ }', /^the query is empty: it would find everything$/],
  ['{"a"', /^the query begins as JSON and is none: /],
] as const)
  test(`${JSON.stringify(text)} is no query`, () => {
    assert.throws(() => parseQuery(text), {exitCode: 2, message})
  })

test('a marker is a UUID, but in a history', () => {
  const id = '00000000-0000-4000-8000-000000000001'
  assert.equal(checkResourceMarker(id.toUpperCase(), false), id)
  assert.equal(checkResourceMarker(`${id}@2`, true), `${id}@2`)
  assert.equal(checkResourceMarker(undefined, false), undefined)
  assert.throws(() => checkResourceMarker('web-1', false), {exitCode: 2})
})
