import type {Gnocchi} from '../gnocchi/client.ts'
import type {Metric, MetricFilter} from '../gnocchi/metrics.ts'
import type {Paging} from '../gnocchi/pages.ts'

export interface MetricChoice extends MetricFilter, Paging {
  /** Those of one resource, by its UUID or the id its maker gave it. */
  resource?: string | undefined
  userId?: string | undefined
  projectId?: string | undefined
}

/**
 * Metrics as they are asked for, page by page. Gnocchi picks what it can; the rest is picked here: it knows a creator
 * only as user and project together (gnocchi/rest/api.py MetricsController.get_all), and a resource's metrics only as
 * all of them.
 */
export async function* pickMetrics(gnocchi: Gnocchi, choice: MetricChoice): AsyncGenerator<Metric[]> {
  const {resource, userId, projectId, limit = Infinity, marker, sort, ...filter} = choice
  const both = userId !== undefined && projectId !== undefined
  const creator = filter.creator ?? (both ? `${userId}:${projectId}` : undefined)
  const isMeant = (metric: Metric): boolean =>
    [
      [userId, metric.createdByUserId],
      [projectId, metric.createdByProjectId],
      ...(resource === undefined ? [] : asListed(filter, metric)),
    ].every(([wanted, found]) => wanted === undefined || wanted === found)

  if (resource !== undefined) {
    yield (await gnocchi.metrics.ofResource(resource)).filter(isMeant).slice(0, limit)
    return
  }
  // What is picked here may lie on any page: the limit is ours then.
  const picksHere = !both && (userId !== undefined || projectId !== undefined)
  if (!picksHere) {
    yield* gnocchi.metrics.list({...filter, creator, marker, sort, ...(limit === Infinity ? {} : {limit})})
    return
  }
  let left = limit
  for await (const page of gnocchi.metrics.list({...filter, creator, marker, sort})) {
    const picked = page.filter(isMeant).slice(0, left)
    yield picked
    left -= picked.length
    if (left === 0) return
  }
}

const asListed = (filter: MetricFilter, metric: Metric): [string | undefined, string | null][] => [
  [filter.id, metric.id],
  [filter.name, metric.name],
  [filter.unit, metric.unit],
  [filter.archivePolicyName, metric.archivePolicy.name],
  [filter.creator, metric.creator],
]
