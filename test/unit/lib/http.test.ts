import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test, type TestContext} from 'node:test'
import type {SecureContextOptions} from 'node:tls'

import {NoAnswer, openHttp, type HttpRequest} from '../../../src/lib/http.ts'
import {closedPort, httpServer, tcpServer} from '../servers.ts'

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8')

const failureOf = async (request: Promise<unknown>): Promise<{message: string; hint: string | undefined}> => {
  const error = await request.then(
    () => assert.fail('an answer came'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof NoAnswer, String(error))
  assert.equal(error.cause, undefined)
  return {message: error.message, hint: error.hint}
}

test('a request says what it takes and how long its body is', async (t) => {
  const {url, received} = await httpServer(t, () => ({status: 202}))
  const http = openHttp({})
  const answer = await http({
    method: 'POST',
    url: `${url}/v1/x`,
    json: {a: 'é'},
    headers: {'x-auth-token': 't'},
    searchParams: new URLSearchParams({start: '2026-11-24T10:00:00+00:00'}),
  })
  const [{method, path, headers, body}] = received as [(typeof received)[0]]
  assert.deepEqual(
    {method, path, body, accept: headers.accept, type: headers['content-type'], length: headers['content-length']},
    {
      method: 'POST',
      path: '/v1/x?start=2026-11-24T10%3A00%3A00%2B00%3A00',
      body: {a: 'é'},
      accept: 'application/json, */*;q=0.1',
      type: 'application/json',
      length: '10',
    },
  )
  assert.equal(headers['x-auth-token'], 't')
  assert.equal(headers['transfer-encoding'], undefined)
  assert.equal(answer.status, 202)
  assert.equal(answer.body, undefined)
})

test('a request alone has a connection of its own, which nobody asks on again', async (t) => {
  const ports: number[] = []
  const port = await tcpServer(t, (socket) => {
    socket.on('data', () => {
      ports.push(socket.remotePort!)
      // As uwsgi does after an exception: an end, and no word of it in the answer before.
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
    })
  })
  const http = openHttp({})
  for (const alone of [true, true, false])
    assert.equal((await http({method: 'DELETE', url: `http://127.0.0.1:${port}/`, alone})).status, 200)
  assert.equal(new Set(ports).size, 3)
})

test('connections are kept for the next request', async (t) => {
  const ports = new Set<number>()
  const port = await tcpServer(t, (socket) => {
    ports.add(socket.remotePort!)
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'))
  })
  const http = openHttp({})
  for (let n = 0; n < 3; n++) await http({method: 'GET', url: `http://127.0.0.1:${port}/`})
  assert.equal(ports.size, 1)
})

test('who reads a body by itself is given that of a success; what it cannot read is decoded', async (t) => {
  const {url} = await httpServer(t, ({path}) => ({status: Number(path.slice(1, 4)), body: {read: path.slice(4)}}))
  const http = openHttp({})
  const read = (body: Buffer) => (body.includes('yes') ? body.toString() : undefined)
  const bodies = await Promise.all(
    ['200yes', '200no', '404yes'].map(async (path) => (await http({method: 'GET', url: `${url}/${path}`, read})).body),
  )
  assert.deepEqual(bodies, ['{"read":"yes"}', {read: 'no'}, {read: 'yes'}])
})

for (const [name, sent, decoded] of [
  ['JSON', '{"a": [1, null]}', {a: [1, null]}],
  ['bare NaN and infinities', '[["t", 60.0, NaN], [Infinity], [-Infinity]]', [['t', 60, null], [null], [null]]],
  [
    'the same words inside strings',
    '{"NaN": "NaN, \\"Infinity\\" and -Infinity", "v": NaN}',
    {NaN: 'NaN, "Infinity" and -Infinity', v: null},
  ],
  ['HTML', '<html><title>502 Bad Gateway</title></html>', '<html><title>502 Bad Gateway</title></html>'],
  ['words', 'NaN is not a number', 'NaN is not a number'],
  ['nothing', '', undefined],
] as const)
  test(`a body of ${name} is decoded`, async (t) => {
    const {url} = await httpServer(t, () => ({body: sent}))
    const {body} = await openHttp({})({method: 'GET', url})
    assert.deepEqual(body, decoded)
  })

for (const status of [301, 401, 404, 500, 503])
  test(`the status ${status} is an answer, asked for once`, async (t) => {
    const {url, received} = await httpServer(t, () => ({status, headers: {location: '/elsewhere'}, body: 'no'}))
    const answer = await openHttp({})({method: 'GET', url})
    assert.deepEqual({status: answer.status, body: answer.body, times: received.length}, {status, body: 'no', times: 1})
  })

test('nobody listens', async () => {
  const url = `http://127.0.0.1:${await closedPort()}/`
  assert.deepEqual(await failureOf(openHttp({})({method: 'GET', url})), {
    message: 'connection refused',
    hint: 'is the server running, and is the address right?',
  })
})

/** Resets each connection up to the `good`th, in the middle of its answer when `afterBytes` is given. */
const resetting = async (t: TestContext, good: number, afterBytes?: string) => {
  let requests = 0
  const port = await tcpServer(t, (socket) =>
    socket.on('data', () => {
      if (++requests >= good) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
      else if (afterBytes) socket.write(afterBytes, () => socket.resetAndDestroy())
      else socket.resetAndDestroy()
    }),
  )
  return {url: `http://127.0.0.1:${port}/`, requests: () => requests}
}

const reset = {
  message: 'the connection was closed before an answer came',
  hint: 'an error inside the server looks like this: see its log',
}

for (const [name, request] of [
  ['GET', {method: 'GET'}],
  ['POST that may happen twice', {method: 'POST', json: {}, repeatable: true}],
] as [string, Omit<HttpRequest, 'url'>][]) {
  test(`a ${name} is sent again, once, on a connection that was reset`, async (t) => {
    const server = await resetting(t, 2)
    assert.deepEqual((await openHttp({})({...request, url: server.url})).body, {})
    assert.equal(server.requests(), 2)
  })

  test(`a ${name} that is reset twice fails`, async (t) => {
    const server = await resetting(t, 3)
    assert.deepEqual(await failureOf(openHttp({})({...request, url: server.url})), reset)
    assert.equal(server.requests(), 2)
  })
}

test('a POST that may not happen twice is sent once', async (t) => {
  const server = await resetting(t, 2)
  assert.deepEqual(await failureOf(openHttp({})({method: 'POST', json: {}, url: server.url})), reset)
  assert.equal(server.requests(), 1)
})

test('an answer that breaks off is no answer', async (t) => {
  const server = await resetting(t, 9, 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n[1, 2')
  assert.deepEqual(await failureOf(openHttp({})({method: 'POST', json: {}, url: server.url})), {
    message: 'its answer broke off',
    hint: 'an error inside the server looks like this: see its log',
  })
})

test('a chunked answer that breaks off is no answer', async (t) => {
  const server = await resetting(t, 9, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1, 2\r\n')
  assert.deepEqual(await failureOf(openHttp({})({method: 'POST', json: {}, url: server.url})), reset)
})

test('an answer without an end is given up before it fills the memory', async (t) => {
  const megabyte = Buffer.alloc(2 ** 20, ' ')
  const port = await tcpServer(t, (socket) => {
    let sent = 0
    const more = () => {
      while (!socket.destroyed && sent < 200) if (!socket.write((sent++, megabyte))) return
    }
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n')
    socket.on('drain', more).once('data', more)
  })
  assert.deepEqual(await failureOf(openHttp({})({method: 'GET', url: `http://127.0.0.1:${port}`})), {
    message: 'its answer is larger than 64 MiB',
    hint: 'ask for less at once',
  })
})

test('a server of another kind', async (t) => {
  const port = await tcpServer(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
  assert.deepEqual(await failureOf(openHttp({})({method: 'GET', url: `http://127.0.0.1:${port}/`})), {
    message: 'it does not speak HTTP',
    hint: 'is the port right?',
  })
})

const tlsServer = (t: TestContext, certificate: string, options: SecureContextOptions = {}) =>
  httpServer(t, () => ({body: {}}), {cert: pem(certificate), key: pem('server.key'), ...options})

test('a private authority is trusted when it is named', async (t) => {
  const {url} = await tlsServer(t, 'server.pem')
  assert.deepEqual((await openHttp({ca: pem('ca.pem')})({method: 'GET', url})).body, {})
})

for (const [name, certificate, ca, message, hint] of [
  [
    'an unknown authority',
    'server.pem',
    undefined,
    'its certificate is signed by an unknown authority',
    'name the authority that signed it with --os-cacert FILE (OS_CACERT)',
  ],
  [
    'an expired certificate',
    'expired.pem',
    'ca.pem',
    'its certificate has expired',
    'have it renewed; --insecure goes on without proof of who answers',
  ],
  [
    'a certificate for another name',
    'other-name.pem',
    'ca.pem',
    'its certificate is for another name',
    'use the name the certificate was made for',
  ],
] as const) {
  test(`${name} is refused, and why is said`, async (t) => {
    const {url, received} = await tlsServer(t, certificate)
    const tls = ca ? {ca: pem(ca)} : {}
    assert.deepEqual(await failureOf(openHttp(tls)({method: 'GET', url})), {message, hint})
    assert.deepEqual(received, [])
  })

  test(`${name} is accepted by who says insecure`, async (t) => {
    const {url} = await tlsServer(t, certificate)
    assert.deepEqual((await openHttp({insecure: true})({method: 'GET', url})).body, {})
  })
}

test('a server that speaks TLS 1.2 alone is refused by who asks for 1.3', async (t) => {
  const {url, received} = await tlsServer(t, 'server.pem', {maxVersion: 'TLSv1.2'})
  const ca = pem('ca.pem')
  assert.deepEqual((await openHttp({ca, minVersion: 'TLSv1.2'})({method: 'GET', url})).body, {})
  assert.deepEqual(await failureOf(openHttp({ca, minVersion: 'TLSv1.3'})({method: 'GET', url})), {
    message: 'it speaks no version of TLS that is asked for',
    hint: 'look at --tls-min-version (OS_TLS_MIN_VERSION); 1.2 is the lowest there is',
  })
  assert.equal(received.length, 1)
})

test('ciphers are those that are named, of TLS 1.2; 1.3 stays as it is', async (t) => {
  const [weak, strong] = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384']
  const ca = pem('ca.pem')
  const {url} = await tlsServer(t, 'server.pem', {maxVersion: 'TLSv1.2', ciphers: strong})
  assert.deepEqual((await openHttp({ca, ciphers: strong})({method: 'GET', url})).body, {})
  assert.deepEqual(await failureOf(openHttp({ca, ciphers: weak})({method: 'GET', url})), {
    message: 'it shares no cipher with those that are asked for',
    hint: 'look at --tls-ciphers (OS_TLS_CIPHERS)',
  })
  const newer = await tlsServer(t, 'server.pem', {minVersion: 'TLSv1.3'})
  assert.deepEqual((await openHttp({ca, ciphers: weak})({method: 'GET', url: newer.url})).body, {})
})

test('https asked of a server that speaks http', async (t) => {
  const {url} = await httpServer(t, () => ({}))
  assert.deepEqual(await failureOf(openHttp({})({method: 'GET', url: url.replace('http:', 'https:')})), {
    message: 'it does not speak TLS',
    hint: 'should the address begin with http:// instead of https://?',
  })
})

for (const url of ['controller:8041', 'controller', 'http://:8041', 'ftp://controller'])
  test(`"${url}" is no address`, async () => {
    assert.deepEqual(await failureOf(openHttp({})({method: 'GET', url})), {
      message: 'that is not an address',
      hint: 'an address looks like http://controller:8041',
    })
  })

test('the trace tells method, address and status, and no header, query or body', async (t) => {
  const lines: string[] = []
  const {url} = await httpServer(t, () => ({
    status: 201,
    headers: {'x-subject-token': 'token-1'},
    body: {secret: 's1'},
  }))
  const refused = `http://127.0.0.1:${await closedPort()}`
  const http = openHttp({}, (line) => lines.push(line))
  const asked: Omit<HttpRequest, 'url'> = {
    method: 'POST',
    json: {password: 'hunter2'},
    headers: {'x-auth-token': 'token-0'},
    searchParams: new URLSearchParams({secret: 's2'}),
  }
  await http({...asked, url: `${url}/v3/auth/tokens`})
  await http({...asked, url: `${refused}/v1`}).catch(() => undefined)
  assert.deepEqual(
    lines.map((line) => line.replace(/\d+ ms/, 'N ms')),
    [`POST ${url}/v3/auth/tokens answered 201 in N ms`, `POST ${refused}/v1: connection refused`],
  )
})
