import pMap, {pMapIterable} from 'p-map'

import {UsageError} from '../errors.ts'
import type {AggregateRows} from '../gnocchi/aggregate-rows.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {measureParts, partsInFlight} from '../gnocchi/measure-parts.ts'
import type {Aggregate, CalendarPeriod, Range, Reading} from '../gnocchi/measures.ts'
import type {Metric} from '../gnocchi/metrics.ts'
import {checkMultiple, neededFor, resample} from './resample.ts'

/** One period of one metric, by all methods that were asked for. */
export interface MeasureRow {
  /** As it was asked for. */
  metric: string
  at: Date
  /** Seconds, or a period of the calendar: Y, H, Q, M, W. */
  granularity: number | string
  /** In the order of the methods; null where there is none. */
  values: (number | null)[]
}

export interface MeasuresQuestion extends Range {
  /** At least one; undefined is Gnocchi's own default, the mean. */
  methods: readonly (string | undefined)[]
  granularitySeconds?: number | undefined
  refresh: boolean
  /** Seconds of the longer periods, or one of the calendar's. */
  resample?: number | CalendarPeriod | undefined
  /** Leave the resampling to Gnocchi, which takes each period for one measure. */
  onServer: boolean
  /** Of each granularity, only so many periods, the newest. */
  last?: number | undefined
}

/** What is asked about: a metric by its id, and whatever it was called. */
export interface NamedMetric {
  name: string
  id: string
  /** Its metric as Gnocchi has it, asked for where it is needed. */
  metric: () => Promise<Metric>
}

/**
 * Rows of metrics, in the order of the metrics, then the coarsest granularity first, then by time. Several metrics or
 * methods at one granularity are one request, where nothing has to be processed first.
 * @throws GnocchiError 404: the policy lacks a method or the granularity; 503; UsageError for a resampling without meaning
 */
export async function showMeasures(
  gnocchi: Pick<Gnocchi, 'measures' | 'aggregates'>,
  metrics: readonly NamedMetric[],
  question: MeasuresQuestion,
): Promise<MeasureRow[]> {
  const {methods, granularitySeconds, refresh} = question
  const isOneRequest =
    metrics.length * methods.length > 1 &&
    granularitySeconds !== undefined &&
    granularitySeconds >= 1 &&
    !refresh &&
    question.resample === undefined
  if (isOneRequest) return together(gnocchi, metrics, question)
  const series = await pMap(
    metrics.flatMap((metric) => methods.map((method) => ({metric, method}))),
    ({metric, method}) => read(gnocchi, metric, method, question),
    {concurrency: 8},
  )
  return metrics.flatMap((_, index) =>
    joined(series.slice(index * methods.length, (index + 1) * methods.length), question.last),
  )
}

/** Rows that are shown at once. */
const pageRows = 5000

/**
 * The same, some thousand rows at a time. Of one metric by one method, which may have a million, no more than those are
 * objects at any time.
 */
export async function* showPages(
  gnocchi: Pick<Gnocchi, 'measures' | 'aggregates' | 'now'>,
  metrics: readonly NamedMetric[],
  question: MeasuresQuestion,
): AsyncGenerator<MeasureRow[], void, void> {
  const {methods, granularitySeconds, refresh, start, stop, resample: longer, last} = question
  const [metric, ...others] = metrics
  if (others.length > 0 || methods.length > 1 || longer !== undefined || last !== undefined) {
    const rows = await showMeasures(gnocchi, metrics, question)
    for (let from = 0; from < rows.length; from += pageRows) yield rows.slice(from, from + pageRows)
    return
  }
  for await (const rows of inParts(gnocchi, metric!.id, {method: methods[0], granularitySeconds, refresh, start, stop}))
    for (let from = 0; from < rows.length; from += pageRows)
      yield (rows.toObjects(from, from + pageRows) as Aggregate[]).map(asRow(metric!.name))
}

/** Of all granularities, or of one finer than a second, whose times Gnocchi leaves out, it is one answer. */
function inParts(
  gnocchi: Pick<Gnocchi, 'measures' | 'aggregates' | 'now'>,
  id: string,
  {granularitySeconds, ...reading}: Reading,
): AsyncIterable<AggregateRows> {
  const one = {read: () => gnocchi.measures.getRows(id, {...reading, granularitySeconds})}
  const parts =
    granularitySeconds === undefined || granularitySeconds < 1
      ? [one]
      : measureParts(gnocchi, id, {...reading, granularitySeconds}, {now: gnocchi.now()})
  return pMapIterable(parts, ({read: rows}) => rows(), {concurrency: partsInFlight})
}

