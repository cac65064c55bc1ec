import assert from 'node:assert/strict'
import type {Socket} from 'node:net'
import {test, type TestContext} from 'node:test'

import {NoAnswer, openHttp, type HttpRequest} from '../../../src/lib/http.ts'
import {tcpServer} from '../servers.ts'

/** `--timeout` of these tests, in seconds: short, and longer than a busy machine stands still. */
const limit = 1

const log = 'an error inside the server looks like this: see its log'

/** How a request to this server ends; its connection must be closed then. */
async function endOf(
  t: TestContext,
  onConnection: (socket: Socket) => void,
  request: Omit<HttpRequest, 'url'> = {method: 'GET'},
): Promise<{message: string; hint: string | undefined}> {
  const sockets: Socket[] = []
  const port = await tcpServer(t, (socket) => {
    sockets.push(socket)
    onConnection(socket)
  })
  const error = await openHttp(
    {},
    undefined,
    limit,
  )({...request, url: `http://127.0.0.1:${port}/`}).then(
    () => assert.fail('an answer came'),
    (reason: unknown) => reason,
  )
  assert.ok(error instanceof NoAnswer, String(error))
  // What is given up is not left open: a server has only so many connections.
  for (const socket of sockets)
    if (!socket.closed) await new Promise((resolve) => socket.resume().once('close', resolve))
  return {message: error.message, hint: error.hint}
}

/** Writes `text` one byte at a time, without an end, as long as somebody takes it. */
function drip(socket: Socket, text = ' '): void {
  let sent = 0
  const timer = setInterval(() => socket.write(text[sent++ % text.length]!), 20)
  socket.on('close', () => clearInterval(timer))
}

test('an answer that drips one byte at a time is cut at twice the limit', async (t) => {
  const dripping = (socket: Socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n[')
      drip(socket)
    })
  assert.deepEqual(await endOf(t, dripping), {message: 'its answer did not end within 2 s', hint: log})
})

test('so is one whose length nobody knows', async (t) => {
  const dripping = (socket: Socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
      drip(socket, '1\r\n \r\n')
    })
  assert.deepEqual(await endOf(t, dripping), {message: 'its answer did not end within 2 s', hint: log})
})

test('a head that drips is no answer, and cut at the limit', async (t) => {
  const dripping = (socket: Socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nX-Slow: ')
      drip(socket, 'x')
    })
  assert.deepEqual(await endOf(t, dripping), {message: 'no answer within 1 s', hint: log})
})

test('silence is cut at the limit', async (t) => {
  assert.deepEqual(await endOf(t, () => undefined), {message: 'no answer within 1 s', hint: log})
})

test('so is a server that stops reading half-way through a large request', async (t) => {
  const large: Omit<HttpRequest, 'url'> = {method: 'POST', body: Buffer.alloc(32 * 2 ** 20, ' ')}
  assert.deepEqual(await endOf(t, (socket) => socket.pause(), large), {
    message: 'it did not take the request within 2 s',
    hint: log,
  })
})

test('an answer that comes slowly and ends in time is one', async (t) => {
  const port = await tcpServer(t, (socket) =>
    socket.once('data', () => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'.split('')
      const next = () => socket.write(answer.shift()!, () => (answer.length > 0 ? setImmediate(next) : undefined))
      next()
    }),
  )
  assert.deepEqual((await openHttp({})({method: 'GET', url: `http://127.0.0.1:${port}/`})).body, {})
})
