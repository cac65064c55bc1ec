import {GnocchiError} from '../errors.ts'
import {byName, count, maybe, object, text, time, uuid, type Shape} from '../shape.ts'
import {checkPathName, inPath} from './names.ts'
import {pages, type Paging} from './pages.ts'
import type {ResourceQuery} from './resource-query.ts'
import {decoded, unless, type GnocchiAnswer, type Query, type Transport} from './transport.ts'

/** In Gnocchi's own words: `user_id`, `started_at`, the attributes of the type, and metrics by name. */
export interface ResourceBody {
  id?: string
  /** The id of a metric that there is, or what a new one shall be. */
  metrics?: Record<string, string | {archive_policy_name?: string; unit?: string}>
  [attribute: string]: unknown
}

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
  /** The revision of this answer, for `update`; left out in lists. */
  etag?: string
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

/** `v1/resource/generic/web-1` @throws UsageError for a name that would lead elsewhere */
export const resourcePath = (type: string, id: string): string =>
  `v1/resource/${inPath('resource type', type)}/${inPath('resource id', id)}`

const wireResource = object({metrics: byName(uuid)})

const listQuery = ({details, history, marker, sort}: ResourceList): Query => ({
  ...(details ? {details: 'true'} : {}),
  ...(history ? {history: 'true'} : {}),
  marker,
  sort,
})

/** One resource, as GET, POST and PATCH answer. */
function one(answer: GnocchiAnswer): Resource {
  const {etag} = answer.headers
  return {...decoded(answer, 'a resource', decodeResource), ...(typeof etag === 'string' ? {etag} : {})}
}

/** For `catch`: of a resource that is there, what was typed. A metric that is there is a 409 in other words. */
const sayingGivenId =
  (id: string) =>
  (error: unknown): never => {
    if (!(error instanceof GnocchiError) || error.status !== 409) throw error
    const message = error.message.replace(/^Resource \S+ already exists/, () => `Resource ${id} already exists`)
    throw new GnocchiError(message, error, error.suggestions)
  }

const typePath = (kind: string, type: string): string => `v1/${kind}/${inPath('resource type', type)}`

/** What no answer means where Gnocchi looks at a value. */
async function* orHint<T>(pagesOfIt: AsyncGenerator<T>): AsyncGenerator<T> {
  try {
    yield* pagesOfIt
  } catch (error) {
    if (!(error instanceof GnocchiError) || error.status !== undefined) throw error
    throw new GnocchiError(error.message, {}, [
      'a value that its attribute cannot have ends a search like this: is each UUID, bool and lifespan one?',
      ...error.suggestions,
    ])
  }
}

/**
 * Resources. Their ids are any text without a slash; Gnocchi makes a UUID of it that differs per creator
 * (gnocchi/utils.py ResourceUUID), so two projects may both have a host 10.0.0.1.
 */
