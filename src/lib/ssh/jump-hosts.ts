import type {Duplex} from 'node:stream'

import type {Client} from 'ssh2'

import {HostError} from '../errors.ts'
import {connectHop, type Connected, type ConnectOptions} from './connect.ts'
import type {Hop} from './route.ts'

/** A jump host that is logged in to, or about to be, and how many go through it. */
interface Jump {
  client: Promise<Client>
  users: number
  /** Aborts when nobody goes through it any more. */
  unused: AbortController
}

interface Lease {
  client: Client
  /** May be called twice. */
  release(): void
}

/**
 * The jump hosts in use. Each is logged in to once, however many hosts lie behind it: many log-ins at the same moment
 * are refused by sshd (MaxStartups). It is left when the last of those connections has ended.
 */
export class JumpHosts {
  readonly #options: Pick<ConnectOptions, 'hostKeys' | 'legacyAlgorithms'>
  readonly #jumps = new Map<string, Jump>()

  constructor(options: Pick<ConnectOptions, 'hostKeys' | 'legacyAlgorithms'>) {
    this.#options = options
  }

  /**
   * A connection to the last of `route`, through all others.
   * @throws what connectHop does; the message begins with the host's label, also where a jump host is in trouble
   */
  async connect(route: readonly Hop[], options: ConnectOptions): Promise<Connected> {
    const host = route.at(-1)!
    const before = route.slice(0, -1)
    if (before.length === 0) return connectHop(host, undefined, options)
    let lease: Lease
    let socket: Duplex
    try {
      lease = await this.#lease(before, options.ended)
      socket = await forward(lease, before.at(-1)!, host)
    } catch (error) {
      if (error instanceof HostError) throw new HostError(`${host.label}: ${error.message}`, error.suggestions)
      throw error
    }
    try {
      const connected = await connectHop(host, socket, options)
      connected.client.once('close', () => lease.release())
      return connected
    } catch (error) {
      lease.release()
      throw error
    }
  }

  async #lease(hops: readonly Hop[], ended: AbortSignal | undefined): Promise<Lease> {
    const key = JSON.stringify(hops)
    const jump = this.#jumps.get(key) ?? this.#open(key, hops)
    jump.users++
    let released = false
    const release = () => {
      if (released) return
      released = true
      ended?.removeEventListener('abort', release)
      if (--jump.users > 0) return
      this.#forget(key, jump)
      jump.unused.abort()
      void jump.client.then(
        (client) => client.end(),
        () => undefined,
      )
    }
    ended?.addEventListener('abort', release, {once: true})
    try {
      const client = await jump.client
      ended?.removeEventListener('abort', release)
      return {client, release}
    } catch (error) {
      release()
      throw error
    }
  }

  #open(key: string, hops: readonly Hop[]): Jump {
    const unused = new AbortController()
    const jump: Jump = {client: this.#logIn(hops, unused.signal), users: 0, unused}
    this.#jumps.set(key, jump)
    // One that has failed, or has ended, is tried anew by who comes next.
    const forget = () => this.#forget(key, jump)
    jump.client.then((client) => {
      client.setMaxListeners(0) // each host behind it listens for its end
      client.once('close', forget)
    }, forget)
    return jump
  }

  #forget(key: string, jump: Jump): void {
    if (this.#jumps.get(key) === jump) this.#jumps.delete(key)
  }

  async #logIn(hops: readonly Hop[], ended: AbortSignal): Promise<Client> {
    const hop = hops.at(-1)!
    const before = hops.slice(0, -1)
    if (before.length === 0) return (await connectHop(hop, undefined, {...this.#options, ended})).client
    const lease = await this.#lease(before, ended)
    try {
      const {client} = await connectHop(hop, await forward(lease, before.at(-1)!, hop), {...this.#options, ended})
      client.once('close', () => lease.release())
      return client
    } catch (error) {
      lease.release()
      throw error
    }
  }
}

/** A connection to `next`, made by the server `hop`; without one, the lease is given back. */
function forward(lease: Lease, hop: Hop, next: Hop): Promise<Duplex> {
  const {client} = lease
  const {promise, resolve, reject} = Promise.withResolvers<Duplex>()
  let over = false
  const fail = (why: string) => {
    over = true
    reject(new HostError(`${hop.label} cannot reach ${next.address}, port ${next.port}: ${why}`))
    lease.release()
  }
  const timer = setTimeout(() => fail(`no answer within ${next.timeoutSeconds} s`), next.timeoutSeconds * 1000)
  const closed = () => fail('the connection was closed')
  client.once('close', closed)
  try {
    client.forwardOut('127.0.0.1', 0, next.address, next.port, (error, channel) => {
      if (error) fail(error.message.replace(/^\(SSH\) Channel open failure: /, '') || 'refused')
      // Too late: on a jump host that others go through, it would stay open for ever.
      else if (over) channel.destroy()
      else resolve(channel)
    })
  } catch {
    closed()
  }
  return promise.finally(() => {
    clearTimeout(timer)
    client.removeListener('close', closed)
  })
}
