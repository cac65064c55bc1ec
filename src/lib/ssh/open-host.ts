import {performance} from 'node:perf_hooks'

import {AppError, HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {Report} from '../log.ts'
import type {HostConnection} from '../sampling/host-sampler.ts'
import {within} from '../within.ts'
import type {Connected} from './connect.ts'
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
import {openSshConfig, type SettingsOf} from './ssh-config.ts'

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

/** @throws UsageError for an ssh_config that cannot be read */
export const openSsh = (options: SshOptions): Ssh => new Ssh(options)

export type {Ssh}

class Ssh {
  readonly #settingsOf: SettingsOf
  readonly #hostKeyCheck: HostKeyCheck | undefined
  readonly #legacyAlgorithms: boolean
  readonly #knownTo = knownHostsOf()
  readonly #keeping: HostKeyPolicy
  readonly #looking = hostKeyPolicy(this.#knownTo)
  readonly #jumps: JumpHosts
  /** Who only looks keeps no key of a jump host either. */
  readonly #lookingJumps: JumpHosts

  constructor({sshConfig, hostKeyCheck, legacyAlgorithms = false, report}: SshOptions) {
    this.#settingsOf = openSshConfig(sshConfig, (line) => report(line, {level: 'warn'}))
    this.#hostKeyCheck = hostKeyCheck
    this.#legacyAlgorithms = legacyAlgorithms
    this.#keeping = hostKeyPolicy(this.#knownTo, report)
    this.#jumps = new JumpHosts({hostKeys: this.#keeping, legacyAlgorithms})
    this.#lookingJumps = new JumpHosts({hostKeys: this.#looking, legacyAlgorithms})
  }

  /** A connection to `host` with one file open on it. @throws HostError, UsageError */
  async open(host: Host, path: string, ended?: AbortSignal): Promise<HostConnection> {
    const options = {hostKeys: this.#keeping, legacyAlgorithms: this.#legacyAlgorithms, ended}
    return openFile(await this.#jumps.connect(this.#route(host), options), path)
  }

  /** Tries all that `open` does, and stores nothing. Never rejects. */
  async check(host: Host, path: string): Promise<HostCheck> {
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
      const connected = await this.#lookingJumps.connect(this.#route(host), {
        hostKeys: watching(this.#looking, (hop, key) => (found.key = this.#seen(hop, key))),
        legacyAlgorithms: this.#legacyAlgorithms,
        onAnswer: () => (found.reachable = true),
      })
      found.way = connected.way
      await readOnce(connected, path, found)
    } catch (error) {
      found.problem = error instanceof AppError ? error : new HostError(`${host.label}: ${(error as Error).message}`)
    }
    return found
  }

  /** The key of a host, which it has proved to have. @throws HostError, UsageError */
  async keyOf(host: Host): Promise<SeenKey> {
    const hops = this.#route(host)
    let key: Buffer | undefined
    const hostKeys: HostKeyPolicy = {
      ...this.#looking,
      verify: () => undefined,
      accept: (_, shown) => (key = shown),
    }
    await this.#lookingJumps.connect(hops, {hostKeys, legacyAlgorithms: this.#legacyAlgorithms, keyOnly: true})
    if (!key) throw new HostError(`${host.label}: it showed no key`)
    return this.#seen(hops.at(-1)!, key)
  }

  #route(host: Host): Hop[] {
    return routeTo(host, this.#settingsOf, this.#hostKeyCheck)
  }

  #seen(hop: Hop, key: Buffer): SeenKey {
    const verdict = verdictOn(this.#knownTo, hop, key)
    const {host, port} = hop.knownAs
    return {
      type: keyType(key),
      fingerprint: fingerprint(key),
      verdict,
      problem: keyProblem(hop, verdict),
      keep: () => this.#knownTo(hop).add(host, port, key),
    }
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

/** Reads the file once and closes the connection: how, what, and how long it took go into `found`. */
async function readOnce(connected: Connected, path: string, found: HostCheck): Promise<void> {
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
}

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
