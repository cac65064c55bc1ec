import {GnocchiError, UsageError} from '../errors.ts'
import {byName, list, maybe, object, orNull, text, time, uuid, type Shape} from '../shape.ts'
import {pages, type Paging} from './pages.ts'
import {decoded, type Transport} from './transport.ts'

export interface NewMetric {
  name: string
  unit?: string | undefined
  /** By the rules when left out. */
  archivePolicy?: string | undefined
}

/** In the words of Gnocchi's API: `project_id = "x" and not started_at < "-1h"`, or the same as an object of JSON. */
export type ResourceQuery = string | Readonly<Record<string, unknown>>

export interface ResourceList extends Paging {
  type?: string | undefined
  /** With the attributes of each one's own type. */
  details?: boolean | undefined
  /** Each revision, not only the one that holds. */
  history?: boolean | undefined
}

/** A resource as it is, or as it was in one of its revisions. */
export interface Resource {
  /** A UUID; for an id that its maker gave as text, one that Gnocchi made of it. */
  id: string
  /** The id as its maker gave it. */
  originalId: string
  type: string
  /** Who made it: user and project, with a colon between them. */
  creator: string | null
  userId: string | null
  projectId: string | null
  startedAt: Date
  endedAt: Date | null
  revisionStart: Date
  /** null for the revision that holds. */
  revisionEnd: Date | null
  /** Metric ids by name; none in a list of metrics. */
  metrics: Record<string, string>
  /** All that Gnocchi says, in its own words and order: those above, and the attributes of the type. */
  fields: Readonly<Record<string, unknown>>
}

const wireFields = object({
  id: uuid,
  original_resource_id: maybe(text),
  type: text,
  creator: maybe(text),
  user_id: maybe(text),
  project_id: maybe(text),
  started_at: time,
  ended_at: maybe(time),
  revision_start: time,
  revision_end: maybe(time),
  metrics: maybe(byName(uuid)),
})

/** @see gnocchi/indexer/sqlalchemy_base.py ResourceJsonifier.jsonify */
export const decodeResource: Shape<Resource> = (value) => {
  const wire = wireFields(value)
  return {
    id: wire.id,
    originalId: wire.original_resource_id ?? wire.id,
    type: wire.type,
    creator: wire.creator ?? null,
    userId: wire.user_id ?? null,
    projectId: wire.project_id ?? null,
    startedAt: wire.started_at,
    endedAt: wire.ended_at ?? null,
    revisionStart: wire.revision_start,
    revisionEnd: wire.revision_end ?? null,
    metrics: wire.metrics ?? {},
    fields: value as Record<string, unknown>,
  }
}

/**
 * A name as a step of a path.
 * @throws UsageError for one that would lead elsewhere: none of Gnocchi's holds a slash
 */
export function inPath(what: string, name: string): string {
  if (name.includes('/')) throw new UsageError(`"${name}" is no ${what}: Gnocchi takes none with a slash`)
  if (['', '.', '..'].includes(name)) throw new UsageError(`"${name}" is no ${what}`)
  return encodeURIComponent(name)
}

export const resourcePath = (type: string, id: string): string =>
  `v1/resource/${inPath('resource type', type)}/${inPath('resource id', id)}`

const wireResource = object({metrics: byName(uuid)})

const wireMetrics = list(object({id: uuid, name: orNull(text)}))

const wireMetric = ({unit, archivePolicy}: NewMetric) => ({unit, archive_policy_name: archivePolicy})

/**
 * Resources of the type `generic`. Their ids are any text without a slash; Gnocchi makes a UUID of it that differs per
 * creator (gnocchi/utils.py ResourceUUID), so two projects may both have a host 10.0.0.1.
 */
export const resources = (transport: Transport) => ({
  /**
   * Resources that a search finds, page by page, by the time of their revision unless sorted.
   * POST /v1/search/resource/{type} {op: {attribute: value}} | ?filter=attribute op value -> 200 [resource, ...]
   * @throws GnocchiError 400: an attribute that there is not, a query that is none; 404: no such type
   * @see gnocchi/rest/api.py SearchResourceTypeController.post
   */
  search(
    query: ResourceQuery,
    {type = 'generic', details, history, limit, marker, sort}: ResourceList = {},
  ): AsyncGenerator<Resource[]> {
    return pages(transport, `v1/search/resource/${inPath('resource type', type)}`, {
      searchParams: {
        ...(typeof query === 'string' ? {filter: query} : {}),
        ...(details ? {details: 'true'} : {}),
        ...(history ? {history: 'true'} : {}),
        marker,
        sort,
      },
      method: 'POST',
      // A body, were it empty, would count instead of the filter.
      ...(typeof query === 'string' ? {} : {json: query}),
      limit,
      what: 'resources',
      shape: decodeResource,
    })
  },

  /**
   * Metric ids of a resource by metric name, or undefined when there is no such resource.
   * GET /v1/resource/generic/{id} -> 200 {id, metrics: {name: id}, ...}
   * @see gnocchi/rest/api.py ResourceController.get
   */
  async metricsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      const answer = await transport('GET', resourcePath('generic', id))
      return decoded(answer, 'a resource', wireResource).metrics
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 404) return undefined
      throw error
    }
  },

  /**
   * A new resource with one metric; resolves with the metric's id, or undefined when the resource is there already.
   * POST /v1/resource/generic {id, metrics: {name: {archive_policy_name, unit}}} -> 201 {metrics: {name: id}}, 409
   * @throws GnocchiError 400: unknown archive policy
   * @see gnocchi/rest/api.py ResourcesController.post
   */
  async create(id: string, metric: NewMetric): Promise<string | undefined> {
    try {
      const json = {id, metrics: {[metric.name]: wireMetric(metric)}}
      const answer = await transport('POST', 'v1/resource/generic', {json})
      return decoded(answer, 'a resource', wireResource).metrics[metric.name]
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 409) return undefined
      throw error
    }
  },

  /**
   * A new metric on a resource; resolves with its id, or undefined when one of that name is there already.
   * POST /v1/resource/generic/{id}/metric {name: {...}} -> 200 [all metrics of the resource, any order], 409
   * @see gnocchi/rest/api.py NamedMetricController.post
   */
  async addMetric(id: string, metric: NewMetric): Promise<string | undefined> {
    try {
      const json = {[metric.name]: wireMetric(metric)}
      const answer = await transport('POST', `${resourcePath('generic', id)}/metric`, {json})
      // All metrics come back, not the new one alone: the official client takes the first and prints a wrong id.
      return decoded(answer, 'a list of metrics', wireMetrics).find(({name}) => name === metric.name)?.id
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 409) return undefined
      throw error
    }
  },
})
