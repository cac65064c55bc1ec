import type {Duplex} from 'node:stream'

import ssh2, {type Client as Ssh2Client, type ConnectConfig, type NextAuthHandler} from 'ssh2'

import {HostError} from '../errors.ts'
import {disagreement, offer} from './algorithms.ts'
import type {HostKeyPolicy} from './host-key-policy.ts'
import {waysInto, type Way, type Ways} from './login.ts'
import type {Hop} from './route.ts'

// ssh2 is CommonJS: its classes are found on the default export only.
const {Client} = ssh2

export interface ConnectOptions {
  hostKeys: HostKeyPolicy
  legacyAlgorithms: boolean
  /** Gives up a log-in under way: a host that never answers must not hold the program back. */
  ended?: AbortSignal | undefined
  /** No further than to the host's proof that it has its key; the jump hosts before it are logged in to. */
  keyOnly?: true
  /** Told when the host itself answers, before it is known who it is. */
  onAnswer?: () => void
}

export interface Connected {
  client: Ssh2Client
  /** What let us in: `password`, `agent`, `~/.ssh/id_ed25519`, ... */
  way: string
}

/**
 * A logged-in connection to one server, over `socket` if it is given. It tells its end by the event `close`, and nobody
 * needs to listen for `error`.
 * @throws HostError: unreachable, wrong host key, refused; the message begins with the label
 * @throws UsageError when a secret of the hosts file cannot be read
 */
export async function connectHop(hop: Hop, socket: Duplex | undefined, options: ConnectOptions): Promise<Connected> {
  const {hostKeys, legacyAlgorithms, ended, keyOnly} = options
  const {ways, notes} = keyOnly ? {ways: [], notes: []} : waysInto(hop, legacyAlgorithms)
  const login: Login = {ways, notes, tried: [], offered: undefined, current: undefined}
  const handshake: Handshake = {lines: [], key: undefined, keyProblem: undefined}
  const config = {...configOf(hop, options, handshake, login), ...(socket ? {sock: socket} : {})}
  return new Promise((resolve, reject) => {
    const client = new Client()
    const abort = () => client.destroy()
    ended?.addEventListener('abort', abort, {once: true})
    const fail = (error: Error) => reject(handshake.keyProblem ?? translate(hop, error, login, handshake.lines))
    // Nagle's algorithm with delayed acknowledgements costs up to 80 ms a read.
    client.on('connect', () => client.setNoDelay(true))
    client.once('handshake', () => {
      handshake.lines.length = 0
      // Only now has the server proved that it has the key it showed.
      if (handshake.key) hostKeys.accept(hop, handshake.key)
      if (!keyOnly) return
      resolve({client, way: ''})
      client.end()
    })
    client.on('ready', () => resolve({client, way: login.current?.shown ?? 'none needed'}))
    // Stays: ssh2 emits a second error after a timeout, and one on a kept connection that dies.
    client.on('error', (error: Error & {level?: string}) => {
      // One way that failed is not all of them: ssh2 goes on with the next.
      if (error.level === 'agent' || (error.level === 'client-authentication' && !error.message.startsWith('All ')))
        login.notes.push(`${login.current?.name ?? 'a key'}: ${agentWords(error.message)}`)
      else fail(error)
    })
    client.on('close', () => {
      ended?.removeEventListener('abort', abort)
      reject(handshake.keyProblem ?? new HostError(`${hop.label}: the connection was closed during the log-in`))
    })
    if (options.onAnswer) client.once('connect', options.onAnswer)
    try {
      client.connect(config)
      if (ended?.aborted) abort()
    } catch (error) {
      fail(error as Error)
    }
  })
}

interface Handshake {
  /** What ssh2 says of the algorithms that the server offers. */
  lines: string[]
  /** As the server showed it. */
  key: Buffer | undefined
  keyProblem: HostError | undefined
}

interface Login extends Ways {
  tried: string[]
  /** What the server takes, as it said last. */
  offered: readonly string[] | undefined
  current: Way | undefined
}