async function together(
  gnocchi: Pick<Gnocchi, 'aggregates'>,
  metrics: readonly NamedMetric[],
  {methods, last, ...question}: MeasuresQuestion,
): Promise<MeasureRow[]> {
  const references = metrics.flatMap(({id}) => methods.map((method = 'mean') => [id, method]))
  const {granularitySeconds, start, stop} = question
  const [group] = await gnocchi.aggregates.compute({
    operations: ['metric', ...references],
    granularitySeconds,
    start,
    stop,
  })
  const found = new Map(group!.series.map(({path, aggregates}) => [path.join('/'), aggregates]))
  return metrics.flatMap(({name, id}) =>
    joined(
      methods.map((method = 'mean') => (found.get(`${id.toLowerCase()}/${method}`) ?? []).map(asRow(name))),
      last,
    ),
  )
}

/** Of one method. */
const asRow =
  (metric: string) =>
  ({at, granularitySeconds, value}: Aggregate): MeasureRow => ({
    metric,
    at,
    granularity: granularitySeconds,
    values: [value],
  })

async function read(
  {measures}: Pick<Gnocchi, 'measures'>,
  {name, id, metric}: NamedMetric,
  method: string | undefined,
  {granularitySeconds, refresh, start, stop, resample: longer, onServer}: MeasuresQuestion,
): Promise<MeasureRow[]> {
  const reading = {method, granularitySeconds, refresh, start, stop}
  if (longer === undefined) return (await measures.get(id, reading)).map(asRow(name))
  const {archivePolicy} = await metric()
  const finest = granularitySeconds ?? archivePolicy.definition[0]!.granularitySeconds
  const fine = {...reading, granularitySeconds: finest}
  if (typeof longer === 'string')
    return (await measures.getByCalendar(id, fine, longer)).map(({value, ...period}) => ({
      metric: name,
      ...period,
      values: [value],
    }))
  if (onServer) return (await measures.getResampled(id, fine, longer)).map(asRow(name))
  checkMultiple(longer, finest)
  const needed = neededFor(method ?? 'mean', archivePolicy)
  // The first period whole, as Gnocchi rounds to its own granularities.
  const from = start && new Date(Math.floor(start.getTime() / (longer * 1000)) * longer * 1000)
  const found = new Map<string, Aggregate[]>()
  // One after the other: the first has what is queued processed, for the others to see the same.
  for (const one of needed) found.set(one, await measures.get(id, {...fine, method: one, start: from}))
  return resample(found, method ?? 'mean', longer).map(asRow(name))
}

/** Series of one metric, a method each, side by side; a period that one of them lacks has null there. */
function joined(series: readonly MeasureRow[][], last: number | undefined): MeasureRow[] {
  const rows = series.length === 1 ? series[0]! : merged(series)
  return last === undefined ? rows : newest(rows, last)
}

function merged(series: readonly MeasureRow[][]): MeasureRow[] {
  const rows = new Map<string, MeasureRow>()
  series.forEach((list, index) => {
    for (const {values, ...period} of list) {
      const key = `${period.granularity} ${period.at.getTime()}`
      const row = rows.get(key) ?? {...period, values: series.map(() => null)}
      row.values[index] = values[0]!
      rows.set(key, row)
    }
  })
  return [...rows.values()].sort(coarsestFirst)
}

const coarsestFirst = (a: MeasureRow, b: MeasureRow): number =>
  typeof a.granularity === 'number' && typeof b.granularity === 'number' && a.granularity !== b.granularity
    ? b.granularity - a.granularity
    : a.at.getTime() - b.at.getTime()

function newest(rows: readonly MeasureRow[], last: number): MeasureRow[] {
  const granularities = [...new Set(rows.map(({granularity}) => granularity))]
  return granularities.flatMap((one) => rows.filter(({granularity}) => granularity === one).slice(-last))
}

/** Seconds, or a period of the calendar. @throws UsageError */
export function parseResample(text: string, periods: readonly CalendarPeriod[], parse: (text: string) => number) {
  const period = periods.find((one) => one === text)
  if (period) return period
  // Half a year and a month: `1H` and `1M` would be an hour and a minute.
  const isUnclear = /^\d+[HM]$/.test(text)
  try {
    if (!isUnclear) return parse(text)
  } catch {
    // The same words for what is none.
  }
  throw new UsageError(
    `"${text}" is not a period; write 30s, 5m, 1h, 1d or a number of seconds, or Y, H, Q, M, W for those of the calendar (H is half a year)`,
  )
}
