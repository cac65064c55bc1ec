import assert from 'node:assert/strict'
import {test} from 'node:test'

import {openTransport} from '../../../../src/lib/gnocchi/transport.ts'
import {openHttp} from '../../../../src/lib/http.ts'
import {resolveCloud} from '../../../../src/lib/keystone/cloud.ts'
import {openSession} from '../../../../src/lib/keystone/session.ts'
import {noTokenCache} from '../../../../src/lib/keystone/token-cache.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'
import {fakeKeystone} from '../../fake-keystone.ts'
import {closedPort, httpServer, type Answer} from '../../servers.ts'

const open = async (env: NodeJS.ProcessEnv) => {
  const cloud = await resolveCloud({}, {OS_USER_ID: 'u1', OS_PASSWORD: 'hunter2', OS_PROJECT_ID: 'p1', ...env})
  const http = openHttp({})
  return openTransport(http, openSession(cloud, http, noTokenCache))
}

const unauthorized: Answer = {
  status: 401,
  headers: {'www-authenticate': 'Keystone uri="http://127.0.0.1:5000/v3"'},
  body: {error: {code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.'}},
}

test('a refused token is renewed once, for all requests that it was refused to, and they are sent again', async (t) => {
  const gnocchi = await httpServer(t, ({headers, body}) =>
    headers['x-auth-token'] === 'token-1' ? unauthorized : {status: 202, body: {taken: body}},
  )
  const keystone = await fakeKeystone(t, `${gnocchi.url}/metric`)
  const transport = await open({OS_AUTH_URL: keystone.url})
  const answers = await Promise.all([1, 2, 3].map((n) => transport('POST', 'v1/x', {json: {n}})))
  assert.deepEqual(
    answers.map(({body}) => body),
    [{taken: {n: 1}}, {taken: {n: 2}}, {taken: {n: 3}}],
  )
  assert.equal(keystone.logins, 2)
  assert.equal(gnocchi.received.length, 6)
  assert.ok(gnocchi.received.every(({path}) => path === '/metric/v1/x'))
})

test('a new token that is refused, too, is an error', async (t) => {
  const gnocchi = await httpServer(t, () => unauthorized)
  const keystone = await fakeKeystone(t, gnocchi.url)
  const transport = await open({OS_AUTH_URL: keystone.url})
  await assert.rejects(transport('GET', 'v1/status'), {
    name: 'GnocchiError',
    exitCode: 4,
    message: 'The request you have made requires authentication. (HTTP 401)',
    suggestions: ['Gnocchi does not accept the token of this Keystone: is it the one Gnocchi is set up with?'],
  })
  assert.equal(gnocchi.received.length, 2)
})

for (const [name, status, body, message, said] of [
  [
    'a string',
    404,
    {code: 404, title: 'Not Found', description: 'Metric m does not exist'},
    'Metric m does not exist (HTTP 404)',
    'Metric m does not exist',
  ],
  [
    'an object',
    400,
    {
      code: 400,
      title: 'Bad Request',
      description: {cause: 'Invalid input', reason: 'unexpected\n value', detail: ['a', 1]},
    },
    'Invalid input: unexpected value: a, 1 (HTTP 400)',
    {cause: 'Invalid input', reason: 'unexpected\n value', detail: ['a', 1]},
  ],
  [
    'an object with a detail of its own',
    404,
    {
      code: 404,
      title: 'Not Found',
      description: {cause: 'Aggregation method does not exist', detail: {metric: 'm', aggregation_method: 'median'}},
    },
    'Aggregation method does not exist: metric m: aggregation_method median (HTTP 404)',
    {cause: 'Aggregation method does not exist', detail: {metric: 'm', aggregation_method: 'median'}},
  ],
  [
    'nothing',
    404,
    {code: 404, title: 'Not Found', description: null},
    'Not Found (HTTP 404): GET /v1/metric/m',
    undefined,
  ],
  [
    'an empty string',
    400,
    {code: 400, title: 'Bad Request', description: ''},
    'Bad Request (HTTP 400): GET /v1/metric/m',
    '',
  ],
  [
    'HTML of a proxy',
    502,
    '<html><head><title> 502 Bad Gateway </title></head></html>',
    'GET /v1/metric/m answered 502: 502 Bad Gateway',
    undefined,
  ],
  ['no body', 500, undefined, 'GET /v1/metric/m answered 500', undefined],
  ['text', 500, 'oops', 'GET /v1/metric/m answered 500', undefined],
] as const)
  test(`a refusal with ${name} is one line`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({status, body})
    await assert.rejects(gnocchi.transport('GET', 'v1/metric/m'), {
      name: 'GnocchiError',
      message,
      status,
      said,
    })
  })

test('a page that is not found says that something else may answer there', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({status: 404, body: '<html><head><title>404 Not Found</title></head></html>'})
  await assert.rejects(gnocchi.transport('GET', 'v1/metric'), {
    message: 'GET /v1/metric answered 404: 404 Not Found',
    suggestions: ['is it Gnocchi that answers there, or a proxy in front of it? --debug shows the address'],
  })
})

for (const [status, hint] of [
  [403, 'this user may not do that: metrics belong to the project that made them, policies to the admin'],
  [503, 'Gnocchi, or the Keystone or proxy it needs, is not ready: try again'],
] as const)
  test(`a ${status} says what to try`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({status})
    await assert.rejects(gnocchi.transport('DELETE', 'v1/metric/m'), {suggestions: [hint]})
  })

test('silence names the request and the address', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`
  const transport = await open({OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: url})
  await assert.rejects(transport('GET', 'v1/status', {searchParams: {details: 'false'}}), {
    name: 'GnocchiError',
    status: undefined,
    message: `GET /v1/status at ${url}: connection refused`,
    suggestions: ['is the server running, and is the address right?'],
  })
})

test('a query is encoded, and what is undefined is left out', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({})
  await gnocchi.transport('GET', 'v1/x', {
    searchParams: {start: '2026-11-24T10:00:00+00:00', stop: undefined, granularity: 60},
  })
  assert.equal(gnocchi.received[0]!.path, '/v1/x?start=2026-11-24T10%3A00%3A00%2B00%3A00&granularity=60')
})