/** What ssh2 is to do; it keeps in `handshake` and `login` how far it got. */
const configOf = (
  hop: Hop,
  {hostKeys, legacyAlgorithms}: ConnectOptions,
  handshake: Handshake,
  login: Login,
): ConnectConfig => ({
  host: hop.address,
  port: hop.port,
  username: hop.user,
  readyTimeout: hop.timeoutSeconds * 1000,
  // A kept connection says within 45 s that its host is gone, also where no one answers the packets.
  keepaliveInterval: 15_000,
  keepaliveCountMax: 2,
  algorithms: offer(hostKeys.typesOf(hop), legacyAlgorithms),
  hostVerifier: (key: Buffer) => {
    handshake.key = key
    handshake.keyProblem = hostKeys.verify(hop, key)
    return handshake.keyProblem === undefined
  },
  // The one place where ssh2 says what a server offers.
  debug: (line) => {
    if (line.startsWith('Handshake: (remote)')) handshake.lines.push(line)
  },
  authHandler: (left, _partial, next) => nextWay(hop, login, left, next),
})

/** Asks with `none` first, for the list of what the server takes; what it does not take is not tried. */
function nextWay(hop: Hop, login: Login, left: readonly string[] | null, next: NextAuthHandler): void {
  if (left === null) {
    next({type: 'none', username: hop.user})
    return
  }
  login.offered = left
  login.current = undefined
  for (let way = login.ways.shift(); way; way = login.ways.shift()) {
    if (!left.includes(way.wire)) continue
    login.current = way
    if (!login.tried.includes(way.name)) login.tried.push(way.name)
    next(way.auth)
    return
  }
  next(false as never)
}

const causes: Record<string, string> = {
  ECONNREFUSED: 'connection refused: no SSH server listens there',
  EMFILE: 'this process has no file descriptors left; raise its limit (ulimit -n)',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
}

const agentWords = (message: string): string =>
  /connect|ENOENT|ECONNREFUSED|socket|Failed to/i.test(message)
    ? 'it does not answer'
    : message.replace(/^Error (while )?signing( data)? with key: /, '')

type ForeignError = Error & {level?: string; code?: string}

function translate(hop: Hop, error: ForeignError, login: Login, debug: readonly string[]): HostError {
  const where = `${hop.label}:`
  if (error.level === 'client-authentication') return refused(hop, login)
  if (error.level === 'client-timeout')
    return new HostError(`${where} no SSH server answered within ${hop.timeoutSeconds} s`)
  const disagreed = disagreement(error.message, debug)
  if (disagreed)
    return new HostError(`${where} ${disagreed.what}`, [
      disagreed.legacyHelps
        ? 'update its SSH server, or accept what is broken by now with --ssh-legacy-algorithms'
        : 'update its SSH server',
    ])
  const cause = error.code === undefined ? undefined : causes[error.code]
  return new HostError(`${where} ${cause ?? error.message.replace(/\s+/g, ' ').slice(0, 200)}`)
}

function refused(hop: Hop, {tried, notes, offered}: Login): HostError {
  const {label, user, isJump} = hop
  const {given, privateKey, password} = hop.login()
  const byConfig = 'name a key of the account in ~/.ssh/config (IdentityFile), or add one to the agent'
  if (tried.length > 0)
    return new HostError(`${label}: user ${user} was refused (tried ${tried.join(', ')})`, [
      ...notes,
      given
        ? 'check user and password or key in the hosts file, and that the account may log in by SSH'
        : isJump
          ? byConfig
          : 'give its "password", "privateKey" or "agent" in the hosts file, or add a key of the account to the agent',
    ])
  if (privateKey ?? password)
    return new HostError(`${label}: the server lets user ${user} in by ${offered?.join(' or ') ?? 'nothing'} only`, [
      'give the host what its server asks for',
    ])
  return isJump
    ? new HostError(`${label}: there is no key to log in as ${user}`, [...notes, byConfig])
    : new HostError(`${label}: the hosts file gives no way to log in as ${user}`, [
        ...notes,
        'add "password", "privateKey" or "agent" to the host',
      ])
}
