// What `import {Gnocchi} from 'gnocchictl'` gives: docs/library.md
import {connect as open} from './lib/connect.ts'
import type {Gnocchi as Client} from './lib/gnocchi/client.ts'
import type {CloudFlags} from './lib/keystone/cloud.ts'

export {AppError, AuthError, GnocchiError, UsageError} from './lib/errors.ts'

export type {AggregatesQuestion, Operation, Series, SeriesGroup} from './lib/gnocchi/aggregates.ts'
export type {ArchivePolicy, ArchivePolicyItem} from './lib/gnocchi/archive-policies.ts'
export type {ArchivePolicyRule} from './lib/gnocchi/archive-policy-rules.ts'
export type {Aggregate, Measure, Reading, Refused} from './lib/gnocchi/measures.ts'
export {findOrCreateMetric} from './lib/gnocchi/create-metric.ts'
export type {Metric, NewMetric, NewNamedMetric} from './lib/gnocchi/metrics.ts'
export type {Resource, ResourceBody, ResourceList} from './lib/gnocchi/resources.ts'
export type {NewAttribute, ResourceAttribute, ResourceType} from './lib/gnocchi/resource-types.ts'
export type {ServerStatus} from './lib/gnocchi/status.ts'
export type {CloudFlags} from './lib/keystone/cloud.ts'

export interface ConnectOptions {
  /** A cloud of clouds.yaml; OS_CLOUD and the other variables when left out. */
  cloud?: string
  /** Settings by hand, under the names of the flags: `{'os-auth-url': 'http://controller:5000/v3', 'os-username': … }`. */
  settings?: CloudFlags
  /** Variables to read instead of those of the process; `{}` for none. */
  env?: Record<string, string | undefined>
  /** Keep the token for the next run, as the command line does. Off when left out: a program logs in once. */
  tokenCache?: boolean
  /** Told when this machine's clock differs from Keystone's. */
  onWarning?: (line: string) => void
  /** Told of each request, without secrets: `GET http://…/v1/metric answered 200 in 12 ms`. */
  onRequest?: (line: string) => void
}

/**
 * A client of Gnocchi: a group of functions for each resource of its REST API. Tokens are renewed by themselves.
 * Failures are `UsageError`, `AuthError` and `GnocchiError`, with `suggestions` of what to try.
 */
export type Gnocchi = Client & {
  /** Gnocchi's address, from the settings or the catalogue. @throws AuthError */
  endpoint(): Promise<string>
  /** Ends the connections that are kept open; `await using` does so by itself. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const nothing = () => undefined

export const Gnocchi = {
  /**
   * A client for the cloud that options, variables and clouds.yaml describe. Nothing is sent before it is used.
   * @throws UsageError naming what is wrong or missing
   */
  async connect(options: ConnectOptions = {}): Promise<Gnocchi> {
    const {
      cloud,
      settings = {},
      env = process.env,
      tokenCache = false,
      onWarning = nothing,
      onRequest = nothing,
    } = options
    const flags = {...settings, ...(cloud === undefined ? {} : {'os-cloud': cloud})}
    const connection = await open({flags, env, tokenCache, warn: onWarning, trace: onRequest})
    const {gnocchi, session} = connection
    const end = async () => connection.close()
    return {...gnocchi, endpoint: () => session.endpoint(), close: end, [Symbol.asyncDispose]: end}
  },
}