export const resources = (transport: Transport) => ({
  /**
   * Resources of a type (`generic` is all of them), page by page, by the time of their revision unless sorted.
   * GET /v1/resource/{type} -> 200 [resource, ...]
   * @throws GnocchiError 404: no such type; 400: a sort key or a marker that there is not. Silence for a marker that
   *   is no UUID (with history, it is `id@revision`).
   * @see gnocchi/rest/api.py ResourcesController.get_all
   */
  list({type = 'generic', ...how}: ResourceList = {}): AsyncGenerator<Resource[]> {
    const {limit} = how
    const searchParams = listQuery(how)
    return pages(transport, typePath('resource', type), {
      searchParams,
      limit,
      what: 'resources',
      shape: decodeResource,
    })
  },

  /**
   * Resources that a search finds, page by page.
   * POST /v1/search/resource/{type} {op: {attribute: value}} | ?filter=attribute op value -> 200 [resource, ...]
   * @throws GnocchiError 400: an attribute that there is not, a query that is none; 404: no such type. Silence for a
   *   value that a uuid, a bool or `lifespan` cannot have.
   * @see gnocchi/rest/api.py SearchResourceTypeController.post
   */
  search(query: ResourceQuery, {type = 'generic', ...how}: ResourceList = {}): AsyncGenerator<Resource[]> {
    const found = pages(transport, typePath('search/resource', type), {
      searchParams: {...(typeof query === 'string' ? {filter: query} : {}), ...listQuery(how)},
      method: 'POST',
      alone: true,
      // A body, were it empty, would count instead of the filter.
      ...(typeof query === 'string' ? {} : {json: query}),
      limit: how.limit,
      what: 'resources',
      shape: decodeResource,
    })
    return orHint(found)
  },

  /**
   * A resource, by its UUID or the id that this user gave it.
   * GET /v1/resource/{type}/{id} -> 200 resource, ETag
   * @throws GnocchiError 404 "Resource {its UUID} does not exist", also when it is of another type; 403
   * @see gnocchi/rest/api.py ResourceController.get
   */
  async get(id: string, type = 'generic'): Promise<Resource> {
    return one(await transport('GET', resourcePath(type, id)))
  },

  /**
   * The revisions of a resource, the oldest first unless sorted, page by page.
   * GET /v1/resource/{type}/{id}/history -> 200 [resource, ...]
   * @throws GnocchiError 404; 400: a marker or a sort key that there is not
   * @see gnocchi/rest/api.py ResourceHistoryController.get
   */
  history(id: string, {type = 'generic', ...how}: ResourceList = {}): AsyncGenerator<Resource[]> {
    return pages(transport, `${resourcePath(type, id)}/history`, {
      searchParams: listQuery({...how, history: undefined}),
      limit: how.limit,
      what: 'resources',
      shape: decodeResource,
    })
  },

  /**
   * A new resource of any type.
   * POST /v1/resource/{type} {id, metrics, ...} -> 201 resource, ETag
   * @throws GnocchiError 409: it is there, under the id that was given, not the UUID that Gnocchi made of it; 400: an attribute, metric or policy that there is not; 404: no such type
   * @see gnocchi/rest/api.py ResourcesController.post
   */
  async create(body: ResourceBody & {id: string}, type = 'generic'): Promise<Resource> {
    checkPathName('resource id', body.id)
    const answer = await transport('POST', typePath('resource', type), {json: body, alone: true}).catch(
      sayingGivenId(body.id),
    )
    return one(answer)
  },

  /**
   * Changes what is given. Metrics that `metrics` leaves out no longer belong to the resource; they live on.
   * PATCH /v1/resource/{type}/{id} If-Match: etag -> 200 resource, ETag
   * @throws GnocchiError 412: the resource is no longer as `etag` has it; else as `create`
   * @see gnocchi/rest/api.py ResourceController.patch, gnocchi/indexer/sqlalchemy.py update_resource
   */
  async update(id: string, body: ResourceBody, type = 'generic', etag?: string): Promise<Resource> {
    const headers = etag === undefined ? {} : {'if-match': etag}
    return one(await transport('PATCH', resourcePath(type, id), {json: body, headers, alone: true}))
  },

  /**
   * Deletes a resource of any type, and its metrics.
   * DELETE /v1/resource/generic/{id} -> 204
   * @throws GnocchiError 404, 403
   * @see gnocchi/rest/api.py ResourceController.delete
   */
  async delete(id: string): Promise<void> {
    await transport('DELETE', resourcePath('generic', id))
  },

  /**
   * Deletes all resources that a search of generic ones finds, whatever their type, and their metrics; resolves with
   * how many. For a search of another type, see delete-resources.ts.
   * DELETE /v1/resource/generic?filter=… | {op: {attribute: value}} -> 200 {deleted: n}
   * @throws GnocchiError as `search`, 400 for an empty query
   * @see gnocchi/rest/api.py ResourcesController.delete
   */
  async deleteBatch(query: ResourceQuery): Promise<number> {
    const answer = await transport('DELETE', typePath('resource', 'generic'), {
      ...(typeof query === 'string' ? {searchParams: {filter: query}} : {json: query}),
      alone: true,
    })
    return decoded(answer, 'how many were deleted', object({deleted: count})).deleted
  },

  /**
   * Metric ids of a resource by metric name, or undefined when there is no such resource.
   * GET /v1/resource/generic/{id} -> 200 {id, metrics: {name: id}, ...}
   * @see gnocchi/rest/api.py ResourceController.get
   */
  async metricsOf(id: string): Promise<Record<string, string> | undefined> {
    const answer = await unless(404, transport('GET', resourcePath('generic', id)))
    return answer && decoded(answer, 'a resource', wireResource).metrics
  },
})
