import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate} from 'node:timers/promises'

import {ahead, allOf, begun, pages} from '../../../../src/lib/gnocchi/pages.ts'
import {text} from '../../../../src/lib/shape.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'
import {until} from '../../servers.ts'

/** Five items, two to a page as Gnocchi gives them: the link as a server behind a proxy makes it, the last page empty. */
async function fiveItems(t: Parameters<typeof fakeGnocchi>[0], items = ['a', 'b', 'c', 'd']) {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => {
    const {searchParams} = new URL(path, 'http://gnocchi')
    const begin = items.indexOf(searchParams.get('marker') ?? '') + 1
    const page = items.slice(begin, begin + Math.min(2, Number(searchParams.get('limit') ?? 2)))
    const next = `<http://internal:8041/hidden/v1/metric?marker=${page.at(-1)}&sort=a%2Bb>; rel="next"`
    return {body: page, headers: page.length < 2 ? {} : {link: next}}
  }
  const list = (limit?: number, json?: unknown) =>
    pages(gnocchi.transport, 'v1/metric', {
      searchParams: {sort: ['a+b', 'c']},
      json,
      limit,
      what: 'metrics',
      shape: text,
    })
  return {gnocchi, list}
}

test('every page is asked for on our own endpoint, with the query that the server gives', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  assert.deepEqual(await allOf(list()), ['a', 'b', 'c', 'd'])
  assert.deepEqual(
    gnocchi.received.map(({method, path}) => `${method} ${path}`),
    ['GET /v1/metric?sort=a%2Bb&sort=c', 'GET /v1/metric?marker=b&sort=a%2Bb', 'GET /v1/metric?marker=d&sort=a%2Bb'],
  )
})

test('no more pages are asked for than are taken', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  for await (const page of list()) {
    assert.deepEqual(page, ['a', 'b'])
    break
  }
  assert.equal(gnocchi.received.length, 1)
})

for (const [limit, items, requests] of [
  [1, ['a'], 1],
  [2, ['a', 'b'], 1],
  [3, ['a', 'b', 'c'], 2],
  [9, ['a', 'b', 'c', 'd'], 3],
] as const)
  test(`a limit of ${limit} holds across pages`, async (t) => {
    const {gnocchi, list} = await fiveItems(t)
    assert.deepEqual(await allOf(list(limit)), items)
    assert.equal(gnocchi.received.length, requests)
  })

test('a search is sent again with each page', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  await allOf(list(undefined, {like: {name: 'a%'}}))
  assert.deepEqual(
    gnocchi.received.map(({method, body}) => ({method, body})),
    Array(3).fill({method: 'POST', body: {like: {name: 'a%'}}}),
  )
})

test('what is no list names the place', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  gnocchi.instead = () => ({body: ['a', 1]})
  await assert.rejects(allOf(list()), {
    message: /^GET \/v1\/metric answered 200 with something else than a list of metrics: \[1\] is 1, not text$/,
  })
})

test('ahead of its use, one page is asked for, and one only', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  const inTurn = ahead(list())
  assert.deepEqual((await inTurn.next()).value, ['a', 'b'])
  await until(() => gnocchi.received.length === 2)
  assert.deepEqual((await inTurn.next()).value, ['c', 'd'])
  await until(() => gnocchi.received.length === 3)
  assert.deepEqual((await inTurn.next()).value, [])
  assert.equal((await inTurn.next()).done, true)
  assert.equal(gnocchi.received.length, 3)
  assert.deepEqual(await allOf(ahead(list())), ['a', 'b', 'c', 'd'])
})

test('a page that fails while the one before it is in use is told in its turn', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  const answer = gnocchi.instead
  gnocchi.instead = (request) => (request.path.includes('marker=b') ? {status: 400, body: 'no'} : answer(request))
  const inTurn = ahead(list())
  assert.deepEqual((await inTurn.next()).value, ['a', 'b'])
  await until(() => gnocchi.received.length === 2)
  // Time enough for a rejection that nobody awaits to end the process.
  await setImmediate()
  await assert.rejects(inTurn.next(), {name: 'GnocchiError'})
})

test('what is refused from the start is refused before any page is taken; else no page is lost', async (t) => {
  const {gnocchi, list} = await fiveItems(t)
  assert.deepEqual(await allOf(await begun(list())), ['a', 'b', 'c', 'd'])
  gnocchi.instead = () => ({status: 404, body: {description: 'Resource x does not exist'}})
  await assert.rejects(begun(list()), {name: 'GnocchiError', status: 404})
})
