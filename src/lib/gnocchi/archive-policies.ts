import {GnocchiError, UsageError} from '../errors.ts'
import {WrongShape, count, list, object, orNull, text, type Shape} from '../shape.ts'
import {checkMethods} from './aggregation-methods.ts'
import {archivePolicyRules} from './archive-policy-rules.ts'
import {sayingInUse} from './in-use.ts'
import {checkName} from './names.ts'
import {checkDefinition, definitionBody, type WantedItem} from './policy-definition.ts'
import {timedeltaSeconds} from './timedelta.ts'
import {decoded, suggesting, type Transport} from './transport.ts'

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

export interface NewArchivePolicy {
  name: string
  definition: readonly WantedItem[]
  /** 0 when left out. */
  backWindow?: number | undefined
  /** Names, or changes to the server's default ones: `+last`, `-std`; `*` for all. The default ones when left out. */
  aggregationMethods?: readonly string[] | undefined
}

/** What of a policy can change: how many points are kept, not their granularities; on Gnocchi 4.5 and later, the back window. */
export interface ArchivePolicyChange {
  definition?: readonly WantedItem[] | undefined
  backWindow?: number | undefined
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

/**
 * What the points of a policy take on disk, of one metric, in bytes: Gnocchi's own estimate. At most a value takes its 8
 * bytes and its time, packed, 0.04; where it is always the same, 0.05 for both. null: kept for ever, without end.
 * Measured with Gnocchi 4.6: 8.04 for random values, 3.4 for percentages with one decimal, 0.05 for a constant.
 * @see gnocchi/doc/source/operating.rst, gnocchi/carbonara.py AggregatedTimeSerie.serialize
 */
export function sizeOnDisk({
  definition,
  aggregationMethods,
}: Pick<ArchivePolicy, 'definition' | 'aggregationMethods'>): {leastBytes: number; mostBytes: number} | null {
  const counts = definition.map(({points}) => points)
  if (counts.some((points) => points === null)) return null
  const points = counts.reduce<number>((sum, some) => sum + some!, 0) * aggregationMethods.length
  return {leastBytes: Math.round(points * 0.05), mostBytes: Math.round(points * 8.04)}
}

/** The database keeps 32 bits; a larger number is an error inside the server. */
function checkBackWindow(backWindow: number | undefined): void {
  if (backWindow !== undefined && !(Number.isSafeInteger(backWindow) && backWindow >= 0 && backWindow < 2 ** 31))
    throw new UsageError(`a back window is a number of periods, from 0 to 2147483647, not ${backWindow}`)
}

const path = (name: string): string => `v1/archive_policy/${encodeURIComponent(name)}`

/** By a rule, by a metric, or by one that is deleted and not yet expunged. */
async function isUsed(transport: Transport, name: string): Promise<boolean> {
  const rules = await archivePolicyRules(transport).list()
  if (rules.some(({archivePolicyName}) => archivePolicyName === name)) return true
  for (const status of ['active', 'delete']) {
    const {body} = await transport('GET', 'v1/metric', {searchParams: {archive_policy_name: name, status, limit: 1}})
    if (Array.isArray(body) && body.length > 0) return true
  }
  return false
}

const seeUsers = [
  'metrics use it (deleted ones too, until Gnocchi expunges them, within 5 minutes), or rules do: gnocchictl archive-policy-rule list',
]
const seePolicies = suggesting(404, ['see those there are: gnocchictl archive-policy list'])

const wantedOf = ({granularitySeconds, points}: ArchivePolicyItem): WantedItem => ({
  granularitySeconds,
  ...(points === null ? {} : {points}),
})

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
    return decoded(await transport('GET', path(name)).catch(seePolicies), 'an archive policy', decodeArchivePolicy)
  },

  /**
   * POST /v1/archive_policy -> 201 policy
   * @throws UsageError for what Gnocchi would refuse, or take and never recover from
   * @throws GnocchiError 403: not an admin; 409: there is one of that name
   * @see gnocchi/rest/api.py ArchivePoliciesController.post
   */
  async create({name, definition, backWindow, aggregationMethods}: NewArchivePolicy): Promise<ArchivePolicy> {
    checkName('an archive policy', name)
    checkDefinition(definition)
    checkBackWindow(backWindow)
    checkMethods(aggregationMethods ?? [])
    const answer = await transport('POST', 'v1/archive_policy', {
      json: {
        name,
        definition: definitionBody(definition),
        ...(backWindow === undefined ? {} : {back_window: backWindow}),
        ...(aggregationMethods === undefined ? {} : {aggregation_methods: aggregationMethods}),
      },
    })
    return decoded(answer, 'an archive policy', decodeArchivePolicy)
  },

  /**
   * PATCH /v1/archive_policy/{name} -> 200 policy. Without a definition, the one it has is sent along: Gnocchi wants one.
   * @throws GnocchiError 400: other granularities, or a back window before Gnocchi 4.5; 403: not an admin; 404: no such policy
   * @see gnocchi/rest/api.py ArchivePolicyController.patch
   */
  async update(name: string, {definition, backWindow}: ArchivePolicyChange): Promise<ArchivePolicy> {
    checkDefinition(definition ?? [])
    checkBackWindow(backWindow)
    const wanted = definition ?? (await this.get(name)).definition.map(wantedOf)
    const json = {
      definition: definitionBody(wanted),
      ...(backWindow === undefined ? {} : {back_window: backWindow}),
    }
    const answer = await transport('PATCH', path(name), {json})
      .catch(seePolicies)
      .catch((error: unknown) => {
        if (!(error instanceof GnocchiError) || error.status !== 400) throw error
        if (/extra keys not allowed.*back_window/.test(error.message))
          throw new GnocchiError('this Gnocchi cannot change a back window: 4.5 and later can', error, [
            'see which it is: gnocchictl server version; another policy, with the back window wanted, can be made',
          ])
        throw new GnocchiError(error.message, error, [
          `granularities stay as they are, only what is kept of each can change: gnocchictl archive-policy show ${name}`,
        ])
      })
    return decoded(answer, 'an archive policy', decodeArchivePolicy)
  },

  /**
   * DELETE /v1/archive_policy/{name} -> 204
   * @throws GnocchiError 400: metrics or rules use it; 403: not an admin; 404: no such policy
   * @see gnocchi/rest/api.py ArchivePolicyController.delete, gnocchi/indexer/sqlalchemy.py delete_archive_policy
   */
  async delete(name: string): Promise<void> {
    await transport('DELETE', path(name), {alone: true})
      .catch(seePolicies)
      .catch(suggesting(400, seeUsers))
      .catch(sayingInUse(`Archive policy ${name}`, () => isUsed(transport, name), seeUsers))
  },
})
