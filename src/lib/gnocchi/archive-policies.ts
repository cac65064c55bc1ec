import {timedeltaSeconds} from './timedelta.ts'
import type {Transport} from './transport.ts'

/** One line of a policy: a point every `granularitySeconds`, the newest `points` of them kept. */
export interface ArchivePolicyItem {
  granularitySeconds: number
  /** null: kept for ever. */
  points: number | null
  timespanSeconds: number | null
}

export interface ArchivePolicy {
  name: string
  /** How many periods of the coarsest granularity a measure may come late. */
  backWindow: number
  aggregationMethods: string[]
  /** Finest granularity first. */
  definition: ArchivePolicyItem[]
}

/** As it comes: timespans are Python timedeltas in text, or null. */
export interface WireArchivePolicy {
  name: string
  back_window: number
  aggregation_methods: string[]
  definition: {granularity: string; points: number | null; timespan: string | null}[]
}

/** @see gnocchi/archive_policy.py ArchivePolicy.jsonify, gnocchi/json.py to_primitive */
export function decodeArchivePolicy(wire: WireArchivePolicy): ArchivePolicy {
  return {
    name: wire.name,
    backWindow: wire.back_window,
    aggregationMethods: [...wire.aggregation_methods].sort(),
    definition: wire.definition
      .map(({granularity, points, timespan}) => ({
        granularitySeconds: timedeltaSeconds(granularity),
        points,
        timespanSeconds: timespan === null ? null : timedeltaSeconds(timespan),
      }))
      .sort((a, b) => a.granularitySeconds - b.granularitySeconds),
  }
}

/**
 * The oldest moment that a measure may have for Gnocchi to take it: older ones get a 202 and are dropped.
 * The coarsest period that holds the metric's newest point, less the back window.
 * @see gnocchi/carbonara.py BoundTimeSerie.set_values, gnocchi/storage/__init__.py add_measures_to_metrics
 */
export function oldestTakenAt({definition, backWindow}: ArchivePolicy, newestPoint: Date): Date {
  const coarsest = Math.max(...definition.map(({granularitySeconds}) => granularitySeconds)) * 1000
  return new Date(Math.floor(newestPoint.getTime() / coarsest) * coarsest - backWindow * coarsest)
}

export const archivePolicies = (transport: Transport) => ({
  /**
   * GET /v1/archive_policy -> 200 [policy, ...], any order
   * @see gnocchi/rest/api.py ArchivePoliciesController.get_all
   */
  async list(): Promise<ArchivePolicy[]> {
    const {body} = await transport('GET', 'v1/archive_policy')
    return (body as WireArchivePolicy[]).map(decodeArchivePolicy)
  },

  /**
   * GET /v1/archive_policy/{name} -> 200 policy
   * @throws GnocchiError 404: no such policy
   * @see gnocchi/rest/api.py ArchivePolicyController.get
   */
  async get(name: string): Promise<ArchivePolicy> {
    const {body} = await transport('GET', `v1/archive_policy/${encodeURIComponent(name)}`)
    return decodeArchivePolicy(body as WireArchivePolicy)
  },
})
