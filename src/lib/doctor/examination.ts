import type {CheckedHost} from '../check-hosts.ts'
import type {Connection} from '../connect.ts'
import {spoolFile} from '../delivery/spool.ts'
import {CatalogueError, UsageError} from '../errors.ts'
import {findHostsFile, readHostsFile, type Host, type HostsFile} from '../hosts-file/read.ts'
import type {Cloud} from '../keystone/cloud.ts'
import {listMetrics, type HostMetric} from '../list-metrics.ts'
import {Unmet} from './check.ts'

export interface ExaminationOptions {
  /** `--config`, as it was given. */
  config: string | undefined
  env: NodeJS.ProcessEnv
  /** `--spool` */
  spool: string | undefined
  /** How often hosts are sampled, or are to be. */
  intervalSeconds: number
  /** How long a backlog is watched before it is said to stand still. */
  patienceSeconds: number
  connect: () => Promise<Connection>
  checkHosts: (hosts: readonly Host[]) => Promise<CheckedHost[]>
}

/**
 * What the checks look at, each thing fetched once, by whichever check asks first. Where it cannot be had, the check
 * that is about it says why; the others, which ask with `needs`, say that they need it.
 */
export class Examination {
  readonly options: ExaminationOptions
  readonly #kept = new Map<string, Promise<unknown>>()

  constructor(options: ExaminationOptions) {
    this.options = options
  }

  #once<T>(name: string, get: () => Promise<T>): Promise<T> {
    const kept = (this.#kept.get(name) ?? get()) as Promise<T>
    this.#kept.set(name, kept)
    return kept
  }

  /** Undefined where there is none and none was named. @throws UsageError */
  hostsFile(): Promise<HostsFile | undefined> {
    return this.#once('hosts file', async () => {
      const {config, env} = this.options
      try {
        return readHostsFile(findHostsFile(config, env))
      } catch (error) {
        const isNamed = (config ?? env['GNOCCHICTL_CONFIG']) !== undefined
        if (error instanceof UsageError && !isNamed && error.message.startsWith('there is no hosts file'))
          return undefined
        throw error
      }
    })
  }

  /** A cloud to ask; nothing is sent yet. @throws UsageError */
  connection(): Promise<Connection> {
    return this.#once('cloud', () => this.options.connect())
  }

  async cloud(): Promise<Cloud> {
    return (await this.connection()).cloud
  }

  /** Logs in; that the catalogue has no Gnocchi is not a failure of this. @throws AuthError */
  login(): Promise<{milliseconds: number}> {
    return this.#once('login', async () => {
      const {session} = await this.needs('cloud', this.connection())
      const from = performance.now()
      await session.credentials().catch((error: unknown) => {
        if (!(error instanceof CatalogueError)) throw error
      })
      return {milliseconds: performance.now() - from}
    })
  }

  /** @throws AuthError */
  endpoint(): Promise<string> {
    return this.#once('endpoint', async () => {
      await this.needs('keystone', this.login())
      return (await this.connection()).session.endpoint()
    })
  }

  /** Gnocchi's version, and that it takes us. @throws GnocchiError */
  gnocchi(): Promise<Connection & {build: string}> {
    return this.#once('gnocchi', async () => {
      await this.needs('catalogue', this.endpoint())
      const connection = await this.connection()
      const build = await connection.gnocchi.serverVersion.get()
      await connection.gnocchi.archivePolicies.list()
      return {...connection, build}
    })
  }

  /** The hosts' metrics as they are on the server. @throws GnocchiError */
  metrics(): Promise<HostMetric[]> {
    return this.#once('metrics', async () => {
      const hosts = await this.hosts()
      const {gnocchi} = await this.needs('gnocchi', this.gnocchi())
      return listMetrics(gnocchi, hosts)
    })
  }

  async hosts(): Promise<Host[]> {
    const file = await this.needs('hosts file', this.hostsFile())
    if (!file) throw new Unmet('a hosts file')
    return file.hosts
  }

  /** Where samples wait for Gnocchi. */
  async spoolFile(): Promise<string> {
    const file = await this.needs('hosts file', this.hostsFile())
    if (!file) throw new Unmet('a hosts file')
    return spoolFile(file.path, this.options.spool)
  }

  /** @throws Unmet when it cannot be had */
  async needs<T>(name: string, what: Promise<T>): Promise<T> {
    return what.catch((error: unknown) => {
      throw error instanceof Unmet ? error : new Unmet(name)
    })
  }
}
