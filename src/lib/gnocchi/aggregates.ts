import {isoTime} from '../time.ts'
import {byName, list, maybe, object, type Shape} from '../shape.ts'
import {decodeAggregate, type Aggregate, type Range} from './measures.ts'
import {decoded, type Query, type Transport} from './transport.ts'

const wireAggregates = object({measures: byName(byName(list(decodeAggregate)))})
const wireAcross = object({measures: object({aggregated: list(decodeAggregate)})})

/** Methods that make one series of many: what `aggregate` takes on every Gnocchi from 4.4 on. */
export const acrossMethods = ['mean', 'median', 'min', 'max', 'sum', 'std', 'var', 'count'] as const
export type AcrossMethod = (typeof acrossMethods)[number]

/** What to compute, as Gnocchi's JSON has it: `["aggregate", "mean", ["metric", [id, "mean"], [id, "mean"]]]`. */
export type Operation = readonly (string | number | Operation)[]

export interface AggregatesQuestion extends Range {
  /** In Lisp or JSON. References are metric ids; with `among`, names or wildcards. */
  operations: string | Operation
  granularitySeconds?: number | undefined
  /** Per cent of the times that must have a value in each metric. */
  neededOverlap?: number | undefined
  /** For times that some metrics lack: a number, `null`, `dropna`; from 4.7 on `ffill`, `bfill`, `full_ffill`, `full_bfill`. */
  fill?: string | undefined
  details?: boolean | undefined
  /** Metrics of the resources that a search finds, instead of metrics by id. */
  among?:
    | {resourceType: string; search: unknown; groupby?: readonly string[] | undefined; useHistory?: boolean | undefined}
    | undefined
}

/** One series of an answer. */
export interface Series {
  /** Where it stood: `[id, method]`, `[resource, name, method]` or `["aggregated"]`. */
  path: string[]
  aggregates: Aggregate[]
}

export interface SeriesGroup {
  /** What the resources of this group have in common; undefined when nothing was grouped. */
  group: Record<string, unknown> | undefined
  series: Series[]
  /** The metrics or resources that were used, with `details`. */
  references: unknown
}

const anything: Shape<unknown> = (value) => value
const fields = byName(anything)

/** Lists of aggregates at any depth, under names. */
const seriesIn: Shape<Series[]> = (value) =>
  Object.entries(fields(value)).flatMap(([name, inner]): Series[] =>
    Array.isArray(inner)
      ? [{path: [name], aggregates: list(decodeAggregate)(inner)}]
      : seriesIn(inner).map(({path, aggregates}) => ({path: [name, ...path], aggregates})),
  )

const ungrouped: Shape<SeriesGroup[]> = (value) => {
  const {measures, references} = object({measures: seriesIn, references: maybe(anything)})(value)
  return [{group: undefined, series: measures, references}]
}

const grouped: Shape<SeriesGroup[]> = (value) =>
  list(object({group: fields, measures: ungrouped}))(value).map(
    ({group, measures: [{series, references} = {series: [], references: undefined}]}) => ({
      group,
      series,
      references,
    }),
  )

/** A period that holds all that Gnocchi is asked to add up; from 2001 to 2033 it is one. */
const decadesInSeconds = 1_000_000_000

