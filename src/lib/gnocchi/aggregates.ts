import {byName, list, object} from '../shape.ts'
import {decodeAggregate, type Aggregate, type Range} from './measures.ts'
import {decoded, type Transport} from './transport.ts'

const wireAggregates = object({measures: byName(byName(list(decodeAggregate)))})
const wireAcross = object({measures: object({aggregated: list(decodeAggregate)})})

/** Methods that make one series of many: what `aggregate` takes on every Gnocchi from 4.4 on. */
export const acrossMethods = ['mean', 'median', 'min', 'max', 'sum', 'std', 'var', 'count'] as const
export type AcrossMethod = (typeof acrossMethods)[number]

export const aggregates = (transport: Transport) => ({
  /**
   * Aggregates of many metrics in one request, oldest first, by metric id. All or nothing.
   * POST /v1/aggregates {operations: ["metric", [id, method], ...]} -> 200 {measures: {id: {method: [[time, s, value]]}}}
   * Values that are no numbers are left out (fill is dropna when none is given).
   * @throws GnocchiError 404 {cause: "Unknown metrics", detail: [id]}, 404 {cause: "Metrics with unknown aggregation",
   *   detail: [[id, method]]}, 400 {reason: "Granularities are missing", detail: [[id, method, seconds]]}, 403
   * @see gnocchi/rest/aggregates/api.py AggregatesController.post
   */
  async ofMetrics(
    ids: readonly string[],
    {method, granularitySeconds, start, stop}: {method: string; granularitySeconds: number} & Required<Range>,
  ): Promise<Map<string, Aggregate[]>> {
    const answer = await transport('POST', 'v1/aggregates', {
      json: {operations: ['metric', ...ids.map((id) => [id, method])]},
      searchParams: {granularity: granularitySeconds, start: start.toISOString(), stop: stop.toISOString()},
      repeatable: true,
    })
    const {measures} = decoded(answer, 'aggregates by metric', wireAggregates)
    // Ids come back in small letters, however they were asked for.
    return new Map(ids.map((id) => [id, measures[id.toLowerCase()]?.[method] ?? []]))
  },

  /**
   * Many metrics as one series, oldest first: of each period, `across` over the metrics that have it. A period that some
   * lack stays (fill=dropna lays NaN in the gaps, and the operations are numpy's nanmean, nansum, …), so a sum dips where
   * a metric is missing; `across: 'count'` says how many there were.
   * POST /v1/aggregates?fill=dropna {operations: ["aggregate", "mean", ["metric", [id, method], ...]]}
   *   -> 200 {measures: {aggregated: [[time, s, value]]}}
   * @throws GnocchiError as of `ofMetrics`
   * @see gnocchi/rest/aggregates/processor.py aggregated, operations.py AGG_MAP
   */
  async acrossMetrics(
    ids: readonly string[],
    {
      method,
      across,
      granularitySeconds,
      start,
      stop,
    }: {method: string; across: AcrossMethod; granularitySeconds: number} & Required<Range>,
  ): Promise<Aggregate[]> {
    const aggregate = ['aggregate', across, ['metric', ...ids.map((id) => [id, method])]]
    const answer = await transport('POST', 'v1/aggregates', {
      // A count alone is an exception inside the server, whose JSON knows no int64 of numpy's: divided, it is a float.
      json: {operations: across === 'count' ? ['/', aggregate, 1] : aggregate},
      searchParams: {
        fill: 'dropna',
        granularity: granularitySeconds,
        start: start.toISOString(),
        stop: stop.toISOString(),
      },
      repeatable: true,
    })
    return decoded(answer, 'aggregates across metrics', wireAcross).measures.aggregated
  },
})
