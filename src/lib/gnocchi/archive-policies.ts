import {GnocchiError, UsageError} from '../errors.ts'
import {WrongShape, count, list, object, orNull, text, type Shape} from '../shape.ts'
import {checkMethods} from './aggregation-methods.ts'
import {archivePolicyRules} from './archive-policy-rules.ts'
import {sayingInUse} from './in-use.ts'
import {checkName, inPath} from './names.ts'
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

/** The longest granularity: late measures are taken or dropped by its periods. */
export const coarsestSeconds = ({definition}: Pick<ArchivePolicy, 'definition'>): number =>
  Math.max(...definition.map(({granularitySeconds}) => granularitySeconds))

/**
 * Of how many periods of the coarsest granularity, before the one with the newest measure, Gnocchi keeps the raw measures,
 * and takes late ones: the back window, and one more where it computes rates, which need the measure before.
 * @see gnocchi/storage/__init__.py add_measures_to_metrics
 */
export const periodsBack = ({backWindow, aggregationMethods}: Omit<ArchivePolicy, 'name' | 'definition'>): number =>
  backWindow + (aggregationMethods.some((method) => method.startsWith('rate:')) ? 1 : 0)

/**
 * The oldest moment that a measure may have for Gnocchi to take it: older ones get a 202 and are dropped.
 * @see gnocchi/carbonara.py BoundTimeSerie.set_values, first_block_timestamp
 */
export function oldestTakenAt(policy: ArchivePolicy, newestPoint: Date): Date {
  const coarsest = coarsestSeconds(policy) * 1000
  const newestPeriod = Math.floor(newestPoint.getTime() / coarsest)
  // Not before 1970, where no measure may lie, however wide the window.
  return new Date(Math.max(0, (newestPeriod - periodsBack(policy)) * coarsest))
}

/** Points that Gnocchi stores and drops together: gnocchi/carbonara.py SplitKey.POINTS_PER_SPLIT. */
const splitPoints = 3600

/**
 * What the points of a policy take on disk, of one metric, in bytes; null: kept for ever, without end.
 * At most, with Ceph: splits that hold the points to be kept, packed, in which a value takes its 8 bytes and its time 0.05;
 * and after them, 9 bytes for each period, the split that is written and what was not packed yet when it began, which is
 * as long as measures may come late. Old splits go when a new one begins. The other drivers pack all of it. At least: a
 * value that is always the same, packed, takes 0.05 with its time.
 * @see gnocchi/storage/__init__.py _compute_split_operations, gnocchi/carbonara.py AggregatedTimeSerie.serialize;
 *   measured: docs/reference/size-on-disk.md
 */
export function sizeOnDisk(policy: Omit<ArchivePolicy, 'name'>): {leastBytes: number; mostBytes: number} | null {
  const lateSeconds = coarsestSeconds(policy) * (1 + periodsBack(policy))
  let [least, most] = [0, 0]
  for (const {points, granularitySeconds} of policy.definition) {
    if (points === null) return null
    const packed = Math.ceil(points / splitPoints) * splitPoints
    const beingWritten = splitPoints + Math.ceil(lateSeconds / granularitySeconds) - 1
    least += points * 0.05
    most += packed * 8.05 + beingWritten * 9
  }
  const methods = policy.aggregationMethods.length
  return {leastBytes: Math.round(least * methods), mostBytes: Math.round(most * methods)}
}

/**
 * The raw measures that Gnocchi keeps of one metric beside its points, to compute anew the periods that late ones fall
 * into: how many they are where one comes each `intervalSeconds`, and the most bytes that they take. Each is 8 bytes of
 * time and 8 of value; LZ4 makes them fewer or, at worst, as many and a 255th more.
 * @see gnocchi/carbonara.py BoundTimeSerie.serialize, _truncate
 */
export function rawOnDisk(policy: ArchivePolicy, intervalSeconds: number): {measures: number; mostBytes: number} {
  const measures = Math.ceil((coarsestSeconds(policy) * (1 + periodsBack(policy))) / intervalSeconds)
  const bytes = measures * 16
  return {measures, mostBytes: bytes + Math.floor(bytes / 255) + 20}
}

/** The database keeps 32 bits; a larger number is an error inside the server. */
function checkBackWindow(backWindow: number | undefined): void {
  if (backWindow !== undefined && !(Number.isSafeInteger(backWindow) && backWindow >= 0 && backWindow < 2 ** 31))
    throw new UsageError(`a back window is a number of periods, from 0 to 2147483647, not ${backWindow}`)
}

const path = (name: string): string => `v1/archive_policy/${inPath('archive policy', name)}`

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