export const aggregates = (transport: Transport) => ({
  /**
   * Aggregates of many metrics in one request, oldest first, by metric id. All or nothing.
   * POST /v1/aggregates {operations: ["metric", [id, method], ...]} -> 200 {measures: {id: {method: [[time, s, value]]}}}
   * Values that are no numbers are left out (fill is dropna when none is given). With `resampleSeconds`, the greatest of
   * each such period: fewer rows where there are very many.
   * @throws GnocchiError 404 {cause: "Unknown metrics", detail: [id]}, 404 {cause: "Metrics with unknown aggregation",
   *   detail: [[id, method]]}, 400 {reason: "Granularities are missing", detail: [[id, method, seconds]]}, 403
   * @see gnocchi/rest/aggregates/api.py AggregatesController.post
   */
  async ofMetrics(
    ids: readonly string[],
    {
      method,
      granularitySeconds,
      start,
      stop,
      resampleSeconds,
    }: {
      method: string
      granularitySeconds: number
      start: Date
      stop?: Date | undefined
      resampleSeconds?: number | undefined
    },
  ): Promise<Map<string, Aggregate[]>> {
    const metrics = ['metric', ...ids.map((id) => [id, method])]
    const answer = await transport('POST', 'v1/aggregates', {
      json: {operations: resampleSeconds === undefined ? metrics : ['resample', 'max', resampleSeconds, metrics]},
      searchParams: {granularity: granularitySeconds, start: start.toISOString(), stop: stop?.toISOString()},
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
   * @see gnocchi/rest/aggregates/processor.py aggregated, gnocchi/rest/aggregates/operations.py AGG_MAP
   */
  async acrossMetrics(
    ids: readonly string[],
    {
      method,
      across,
      granularitySeconds,
      start,
      stop,
    }: {method: string; across: AcrossMethod; granularitySeconds: number} & {start: Date; stop: Date},
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

  /**
   * What the aggregates of one metric add up to, from the period in which `start` lies on: Gnocchi adds them, so that a
   * row or two come back however many there are. 0 where there is none.
   * POST /v1/aggregates {operations: ["resample", "sum", seconds, ["metric", [id, method]]]}
   * @throws GnocchiError as of `ofMetrics`
   * @see gnocchi/rest/aggregates/operations.py handle_resample
   */
  async sumOf(
    id: string,
    {method, granularitySeconds, start, stop}: {method: string; granularitySeconds: number; start: Date; stop: Date},
  ): Promise<number> {
    const answer = await transport('POST', 'v1/aggregates', {
      json: {operations: ['resample', 'sum', decadesInSeconds, ['metric', [id, method]]]},
      searchParams: {granularity: granularitySeconds, start: start.toISOString(), stop: stop.toISOString()},
      repeatable: true,
    })
    const {measures} = decoded(answer, 'aggregates by metric', wireAggregates)
    const rows = measures[id.toLowerCase()]?.[method] ?? []
    return rows.reduce((sum, {value}) => sum + (value ?? 0), 0)
  },

  /**
   * When those periods of so many seconds begin in which a metric has any aggregate, in order. They are counted, whatever
   * the method: it would leave out more when it is applied to its own values, as Gnocchi's resampling of measures does, since
   * a single std has no std, and the first of rates no rate.
   * POST /v1/aggregates {operations: ["resample", "count", seconds, ["metric", [id, method]]]}
   * @throws GnocchiError as of `ofMetrics`
   * @see gnocchi/rest/aggregates/operations.py handle_resample
   */
  async periodsHeld(
    id: string,
    {
      method = 'mean',
      granularitySeconds,
      start,
      stop,
    }: Range & {method?: string | undefined; granularitySeconds: number},
    seconds: number,
  ): Promise<Date[]> {
    const answer = await transport('POST', 'v1/aggregates', {
      json: {operations: ['resample', 'count', seconds, ['metric', [id, method]]]},
      searchParams: {granularity: granularitySeconds, start: start && isoTime(start), stop: stop && isoTime(stop)},
      repeatable: true,
    })
    const {measures} = decoded(answer, 'aggregates by metric', wireAggregates)
    return (measures[id.toLowerCase()]?.[method] ?? []).map(({at}) => at)
  },

  /**
   * Computes series of series. Without `groupby` the answer is one group.
   * POST /v1/aggregates {operations, resource_type?, search?} -> 200 {measures: {id: {method: rows}}}, with `among`
   * {measures: {resource: {name: {method: rows}}}}, aggregated {measures: {aggregated: rows}}; with `groupby`
   * [{group: {attribute: value}, measures: {measures: …}}]. `details` adds `references` beside each `measures`.
   * `fill` is dropna when neither it nor `neededOverlap` is given: values that are no numbers are left out.
   * `useHistory` from 4.5 on.
   * @throws GnocchiError as ofMetrics; 400: the operations are none, "No overlap", no granularity in common; 404 (400 on
   *   4.4): none of the resources has a metric of that name
   * @see gnocchi/rest/aggregates/api.py AggregatesController.post, operations.py
   */
  async compute(question: AggregatesQuestion): Promise<SeriesGroup[]> {
    const {operations, among, granularitySeconds, neededOverlap, fill, details, start, stop} = question
    const {groupby = []} = among ?? {}
    const searchParams: Query = {
      start: start && isoTime(start),
      stop: stop && isoTime(stop),
      granularity: granularitySeconds,
      needed_overlap: neededOverlap,
      fill,
      details: details ? 'true' : undefined,
      groupby,
      use_history: among?.useHistory ? 'true' : undefined,
    }
    const json = {operations, ...(among ? {resource_type: among.resourceType, search: among.search} : {})}
    const answer = await transport('POST', 'v1/aggregates', {json, searchParams, repeatable: true})
    return decoded(answer, 'aggregates', groupby.length > 0 ? grouped : ungrouped)
  },
})
