import {didYouMean} from '../did-you-mean.ts'
import {GnocchiError, UsageError} from '../errors.ts'
import {asUuid} from '../shape.ts'
import type {Gnocchi} from './client.ts'
import type {Metric} from './metrics.ts'
import {allOf} from './pages.ts'
import type {Resource} from './resources.ts'

/** Where a metric is looked for. */
export interface Where {
  /** Its resource, by UUID or by the id its maker gave it: then the name is that of a metric of it. */
  resourceId?: string | undefined
}

type Client = Pick<Gnocchi, 'metrics' | 'resources'>

/** How many metrics of one name are told apart in a message. */
const mostCandidates = 10

/**
 * The metric that a person means by a UUID, `resource/name` (the resource by its UUID or the id its maker gave it), or
 * a bare name that only one metric has. One or two requests; more only to say what was meant instead.
 * @throws UsageError when there are several, or the name can be none
 * @throws GnocchiError 404 when there is none, with the nearest there is; 403: another project's
 */
export async function findMetric(gnocchi: Client, given: string, {resourceId}: Where = {}): Promise<Metric> {
  if (resourceId !== undefined) return namedMetric(gnocchi, resourceId, given)
  const id = asUuid(given)
  if (id !== undefined) return gnocchi.metrics.get(id)
  const [first = '', ...rest] = given.split('/')
  if (rest.length > 1 || first === '' || rest[0] === '')
    throw new UsageError(`"${given}" is no metric: write an id, a name, or resource/name`)
  return rest.length === 1 ? namedMetric(gnocchi, first, rest[0]!) : bareMetric(gnocchi, given)
}

/** The same, for who needs the id alone: a UUID is taken as it is, without a question. */
export async function findMetricId(gnocchi: Client, given: string, where: Where = {}): Promise<string> {
  const id = where.resourceId === undefined ? asUuid(given) : undefined
  return id ?? (await findMetric(gnocchi, given, where)).id
}

async function namedMetric(gnocchi: Client, resourceId: string, name: string): Promise<Metric> {
  try {
    return await gnocchi.metrics.getNamed(resourceId, name)
  } catch (error) {
    if (!isNotFound(error)) throw error
    const resource = await findResource(gnocchi, resourceId)
    const id = Object.hasOwn(resource.metrics, name) ? resource.metrics[name] : undefined
    if (id !== undefined) return gnocchi.metrics.get(id)
    throw noSuch(`Metric ${name} of resource ${resourceId} does not exist`, name, Object.keys(resource.metrics), [
      `see those it has: gnocchictl metric list --resource ${resource.id}`,
    ])
  }
}

/**
 * A resource by its UUID or the id its maker gave it, be it another user's: Gnocchi makes the UUID of a text of that
 * text and who asks, so that the admin's own question for `web-1` misses the one that alice made.
 */
async function findResource(gnocchi: Pick<Client, 'resources'>, given: string, type = 'generic'): Promise<Resource> {
  const id = asUuid(given)
  const query = id === undefined ? {'=': {original_resource_id: given}} : {'=': {id}}
  const found = await allOf(gnocchi.resources.search(query, {type, limit: mostCandidates + 1}))
  if (found.length === 1) return found[0]!
  if (found.length > 1)
    throw new UsageError(
      `several resources are called "${given}": give the id of one of them`,
      some(
        found.map((resource) => `${resource.id} (made by ${resource.creator ?? 'no one'})`),
        `all of them: gnocchictl resource search 'original_resource_id="${given}"'`,
      ),
    )
  const others = id === undefined ? await allOf(gnocchi.resources.search({}, {type, limit: 1000})) : []
  throw noSuch(
    `Resource ${given} does not exist`,
    given,
    others.map(({originalId}) => originalId),
    [`see those there are: gnocchictl resource list${type === 'generic' ? '' : ` --type ${type}`}`],
  )
}

/**
 * What `use` makes of a resource: the one of that id, else the one that another user gave it.
 * @throws UsageError when several have; GnocchiError 404 with the id as it was given, where Gnocchi names a UUID of its
 *   own, and the nearest there is
 */
export async function withResource<T>(
  gnocchi: Pick<Client, 'resources'>,
  given: string,
  use: (id: string) => Promise<T>,
  type = 'generic',
): Promise<T> {
  try {
    return await use(given)
  } catch (error) {
    if (!isNotFound(error)) throw error
    return use((await findResource(gnocchi, given, type)).id)
  }
}

async function bareMetric(gnocchi: Client, name: string): Promise<Metric> {
  const found = await allOf(gnocchi.metrics.list({name, limit: mostCandidates + 1}))
  if (found.length === 1) return found[0]!
  if (found.length > 1)
    throw new UsageError(
      `several metrics are called "${name}": write resource/name, or the id of one of them`,
      some(await described(gnocchi, found), `all of them: gnocchictl metric list --name ${name}`),
    )
  const others = await allOf(gnocchi.metrics.list({limit: 1000}))
  throw noSuch(
    `Metric ${name} does not exist`,
    name,
    others.flatMap((metric) => metric.name ?? []),
    [
      'see those there are: gnocchictl metric list',
      // gnocchi/indexer/sqlalchemy.py list_metrics joins them with their resources for all but the admin.
      'give the id of one without a resource: Gnocchi looks those up by name for the admin alone',
    ],
  )
}

/** `web-1/memory.usage (a657…)` */
async function described(gnocchi: Client, found: readonly Metric[]): Promise<string[]> {
  const ids = [...new Set(found.flatMap(({resourceId}) => resourceId ?? []))]
  const resources = ids.length > 0 ? await allOf(gnocchi.resources.search({in: {id: ids}})) : []
  const names = new Map(resources.map(({id, originalId}) => [id, originalId]))
  return found.map(({id, name, resourceId}) =>
    resourceId === null ? `${id} (without a resource)` : `${names.get(resourceId) ?? resourceId}/${name} (${id})`,
  )
}

/** The first of them, and where there are more how to see all. */
const some = (candidates: readonly string[], all: string): string[] => [
  ...candidates.slice(0, mostCandidates),
  ...(candidates.length > mostCandidates ? [all] : []),
]

/** In the official client's words, with what it does not say. */
function noSuch(message: string, name: string, others: readonly string[], hints: string[]): GnocchiError {
  const near = didYouMean(name, [...new Set(others)])
  return new GnocchiError(
    `${message}${near === undefined ? '' : `; did you mean ${near}?`} (HTTP 404)`,
    {status: 404},
    hints,
  )
}

const isNotFound = (error: unknown): boolean => error instanceof GnocchiError && error.status === 404
