import {UsageError} from '../errors.ts'
import {WrongShape, byName, list, maybe, object, orNull, text, uuid, type Shape} from '../shape.ts'
import {decodeArchivePolicy, type ArchivePolicy} from './archive-policies.ts'
import {decodeAggregate, type Aggregate, type Range} from './measures.ts'
import {pages, type Paging} from './pages.ts'
import {checkName, inPath} from './names.ts'
import {decodeResource, resourcePath, type Resource} from './resources.ts'
import {decoded, type Query, type Transport} from './transport.ts'

interface MetricFields {
  id: string
  /** null for a metric without a resource that was given none. */
  name: string | null
  unit: string | null
  /** Who made it: user and project, with a colon between them. */
  creator: string | null
  createdByUserId: string | null
  createdByProjectId: string | null
  /** The UUID of its resource, null for a metric without one. */
  resourceId: string | null
}

export interface Metric extends MetricFields {
  archivePolicy: ArchivePolicy
  /** Its resource, null for a metric without one; left out in lists, which have the id alone. */
  resource?: Resource | null
}

/** What Gnocchi says of a metric that it has just made. */
export interface CreatedMetric extends MetricFields {
  archivePolicyName: string
}

/** What Gnocchi can pick metrics by; all that are given must be so. */
export interface MetricFilter {
  id?: string | undefined
  name?: string | undefined
  unit?: string | undefined
  archivePolicyName?: string | undefined
  /** `user:project`, as `creator` has it. */
  creator?: string | undefined
}

export interface NewMetric {
  name?: string | undefined
  /** At most 31 characters. */
  unit?: string | undefined
  /** When left out, the rule that matches the name says which. */
  archivePolicyName?: string | undefined
}

/** One of a resource, which knows its metrics by name. */
export interface NewNamedMetric extends NewMetric {
  name: string
}

export interface ValueSearch extends Range {
  /** `mean` when left out. */
  method?: string | undefined
  /** All of the policy's when left out. */
  granularitiesSeconds?: readonly number[] | undefined
}

const wireFields = {
  id: uuid,
  name: orNull(text),
  unit: orNull(text),
  creator: maybe(text),
  created_by_user_id: maybe(text),
  created_by_project_id: maybe(text),
}

const wireMetric = (policy: Shape<ArchivePolicy>) =>
  object({
    ...wireFields,
    archive_policy: policy,
    resource: maybe(decodeResource),
    resource_id: maybe(uuid),
  })

const wireCreated = object({...wireFields, archive_policy_name: text, resource_id: maybe(uuid)})

interface WireFields {
  id: string
  name: string | null
  unit: string | null
  creator: string | undefined
  created_by_user_id: string | undefined
  created_by_project_id: string | undefined
  resource_id: string | undefined
}

const fields = (wire: WireFields): MetricFields => ({
  id: wire.id,
  name: wire.name,
  unit: wire.unit,
  creator: wire.creator ?? null,
  createdByUserId: wire.created_by_user_id ?? null,
  createdByProjectId: wire.created_by_project_id ?? null,
  resourceId: wire.resource_id ?? null,
})

/** @see gnocchi/indexer/sqlalchemy_base.py Metric.jsonify */
const decodeMetric: Shape<Metric> = (value) => {
  const wire = wireMetric(decodeArchivePolicy)(value)
  const {resource} = wire
  return {
    ...fields(wire),
    archivePolicy: wire.archive_policy,
    resourceId: resource?.id ?? wire.resource_id ?? null,
    resource: resource ?? null,
  }
}

/** Metrics of a list: each comes with its whole policy, and thousands share a few, which are looked at once. */
function listedMetric(): Shape<Metric> {
  const known = new Map<unknown, ArchivePolicy>()
  const policy: Shape<ArchivePolicy> = (value) => {
    const name = (value as {name?: unknown} | null)?.name
    const found = known.get(name) ?? decodeArchivePolicy(value)
    known.set(name, found)
    return found
  }
  const shape = wireMetric(policy)
  return (value) => {
    const wire = shape(value)
    return {...fields(wire), archivePolicy: wire.archive_policy}
  }
}

const wireNew = ({name, unit, archivePolicyName}: NewMetric) => ({
  ...(name === undefined ? {} : {name}),
  ...(unit === undefined ? {} : {unit}),
  ...(archivePolicyName === undefined ? {} : {archive_policy_name: archivePolicyName}),
})

function checked<T extends NewMetric>(metric: T): T {
  const {name, unit, archivePolicyName} = metric
  if (name !== undefined) checkName('a metric', name)
  if (unit !== undefined && unit.length > 31)
    throw new UsageError(`a unit has at most 31 characters, and "${unit}" ${unit.length}`)
  if (archivePolicyName === '') throw new UsageError('the name of an archive policy cannot be empty')
  return metric
}

/**
 * A metric to be made with its resource or on it, as both calls want it: by its name.
 * @throws UsageError for what Gnocchi answers with silence
 */
export const definition = (metric: NewNamedMetric) => ({
  [metric.name]: wireNew({...checked(metric), name: undefined}),
})

