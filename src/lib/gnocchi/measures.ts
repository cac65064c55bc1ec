import {isoTime} from '../time.ts'
import {GnocchiError} from '../errors.ts'
import {isoInstant} from '../instant.ts'
import {list, number, orNull, text, time, tuple, type Shape} from '../shape.ts'
import {AggregateRows} from './aggregate-rows.ts'
import {giveBack, measureText, MeasureText, takeBytes} from './measure-text.ts'
import {inPath} from './names.ts'
import {resourcePath} from './resources.ts'
import {lostTime, scanRows} from './scan-rows.ts'
import {placed, type LooseRow} from './sub-second.ts'
import {decoded, notGnocchi, type Query, type Transport} from './transport.ts'

/** One value at one moment, in the metric's own unit. */
export interface Measure {
  at: Date
  /** Of that moment, what a Date has no room for: 0 to 999 999. */
  nanoseconds?: number
  value: number
  /** The moment as it is sent, where it is written already: ISO 8601 in UTC with `Z`. */
  timestamp?: string
}

/** As it is sent. */
export const wireMeasure = ({at, nanoseconds = 0, value, timestamp}: Measure): {timestamp: string; value: number} => ({
  timestamp: timestamp ?? isoInstant({at, nanoseconds}),
  value,
})

/** Measures by metric id, as they are sent. */
type TextBatch = ReadonlyMap<string, MeasureText>

/** {id: [{timestamp, value}, ...], ...}; to be given back. */
function batchBytes(batch: TextBatch): Buffer {
  const entries = [...batch].map(([id, points]) => ({begin: `${JSON.stringify(id)}:[`, points}))
  const size = entries.reduce((sum, {begin, points}) => sum + Buffer.byteLength(begin) + points.byteLength + 2, 1)
  const bytes = takeBytes(size)
  let at = 0
  for (const {begin, points} of entries) {
    at += bytes.write(`${at === 0 ? '{' : ','}${begin}`, at)
    at += points.writeTo(bytes, at)
    bytes[at++] = 93
  }
  bytes[at++] = 125
  return bytes.subarray(0, at)
}

/** One value over one period that begins `at`. */
export interface Aggregate {
  at: Date
  granularitySeconds: number
  /** null where Gnocchi has NaN or an infinity. */
  value: number | null
}

const plainTime = '2026-11-24T10:00:00+00:00'

/** [ISO time, granularity in seconds, value] */
const wireAggregate = tuple((value) => (value === lostTime ? undefined : time(value)), number, orNull(number))

const decodeLooseRow: Shape<LooseRow> = (row) => {
  // There may be a million of them, and nearly all are like this.
  if (Array.isArray(row) && row.length === 3) {
    const [written, granularitySeconds, value] = row as unknown[]
    const at = typeof written === 'string' && written.length === plainTime.length ? new Date(written) : undefined
    if (at && !Number.isNaN(at.getTime()) && Number.isFinite(granularitySeconds) && Number.isFinite(value))
      return {at, granularitySeconds: granularitySeconds as number, value: value as number}
  }
  const [at, granularitySeconds, value] = wireAggregate(row)
  return {at, granularitySeconds, value}
}

/**
 * @throws GnocchiError for a row finer than a second: its time is left out, or, from Gnocchi 4.7 on, cut down to the second
 */
export const decodeAggregate: Shape<Aggregate> = (row) => {
  const {at, ...rest} = decodeLooseRow(row)
  if (at && rest.granularitySeconds >= 1) return {at, ...rest}
  throw new GnocchiError('Gnocchi leaves out the times of periods finer than a second here', {}, [
    'ask for --granularity 1s or coarser',
    'gnocchictl measures show finds out the times of one metric',
  ])
}

/** A period of the calendar: year, half, quarter, month, week. @see gnocchi/calendar.py */
export const calendarPeriods = ['Y', 'H', 'Q', 'M', 'W'] as const
export type CalendarPeriod = (typeof calendarPeriods)[number]

export interface CalendarAggregate {
  at: Date
  granularity: string
  value: number | null
}

