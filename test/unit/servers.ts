import {mkdtempSync, rmSync} from 'node:fs'
import {createServer, type IncomingHttpHeaders, type RequestListener} from 'node:http'
import {createServer as createHttpsServer, type ServerOptions} from 'node:https'
import {createServer as createTcpServer, type AddressInfo, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {TestContext} from 'node:test'

/** A folder of the test's own, gone after it. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'gnocchictl-unit-'))
  t.after(() => rmSync(folder, {recursive: true, force: true}))
  return folder
}

/** Sets variables for one test; undefined removes one. */
export function setEnv(t: TestContext, variables: Record<string, string | undefined>): void {
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values))
      if (value === undefined) Reflect.deleteProperty(process.env, name)
      else process.env[name] = value
  }
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]))
  set(variables)
  t.after(() => set(before))
}

/** A home without anything of this machine's user in it. */
export function setHome(t: TestContext): string {
  const home = tempFolder(t)
  setEnv(t, {HOME: home, XDG_CONFIG_HOME: undefined, XDG_CACHE_HOME: undefined, XDG_STATE_HOME: undefined})
  return home
}

export interface Received {
  method: string
  /** Path with query. */
  path: string
  headers: IncomingHttpHeaders
  /** Decoded JSON, undefined when there was no body. */
  body: unknown
}

export interface Answer {
  status?: number
  headers?: Record<string, string>
  /** Text goes out as it is, anything else as JSON. */
  body?: unknown
}

type Answering = (request: Received, index: number) => Answer | Promise<Answer>

export interface FakeServer {
  url: string
  received: Received[]
}

const listener =
  (received: Received[], answering: Answering): RequestListener =>
  (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const {method = '', url: path = '', headers} = request
      const one: Received = {method, path, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown)}
      received.push(one)
      void Promise.resolve(answering(one, received.length - 1)).then(({status = 200, headers: extra = {}, body}) => {
        response.writeHead(status, extra)
        response.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body))
      })
    })
  }

/** A real server on loopback that answers as told and remembers what it was asked. */
export async function httpServer(t: TestContext, answering: Answering, tls?: ServerOptions): Promise<FakeServer> {
  const received: Received[] = []
  const server = tls
    ? createHttpsServer(tls, listener(received, answering))
    : createServer(listener(received, answering))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const {port} = server.address() as AddressInfo
  return {url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, received}
}

/** A server below HTTP: `onConnection` does with the socket what it likes. */
export async function tcpServer(
  t: TestContext,
  onConnection: (socket: Socket, index: number) => void,
): Promise<number> {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined)
    onConnection(socket, sockets.push(socket) - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    sockets.forEach((socket) => socket.destroy())
  })
  return (server.address() as AddressInfo).port
}

/** A port that nobody listens on. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits for a condition, at most `seconds`. */
export async function until(condition: () => boolean, seconds = 5): Promise<void> {
  const end = Date.now() + seconds * 1000
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${condition.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