export const metrics = (transport: Transport) => ({
  /**
   * GET /v1/metric/{id} -> 200 metric with its archive policy and resource
   * @throws GnocchiError 404: no such metric, or it was deleted; 403: it belongs to another project
   * @see gnocchi/rest/api.py MetricController.get_all
   */
  async get(id: string): Promise<Metric> {
    return decoded(await transport('GET', `v1/metric/${inPath('metric id', id)}`), 'a metric', decodeMetric)
  },

  /**
   * Metrics that this user may see, page by page, by id unless sorted. To all but the admin, Gnocchi lists
   * only those that belong to a resource, in each version from 4.4 to 4.7.
   * GET /v1/metric?name=… -> 200 [metric, ...]
   * @throws GnocchiError 400: a sort key or a marker that there is not. Silence for an id that is no UUID.
   * @see gnocchi/rest/api.py MetricsController.get_all, gnocchi/indexer/sqlalchemy.py list_metrics (inner join)
   */
  list({limit, marker, sort, archivePolicyName, ...filter}: MetricFilter & Paging = {}): AsyncGenerator<Metric[]> {
    const searchParams: Query = {...filter, archive_policy_name: archivePolicyName, marker, sort}
    return pages(transport, 'v1/metric', {searchParams, limit, what: 'metrics', shape: listedMetric()})
  },

  /**
   * All metrics of a resource, given by its UUID or the id its maker gave it; in any order.
   * GET /v1/resource/generic/{id}/metric -> 200 [metric, ...]
   * @throws GnocchiError 404: no such resource; 403: another project's
   * @see gnocchi/rest/api.py NamedMetricController.get_all
   */
  async ofResource(resource: string): Promise<Metric[]> {
    const answer = await transport('GET', `${resourcePath('generic', resource)}/metric`)
    return decoded(answer, 'a list of metrics', list(listedMetric()))
  },

  /**
   * The metric of that name of a resource.
   * GET /v1/resource/generic/{id}/metric/{name} -> 200 metric with its archive policy and resource
   * @throws GnocchiError 404 "Metric x does not exist" | "Resource {its UUID} does not exist"; 403
   * @see gnocchi/rest/api.py NamedMetricController._lookup
   */
  async getNamed(resource: string, name: string): Promise<Metric> {
    const path = `${resourcePath('generic', resource)}/metric/${inPath('metric name', name)}`
    return decoded(await transport('GET', path), 'a metric', decodeMetric)
  },

  /**
   * A metric without a resource. Names of such metrics need not differ: made twice, there are two.
   * POST /v1/metric {name, unit, archive_policy_name} -> 201 metric
   * @throws GnocchiError 400: no such policy, no rule that matches the name
   * @throws UsageError for what Gnocchi answers with silence
   * @see gnocchi/rest/api.py MetricsController.post
   */
  async create(metric: NewMetric): Promise<CreatedMetric> {
    const answer = await transport('POST', 'v1/metric', {json: wireNew(checked(metric)), alone: true})
    const wire = decoded(answer, 'a metric', wireCreated)
    return {...fields(wire), archivePolicyName: wire.archive_policy_name}
  },

  /**
   * A metric of a resource that is there.
   * POST /v1/resource/generic/{id}/metric {name: {unit, archive_policy_name}} -> 200 [all metrics of it, any order]
   * @throws GnocchiError 404: no such resource; 409: it has a metric of that name; 400: no such policy
   * @see gnocchi/rest/api.py NamedMetricController.post
   */
  async createNamed(resource: string, metric: NewNamedMetric): Promise<Metric> {
    const path = `${resourcePath('generic', resource)}/metric`
    const answer = await transport('POST', path, {json: definition(metric), alone: true})
    // All metrics come back, not the new one alone: the official client takes the first and prints a wrong id.
    return decoded(answer, 'a list of metrics', (value) => {
      const made = list(listedMetric())(value).find((one) => one.name === metric.name)
      if (!made) throw new WrongShape(`has no metric ${metric.name}`)
      return made
    })
  },

  /**
   * Aggregates of metrics whose value the predicate holds for, by metric id.
   * POST /v1/search/metric?metric_id=…&metric_id=… {">=": 50} -> 200 {id: [[time, seconds, value], ...]}
   * @throws GnocchiError 400: a predicate that is none, a method or granularity that a policy lacks; 403
   * @see gnocchi/rest/api.py SearchMetricController.post
   */
  async searchByValue(
    ids: readonly string[],
    predicate: Readonly<Record<string, unknown>>,
    {method, granularitiesSeconds, start, stop}: ValueSearch = {},
  ): Promise<Map<string, Aggregate[]>> {
    const answer = await transport('POST', 'v1/search/metric', {
      searchParams: {
        metric_id: ids,
        aggregation: method,
        granularity: granularitiesSeconds,
        start: start?.toISOString(),
        stop: stop?.toISOString(),
      },
      json: predicate,
      repeatable: true,
      alone: true,
    })
    return new Map(Object.entries(decoded(answer, 'aggregates by metric', byName(list(decodeAggregate)))))
  },

  /**
   * Marks a metric as deleted: it can be found no more, and its measures go within minutes.
   * DELETE /v1/metric/{id} -> 204
   * @throws GnocchiError 404: no such metric; 403: another project's
   * @see gnocchi/rest/api.py MetricController.delete
   */
  async delete(id: string): Promise<void> {
    await transport('DELETE', `v1/metric/${inPath('metric id', id)}`)
  },
})
