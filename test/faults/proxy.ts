// A TCP proxy in front of a real server, which does on command what networks, machines and other proxies do.
import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Server, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {TLSSocket, createServer as createTlsServer, type Server as TlsServer} from 'node:tls'

export type Mode =
  | 'pass'
  /** Nothing listens; what was connected is reset. */
  | 'refuse'
  /** Half of a request gets through, or half of an answer; then both sides are reset. */
  | 'reset-request'
  | 'reset-answer'
  /** Takes connections and bytes, and gives nothing. */
  | 'black-hole'
  /** The server gets the request, and nobody its answer. */
  | 'silence'
  | {bytesPerSecond: number}
  /** An answer of the proxy's own to each HTTP request. */
  | {status: number; body: string; type?: string}

export interface Target {
  host: string
  port: number
}

export interface Certificate {
  key: string
  cert: string
}

/** Sends a chunk on: at once, or, where bytes are few, a tenth of a second's worth at a time. */
async function trickle(to: Socket, chunk: Buffer, bytesPerSecond: number): Promise<void> {
  const piece = Math.max(1, Math.ceil(bytesPerSecond / 10))
  for (let from = 0; from < chunk.length && !to.destroyed; from += piece) {
    to.write(chunk.subarray(from, from + piece))
    await sleep(100)
  }
}

/** The body of an HTTP request with a Content-Length, once all of it is there. */
function wholeRequest(bytes: Buffer): {line: string; body: string} | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
  if (bytes.length < end + 4 + length) return undefined
  return {line: head.split('\r\n')[0]!, body: bytes.toString('utf8', end + 4, end + 4 + length)}
}

export interface Listening {
  /** 127.0.0.1 when left out. */
  address?: string
  /** Speaks TLS to its clients. */
  certificate?: Certificate
}

export class Proxy {
  readonly address: string
  port = 0
  target: Target
  /** Connections taken since it was made. */
  connections = 0
  /** Told of the body of each POST that the server answered with 202, whether or not the client learns of it. */
  onTaken: ((body: string) => void) | undefined
  #mode: Mode = 'pass'
  #server: Server | TlsServer
  readonly #pairs = new Set<{client: Socket; upstream: Socket; stuck: boolean}>()

  constructor(target: Target, {address = '127.0.0.1', certificate}: Listening = {}) {
    this.target = target
    this.address = address
    const take = (client: Socket) => this.#take(client)
    this.#server = certificate ? createTlsServer(certificate, take) : createServer({noDelay: true}, take)
    this.#server.on('tlsClientError', () => undefined)
  }

  async open(): Promise<this> {
    this.#server.listen(this.port, this.address)
    await once(this.#server, 'listening')
    this.port = (this.#server.address() as AddressInfo).port
    return this
  }

  get mode(): Mode {
    return this.#mode
  }

  /** What holds from now on, for new connections and old ones. A mend resets those that lost something on the way. */
  async set(mode: Mode): Promise<void> {
    const before = this.#mode
    this.#mode = mode
    if (mode === 'refuse') {
      if (this.#server.listening) this.#server.close()
      this.reset()
    } else if (before === 'refuse') await this.open()
    if (mode === 'pass') this.reset(({stuck}) => stuck)
  }

  reset(which: (pair: {stuck: boolean}) => boolean = () => true): void {
    for (const pair of this.#pairs) if (which(pair)) this.#reset(pair)
  }

  present(certificate: Certificate): void {
    ;(this.#server as TlsServer).setSecureContext(certificate)
  }

  close(): void {
    this.reset()
    this.#server.close()
  }

  #reset(pair: {client: Socket; upstream: Socket}): void {
    // TLS has no reset of its own.
    if (pair.client instanceof TLSSocket) pair.client.destroy()
    else pair.client.resetAndDestroy()
    pair.upstream.destroy()
  }

  #take(client: Socket): void {
    this.connections++
    const upstream = connect({...this.target, noDelay: true})
    const pair = {client, upstream, stuck: false}
    this.#pairs.add(pair)
    let request = Buffer.alloc(0)
    let up = Promise.resolve()
    let down = Promise.resolve()

    client.on('data', (chunk: Buffer) => {
      const mode = this.#mode
      request = Buffer.concat([request, chunk])
      if (mode === 'black-hole') pair.stuck = true
      else if (mode === 'reset-request') {
        upstream.write(chunk.subarray(0, chunk.length / 2))
        setImmediate(() => this.#reset(pair))
      } else if (typeof mode === 'object' && 'status' in mode) {
        if (!wholeRequest(request)) return
        request = Buffer.alloc(0)
        const {status, body, type = 'application/json'} = mode
        client.write(
          `HTTP/1.1 ${status} Canned\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        )
      } else if (typeof mode === 'object') up = up.then(() => trickle(upstream, chunk, mode.bytesPerSecond))
      else up = up.then(() => void upstream.write(chunk))
    })
    upstream.on('data', (chunk: Buffer) => {
      const mode = this.#mode
      if (request.length > 0 && this.onTaken && chunk.toString('latin1', 0, 12) === 'HTTP/1.1 202') {
        const whole = wholeRequest(request)
        if (whole?.line.startsWith('POST')) this.onTaken(whole.body)
      }
      request = Buffer.alloc(0)
      if (mode === 'black-hole' || mode === 'silence') pair.stuck = true
      else if (mode === 'reset-answer') {
        client.write(chunk.subarray(0, chunk.length / 2))
        setTimeout(() => this.#reset(pair), 20)
      } else if (typeof mode === 'object' && 'bytesPerSecond' in mode)
        down = down.then(() => trickle(client, chunk, mode.bytesPerSecond))
      else down = down.then(() => void client.write(chunk))
    })
    // A server that ends a connection in a black hole cannot say so either.
    const gone = () => this.#pairs.delete(pair)
    client.on('error', () => undefined).on('close', () => (gone(), upstream.destroy()))
    upstream.on('error', () => undefined)
    upstream.on('close', () => {
      if (this.#mode === 'black-hole' || this.#mode === 'silence') pair.stuck = true
      else void down.then(() => client.end())
    })
  }
}

/** A proxy that is closed when the test is over. */
export async function proxy(
  t: {after(end: () => void): void},
  target: Target,
  listening: Listening = {},
): Promise<Proxy> {
  const made = await new Proxy(target, listening).open()
  t.after(() => made.close())
  return made
}

export const targetOf = (url: string): Target => {
  const {hostname, port} = new URL(url)
  return {host: hostname, port: Number(port)}
}
