import {GnocchiError} from '../errors.ts'
import {WrongShape, count, list, object, orNull, text, type Shape} from '../shape.ts'
import {timedeltaSeconds} from './timedelta.ts'
import {decoded, type Transport} from './transport.ts'

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

const granularity: Shape<number> = (value) => {
  const seconds = timedeltaSeconds(value)
  if (seconds > 0) return seconds
  throw new WrongShape(`is ${JSON.stringify(value)}, not a granularity`)
}

/** As it comes: timespans are Python timedeltas in text, or null. */
const wirePolicy = object({
  name: text,
  back_window: count,
  aggregation_methods: list(text),
  definition: list(object({granularity, points: orNull(count), timespan: orNull(timedeltaSeconds)})),
})

/** @see gnocchi/archive_policy.py ArchivePolicy.jsonify, gnocchi/json.py to_primitive */
export const decodeArchivePolicy: Shape<ArchivePolicy> = (value) => {
  const {name, back_window: backWindow, aggregation_methods: methods, definition} = wirePolicy(value)
  if (definition.length === 0) throw new WrongShape('is empty', '.definition')
  return {
    name,
    backWindow,
    aggregationMethods: methods.sort(),
    definition: definition
      .map(({granularity: granularitySeconds, points, timespan: timespanSeconds}) => ({
        granularitySeconds,
        points,
        timespanSeconds,
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
  // Not before 1970, where no measure may lie, however wide the window.
  return new Date(Math.max(0, Math.floor(newestPoint.getTime() / coarsest) * coarsest - backWindow * coarsest))
}

export const archivePolicies = (transport: Transport) => ({
  /**
   * GET /v1/archive_policy -> 200 [policy, ...], any order
   * @see gnocchi/rest/api.py ArchivePoliciesController.get_all
   */
  async list(): Promise<ArchivePolicy[]> {
    const answer = await transport('GET', 'v1/archive_policy')
    return decoded(answer, 'a list of archive policies', list(decodeArchivePolicy))
  },

  /**
   * GET /v1/archive_policy/{name} -> 200 policy
   * @throws GnocchiError 404: no such policy
   * @see gnocchi/rest/api.py ArchivePolicyController.get
   */
  async get(name: string): Promise<ArchivePolicy> {
    const answer = await transport('GET', `v1/archive_policy/${encodeURIComponent(name)}`).catch((error: unknown) => {
      if (!(error instanceof GnocchiError) || error.status !== 404) throw error
      throw new GnocchiError(error.message, error, ['see those there are: gnocchictl archive-policy list'])
    })
    return decoded(answer, 'an archive policy', decodeArchivePolicy)
  },
})
