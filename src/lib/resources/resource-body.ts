import {didYouMean} from '../did-you-mean.ts'
import {GnocchiError, UsageError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {findMetricId} from '../gnocchi/metric-names.ts'
import {checkName} from '../gnocchi/names.ts'
import type {ResourceType} from '../gnocchi/resource-types.ts'
import type {Resource, ResourceBody} from '../gnocchi/resources.ts'

type Metrics = NonNullable<ResourceBody['metrics']>

/** What every resource has that a person may say. */
const common = ['started_at', 'ended_at', 'user_id', 'project_id']

/**
 * Attributes, each given as `name:value`, as their type wants them: numbers as numbers, truth values as such.
 * `unset` are names of what shall be null.
 * @throws UsageError for an attribute that the type lacks, and for a value that Gnocchi answers with silence
 */
export function attributesOf(
  attributes: readonly string[],
  type: ResourceType,
  unset: readonly string[] = [],
): Record<string, unknown> {
  const given = attributes.map((words) => {
    const [name, value] = pair(words)
    if (value === undefined) throw new UsageError(`--attribute ${words}: write name:value`)
    return [name, typed(name, value, type)] as const
  })
  return Object.fromEntries([...given, ...unset.map((name) => [name, null] as const)])
}

function typed(name: string, value: string, {name: typeName, attributes}: ResourceType): unknown {
  const known = [...Object.keys(attributes), ...common]
  if (!known.includes(name)) {
    const near = didYouMean(name, known)
    throw new UsageError(
      `--attribute ${name}: resources of type ${typeName} have no such attribute${near ? `; did you mean "${near}"?` : ''}`,
      [`they have ${known.join(', ')}`],
    )
  }
  const of = attributes[name]?.type
  if (of === 'number') return asNumber(name, value)
  if (of === 'bool') return asBool(`--attribute ${name}`, value)
  if (common.includes(name) && value.length > 255)
    throw new UsageError(`--attribute ${name}: at most 255 characters are kept`)
  return value
}

function asNumber(name: string, value: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) throw new UsageError(`--attribute ${name}: "${value}" is not a number`)
  return number
}

/** @throws UsageError */
export function asBool(where: string, value: string): boolean {
  const word = value.toLowerCase()
  if (['y', 'yes', 't', 'true', 'on', '1'].includes(word)) return true
  if (['n', 'no', 'f', 'false', 'off', '0'].includes(word)) return false
  throw new UsageError(`${where}: "${value}" is neither true nor false`)
}

/** Before and after the first colon. */
function pair(words: string): [string, string | undefined] {
  const colon = words.indexOf(':')
  return colon === -1 ? [words, undefined] : [words.slice(0, colon), words.slice(colon + 1)]
}

/**
 * Metrics by name: those of `name:metric`, which are found by id or name, and those of `name:policy`, to be made; of
 * `name` alone, under the policy that a rule says.
 * @throws UsageError for a name that Gnocchi does not take, and for none; GnocchiError 404 for a metric that there is not
 */
export async function metricsOf(
  gnocchi: Pick<Gnocchi, 'metrics' | 'resources'>,
  addMetrics: readonly string[],
  createMetrics: readonly string[],
): Promise<Metrics> {
  const found = addMetrics.map(async (words): Promise<[string, Metrics[string]]> => {
    const [name, metric] = pair(words)
    checkName('a metric', name)
    if (!metric) throw new UsageError(`--add-metric ${words}: write name:id`)
    return [name, await findMetricId(gnocchi, metric)]
  })
  const made = createMetrics.map((words): [string, Metrics[string]] => {
    const [name, policy] = pair(words)
    checkName('a metric', name)
    return [name, policy ? {archive_policy_name: policy} : {}]
  })
  return Object.fromEntries([...(await Promise.all(found)), ...made])
}

export interface Updated {
  resource: Resource
  /** Metrics that belonged to it and no longer do, by name. */
  detached: Record<string, string>
}

/**
 * Changes attributes and metrics of a resource. Gnocchi takes its metrics as a whole, and lets go of those that are left
 * out: they are read, and written only if nobody has changed the resource in between; if so, once again.
 * @throws UsageError for a metric to remove that it has not, and for a name that another metric of it has
 */
export async function updateResource(
  gnocchi: Gnocchi,
  {
    id,
    type,
    attributes,
    metrics,
    remove,
  }: {
    id: string
    type: string
    attributes: Record<string, unknown>
    metrics: Metrics
    remove: readonly string[]
  },
): Promise<Updated> {
  if (Object.keys(metrics).length === 0 && remove.length === 0)
    return {resource: await gnocchi.resources.update(id, attributes, type), detached: {}}
  for (let tries = 1; ; tries++) {
    const before = await gnocchi.resources.get(id, type)
    const body = {...attributes, metrics: merged(before, metrics, remove)}
    try {
      const resource = await gnocchi.resources.update(id, body, type, before.etag)
      return {resource, detached: Object.fromEntries(remove.map((name) => [name, before.metrics[name]!]))}
    } catch (error) {
      if (!(error instanceof GnocchiError) || error.status !== 412 || tries === 2) throw error
    }
  }
}

function merged({originalId, metrics: before}: Resource, metrics: Metrics, remove: readonly string[]): Metrics {
  const unknown = remove.find((name) => !Object.hasOwn(before, name))
  if (unknown !== undefined) {
    const near = didYouMean(unknown, Object.keys(before))
    throw new UsageError(
      `--delete-metric: resource ${originalId} has no metric "${unknown}"${near ? `; did you mean "${near}"?` : ''}`,
    )
  }
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !remove.includes(name)))
  // Gnocchi would let go of the one and take the other, without a word.
  const taken = Object.keys(metrics).find((name) => Object.hasOwn(kept, name) && kept[name] !== metrics[name])
  if (taken !== undefined)
    throw new UsageError(`resource ${originalId} has another metric "${taken}"`, [
      `take it off first: --delete-metric ${taken}`,
    ])
  return {...kept, ...metrics}
}
