import {isoTime} from '../time.ts'
import {byName, list, object} from '../shape.ts'
import {decodeAggregate, type Aggregate, type Range} from './measures.ts'
import {inPath} from './names.ts'
import {decoded, type Query, type Transport} from './transport.ts'

export interface AggregationQuestion extends Range {
  /** What the archive policy has to keep; mean when left out. */
  method?: string | undefined
  /** How the metrics become one; as `method` when left out. */
  reaggregation?: string | undefined
  granularitySeconds?: number | undefined
  /** Per cent of the times that must have a value in each metric, 100 when left out. */
  neededOverlap?: number | undefined
  /** For times that some metrics lack: a number, `null` or `dropna`. */
  fill?: string | undefined
  refresh?: boolean | undefined
  /** Seconds, or Y, H, Q, M, W. */
  resample?: number | string | undefined
}

export interface AggregationGroup {
  /** Attributes of the resources and what they are; a tag may be null. */
  group: Record<string, unknown>
  aggregates: Aggregate[]
}

const query = (question: AggregationQuestion): Query => ({
  aggregation: question.method,
  reaggregation: question.reaggregation,
  granularity: question.granularitySeconds,
  needed_overlap: question.neededOverlap,
  fill: question.fill,
  refresh: question.refresh ? 'true' : undefined,
  resample: question.resample,
  start: question.start && isoTime(question.start),
  stop: question.stop && isoTime(question.stop),
})

const wireGroups = list(object({group: byName((value) => value), measures: list(decodeAggregate)}))

/** The deprecated way to aggregate metrics, which can process what is queued first: `/v1/aggregates` cannot. */
export const aggregation = (transport: Transport) => ({
  /**
   * Several metrics as one.
   * GET /v1/aggregation/metric?metric=…&metric=… -> 200 [[ISO time, seconds, value], ...]
   * @throws GnocchiError 404: unknown metric, method or granularity; 400 {cause: "Metrics can't being aggregated"}: no
   *   overlap, no granularity in common; 503: locked
   * @see gnocchi/rest/api.py AggregationController.get_metric
   */
  async ofMetrics(ids: readonly string[], question: AggregationQuestion): Promise<Aggregate[]> {
    const answer = await transport('GET', 'v1/aggregation/metric', {searchParams: {...query(question), metric: ids}})
    return decoded(answer, 'a list of aggregates', list(decodeAggregate))
  },

  /**
   * The same for more metrics than an address has room for: some hundred.
   * POST /v1/aggregation/metric [id, ...] -> 200
   */
  async ofManyMetrics(ids: readonly string[], question: AggregationQuestion): Promise<Aggregate[]> {
    const answer = await transport('POST', 'v1/aggregation/metric', {
      searchParams: query(question),
      json: ids,
      repeatable: true,
    })
    return decoded(answer, 'a list of aggregates', list(decodeAggregate))
  },

  /**
   * The metric of one name of all resources that a search finds, as one. `search` is a filter in text, or the search in
   * JSON.
   * POST /v1/aggregation/resource/{type}/metric/{name} -> 200 [[ISO time, seconds, value], ...]
   * @see gnocchi/rest/api.py AggregationResourceController.post
   */
  async ofResources(
    type: string,
    metric: string,
    search: unknown,
    question: AggregationQuestion,
  ): Promise<Aggregate[]> {
    const answer = await postSearch(transport, type, metric, search, query(question))
    return decoded(answer, 'a list of aggregates', list(decodeAggregate))
  },

  /**
   * The same, the resources grouped by attributes.
   * POST /v1/aggregation/resource/{type}/metric/{name}?groupby=… -> 200 [{group: {attribute: value}, measures}, ...]
   */
  async ofGroups(
    type: string,
    metric: string,
    search: unknown,
    groupby: readonly string[],
    question: AggregationQuestion,
  ): Promise<AggregationGroup[]> {
    const answer = await postSearch(transport, type, metric, search, {...query(question), groupby})
    return decoded(answer, 'a list of groups', wireGroups).map(({group, measures}) => ({group, aggregates: measures}))
  },
})

function postSearch(transport: Transport, type: string, metric: string, search: unknown, searchParams: Query) {
  const path = `v1/aggregation/resource/${inPath('resource type', type)}/metric/${inPath('metric name', metric)}`
  // A body, were it empty, would count instead of the filter.
  const request =
    typeof search === 'string' ? {searchParams: {...searchParams, filter: search}} : {searchParams, json: search}
  return transport('POST', path, {...request, repeatable: true})
}
