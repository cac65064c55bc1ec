import {byName, list, object} from '../shape.ts'
import {decodeAggregate, type Aggregate, type Range} from './measures.ts'
import {decoded, type Transport} from './transport.ts'

const wireAggregates = object({measures: byName(byName(list(decodeAggregate)))})

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
})
