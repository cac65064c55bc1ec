import {performance} from 'node:perf_hooks'

import {AppError, HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {Report} from '../log.ts'
import type {HostConnection} from '../sampling/host-sampler.ts'
import {within} from '../within.ts'
import type {ConnectOptions, Connected} from './connect.ts'
import {
  hostKeyPolicy,
  keyProblem,
  knownHostsOf,
  verdictOn,
  type HostKeyCheck,
  type HostKeyPolicy,
} from './host-key-policy.ts'
import {JumpHosts} from './jump-hosts.ts'
import {fingerprint, keyType, type Verdict} from './known-hosts.ts'
import {openRemoteFile} from './remote-file.ts'
import {routeTo, type Hop} from './route.ts'
import {openSshConfig} from './ssh-config.ts'

/** Seconds from the log-in to the first answer. */
const openTimeoutSeconds = 10

export interface SshOptions {
  /** A file, `none`, or undefined for those of the user and the system. */
  sshConfig?: string | undefined
  /** Undefined: as ssh_config has it. */
  hostKeyCheck?: HostKeyCheck | undefined
  legacyAlgorithms?: boolean
  /** Told of new host keys that are kept, and of what in ssh_config is left out. */
  report: Report
}

/** What one try at a host showed. */
export interface HostCheck {
  host: string
  reachable: boolean
  key: SeenKey | undefined
  /** What let us in. */
  way: string | undefined
  method: 'sftp' | 'exec' | undefined
  /** What the file says, and how long one read of it took. */
  text: string | undefined
  latencyMs: number | undefined
  problem: AppError | undefined
}

export interface SeenKey {
  type: string
  fingerprint: string
  verdict: Verdict
  /** Why the key is no good, whatever is said of new ones. */
  problem: HostError | undefined
  /** Stores the key in gnocchictl's own known_hosts. @throws UsageError */
  keep(): void
}

export interface Ssh {
  /** A connection to `host` with one file open on it. @throws HostError, UsageError */
  open(host: Host, path: string, ended?: AbortSignal): Promise<HostConnection>
  /** Tries all that `open` does, and stores nothing. Never rejects. */
  check(host: Host, path: string): Promise<HostCheck>
  /** The key of a host, which it has proved to have. @throws HostError, UsageError */
  keyOf(host: Host): Promise<SeenKey>
}

/** @throws UsageError for an ssh_config that cannot be read */
export function openSsh({sshConfig, hostKeyCheck, legacyAlgorithms = false, report}: SshOptions): Ssh {
  const settingsOf = openSshConfig(sshConfig, (line) => report(line, {level: 'warn'}))
  const knownTo = knownHostsOf()
  const keeping = hostKeyPolicy(knownTo, report)
  const looking = hostKeyPolicy(knownTo)
  // Who only looks keeps no key of a jump host either.
  const jumps = new JumpHosts({hostKeys: keeping, legacyAlgorithms})
  const lookingJumps = new JumpHosts({hostKeys: looking, legacyAlgorithms})
  const route = (host: Host): Hop[] => routeTo(host, settingsOf, hostKeyCheck)
  const seen = (hop: Hop, key: Buffer): SeenKey => {
    const verdict = verdictOn(knownTo, hop, key)
    const {host, port} = hop.knownAs
    return {
      type: keyType(key),
      fingerprint: fingerprint(key),
      verdict,
      problem: keyProblem(hop, verdict),
      keep: () => knownTo(hop).add(host, port, key),
    }
  }

  return {
    open: async (host, path, ended) =>
      openFile(await jumps.connect(route(host), {hostKeys: keeping, legacyAlgorithms, ended}), path),

    async check(host, path) {
      const found: HostCheck = {
        host: host.label,
        reachable: false,
        key: undefined,
        way: undefined,
        method: undefined,
        text: undefined,
        latencyMs: undefined,
        problem: undefined,
      }
      try {
        const hops = route(host)
        const hostKeys = watching(looking, (hop, key) => (found.key = seen(hop, key)))
        const onAnswer = () => (found.reachable = true)
        const connected = await lookingJumps.connect(hops, {hostKeys, legacyAlgorithms, onAnswer})
        found.way = connected.way
        const connection = await openFile(connected, path)
        const {file} = connection
        try {
          found.method = file.method
          const begun = performance.now()
          found.text = await within(openTimeoutSeconds, file.read(), unanswered(path))
          found.latencyMs = performance.now() - begun
        } finally {
          connection.close()
        }
      } catch (error) {
        found.problem = error instanceof AppError ? error : new HostError(`${host.label}: ${(error as Error).message}`)
      }
      return found
    },

    async keyOf(host) {
      const hops = route(host)
      const last = hops.at(-1)!
      let key: Buffer | undefined
      const hostKeys: HostKeyPolicy = {
        ...looking,
        verify: () => undefined,
        accept: (_, shown) => (key = shown),
      }
      const options: ConnectOptions = {hostKeys, legacyAlgorithms, keyOnly: true}
      await lookingJumps.connect(hops, options)
      if (!key) throw new HostError(`${host.label}: it showed no key`)
      return seen(last, key)
    },
  }
}

/** The same policy, telling of each key that is shown. */
const watching = (policy: HostKeyPolicy, tell: (hop: Hop, key: Buffer) => void): HostKeyPolicy => ({
  ...policy,
  verify(hop, key) {
    tell(hop, key)
    return policy.verify(hop, key)
  },
})

async function openFile({client}: Connected, path: string): Promise<HostConnection> {
  const closed = new Promise<void>((resolve) => void client.once('close', () => resolve()))
  const close = () => {
    client.end()
    // A host that is gone never acknowledges the end.
    setTimeout(() => client.destroy(), 500).unref()
  }
  try {
    const file = await within(openTimeoutSeconds, openRemoteFile(client, path), unanswered(path))
    return {file, closed, close}
  } catch (error) {
    close()
    throw error
  }
}

const unanswered = (path: string) => () => new HostError(`${path} was not answered within ${openTimeoutSeconds} s`)