const decodeCalendarAggregate: Shape<CalendarAggregate> = (row) => {
  const [at, granularity, value] = tuple(time, text, orNull(number))(row)
  return {at, granularity, value}
}

/** A metric that Gnocchi will not take measures for, and why. */
export interface Refused {
  metric: string
  reason: string
}

export interface Range {
  start?: Date | undefined
  stop?: Date | undefined
}

export interface Reading extends Range {
  /** Aggregation method: mean, max, 95pct, rate:mean, ...; mean when left out. */
  method?: string | undefined
  /** All that the policy keeps when left out, the coarsest first. */
  granularitySeconds?: number | undefined
  /** Have Gnocchi process what is queued for this metric first. */
  refresh?: boolean | undefined
}

const readingQuery = ({method, granularitySeconds, refresh, start, stop}: Reading): Query => ({
  aggregation: method,
  granularity: granularitySeconds,
  refresh: refresh ? 'true' : undefined,
  start: start && isoTime(start),
  stop: stop && isoTime(stop),
})

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** `now` is the cloud's clock, as far as it is known: no measure from its future leaves. */
export const measures = (transport: Transport, now: () => Date = () => new Date()) => {
  /**
   * POST /v1/batch/metrics/measures {id: [{timestamp, value}, ...]} -> 202, queued; all or nothing.
   * The same measures sent twice count once (gnocchi/carbonara.py combine_timeseries), so it may be repeated.
   * @throws GnocchiError 400 "Unknown metrics: a, b"; 403 without saying for which
   * @see gnocchi/rest/api.py MetricsMeasuresBatchController.post
   */
  const post = async (batch: TextBatch): Promise<void> => {
    const body = batchBytes(batch)
    const {status, where} = await transport('POST', 'v1/batch/metrics/measures', {body, repeatable: true})
    // Only now: of a request that failed, nobody knows what is still on its way.
    giveBack(Buffer.from(body.buffer))
    // A proxy's page of any kind is a 200: what it was given, Gnocchi does not have.
    if (status !== 202) throw new GnocchiError(`${where} answered ${status}, not 202`, {status}, notGnocchi)
  }

  /**
   * Stores a batch: the one door through which measures leave. Resolves with the metrics that were refused for good,
   * by Gnocchi or here for a measure that would do harm there, after storing all the others.
   * @throws GnocchiError when Gnocchi is unwell: nothing is known to be stored, send it again later
   */
  const send = async (batch: ReadonlyMap<string, readonly Measure[] | MeasureText>): Promise<Refused[]> => {
    const moment = now()
    const harmful: Refused[] = []
    const full = new Map<string, MeasureText>()
    for (const [metric, points] of batch) {
      const checked = points instanceof MeasureText ? points : measureText(points, moment)
      // An empty list gets a 202 and stops the processing of a 128th of all metrics (gnocchi/incoming/ceph.py).
      if (typeof checked === 'string') harmful.push({metric, reason: checked})
      else if (checked.length > 0) full.set(metric, checked)
    }
    if (full.size === 0) return harmful
    try {
      await post(full)
      return harmful
    } catch (error) {
      // Without words of Gnocchi's it is a page of a proxy in front, which says nothing about the metrics.
      if (!(error instanceof GnocchiError) || error.said === undefined) throw error
      if (error.status !== 400 && error.status !== 403) throw error
      return [...harmful, ...(await sendWithoutRefused(full, error))]
    }
  }

  /** After a refusal of all: leave out the metrics that it names, or, where it names none, halve. */
  const sendWithoutRefused = async (batch: TextBatch, error: GnocchiError): Promise<Refused[]> => {
    const named = new Set(
      JSON.stringify(error.said ?? '')
        .match(uuids)
        ?.map((id) => id.toLowerCase()),
    )
    const isNamed = (id: string) => named.has(id.toLowerCase())
    const refused = [...batch.keys()].filter(isNamed)
    if (refused.length > 0) {
      const reason = error.message.includes('Unknown metrics') ? 'Gnocchi knows no such metric' : error.message
      const rest = new Map([...batch].filter(([id]) => !isNamed(id)))
      return [...refused.map((metric) => ({metric, reason})), ...(await send(rest))]
    }
    const entries = [...batch]
    if (entries.length === 1) return [{metric: entries[0]![0], reason: error.message}]
    const half = Math.ceil(entries.length / 2)
    return [...(await send(new Map(entries.slice(0, half)))), ...(await send(new Map(entries.slice(half))))]
  }

  /** Of a metric by its path: `v1/metric/{id}`, or `v1/resource/{type}/{id}/metric/{name}`. */
  const readRows = async (path: string, reading: Reading): Promise<AggregateRows> => {
    const ask = async (question: Reading): Promise<AggregateRows> => {
      const answer = await transport('GET', `${path}/measures`, {searchParams: readingQuery(question), read: scanRows})
      if (answer.body instanceof AggregateRows) return answer.body
      return AggregateRows.of(decoded(answer, 'a list of aggregates', list(decodeLooseRow)))
    }
    const rows = await ask(reading)
    if (rows.isPlaced) return rows
    const {method, start, stop} = reading
    const count = async (granularitySeconds: number, range: Range) =>
      (await ask({method, granularitySeconds, ...range})).length
    return AggregateRows.of(await placed(rows.toObjects(), {start, stop}, count))
  }

  // Each has its time now.
  const read = async (path: string, reading: Reading) => (await readRows(path, reading)).toObjects() as Aggregate[]

  return {
    send,

    /**
     * Aggregates of one metric, oldest first, the coarsest granularity first where there are several.
     * GET /v1/metric/{id}/measures -> 200 [[ISO time, seconds, value], ...]; empty also when nothing was processed yet,
     * unless `refresh` has Gnocchi process what is queued for this metric first. `start` is rounded down to the
     * granularity, `stop` is left out. Times of periods finer than a second are found out by further requests.
     * @throws GnocchiError 404: unknown metric, or its archive policy lacks the method or the granularity; 503: locked
     * @see gnocchi/rest/api.py MetricController.get_measures
     */
    get: (id: string, reading: Reading): Promise<Aggregate[]> => read(`v1/metric/${inPath('metric id', id)}`, reading),

    /** The same as bare numbers, where there may be many. */
    getRows: (id: string, reading: Reading): Promise<AggregateRows> =>
      readRows(`v1/metric/${inPath('metric id', id)}`, reading),

    /**
     * The same of a metric that is named by its resource and name.
     * GET /v1/resource/{type}/{id}/metric/{name}/measures
     * @see gnocchi/rest/api.py NamedMetricController
     */
    getOfResource: (type: string, id: string, name: string, reading: Reading): Promise<Aggregate[]> =>
      read(`${resourcePath(type, id)}/metric/${inPath('metric name', name)}`, reading),

    /**
     * Gnocchi's own resampling of the aggregates, each counted as one: its counts are those of periods, its means not
     * weighted. `granularitySeconds` must be given.
     * GET /v1/metric/{id}/measures?resample={seconds} -> 200 [[ISO time, seconds, value], ...]
     * @see gnocchi/carbonara.py AggregatedTimeSerie.resample; for one done right, src/lib/measures/resample.ts
     */
    async getResampled(id: string, reading: Reading, resampleSeconds: number): Promise<Aggregate[]> {
      const searchParams = {...readingQuery(reading), resample: resampleSeconds}
      const answer = await transport('GET', `v1/metric/${inPath('metric id', id)}/measures`, {searchParams})
      return decoded(answer, 'a list of aggregates', list(decodeAggregate))
    },

    /**
     * The same by periods of the calendar, which have no length in seconds.
     * GET /v1/metric/{id}/measures?resample=M -> 200 [[ISO time, "M", value], ...]
     * @see gnocchi/calendar.py GROUPINGS
     */
    async getByCalendar(id: string, reading: Reading, period: CalendarPeriod): Promise<CalendarAggregate[]> {
      const searchParams = {...readingQuery(reading), resample: period}
      const answer = await transport('GET', `v1/metric/${inPath('metric id', id)}/measures`, {searchParams})
      return decoded(answer, 'a list of aggregates', list(decodeCalendarAggregate))
    },
  }
}
