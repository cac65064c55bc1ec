import {isoTime} from '../time.ts'
import {GnocchiError} from '../errors.ts'
import {list, number, orNull, time, tuple, type Shape} from '../shape.ts'
import {unsendable} from './sendable.ts'
import {decoded, notGnocchi, type Transport} from './transport.ts'

/** One value at one moment, in the metric's own unit. */
export interface Measure {
  at: Date
  value: number
}

/** One value over one period that begins `at`. */
export interface Aggregate {
  at: Date
  granularitySeconds: number
  /** null where Gnocchi has NaN or an infinity. */
  value: number | null
}

/** [ISO time, granularity in seconds, value] */
const wireAggregate = tuple(time, number, orNull(number))

export const decodeAggregate: Shape<Aggregate> = (row) => {
  const [at, granularitySeconds, value] = wireAggregate(row)
  return {at, granularitySeconds, value}
}

/** A metric that Gnocchi will not take measures for, and why. */
export interface Refused {
  metric: string
  reason: string
}

export interface Range {
  start?: Date
  stop?: Date
}

export interface Reading extends Range {
  /** Aggregation method: mean, max, 95pct, rate:mean, ... */
  method: string
  granularitySeconds: number
  refresh?: boolean
}

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi

/** `now` is the cloud's clock, as far as it is known: no measure from its future leaves. */
export const measures = (transport: Transport, now: () => Date = () => new Date()) => {
  /**
   * POST /v1/batch/metrics/measures {id: [{timestamp, value}, ...]} -> 202, queued; all or nothing.
   * The same measures sent twice count once (gnocchi/carbonara.py combine_timeseries), so it may be repeated.
   * @throws GnocchiError 400 "Unknown metrics: a, b"; 403 without saying for which
   * @see gnocchi/rest/api.py MetricsMeasuresBatchController.post
   */
  const post = async (batch: ReadonlyMap<string, readonly Measure[]>): Promise<void> => {
    const json = Object.fromEntries(
      [...batch].map(([id, points]) => [id, points.map(({at, value}) => ({timestamp: isoTime(at), value}))]),
    )
    const {status, where} = await transport('POST', 'v1/batch/metrics/measures', {json, repeatable: true})
    // A proxy's page of any kind is a 200: what it was given, Gnocchi does not have.
    if (status !== 202) throw new GnocchiError(`${where} answered ${status}, not 202`, {status}, notGnocchi)
  }

  /**
   * Stores a batch: the one door through which measures leave. Resolves with the metrics that were refused for good,
   * by Gnocchi or here for a measure that would do harm there, after storing all the others.
   * @throws GnocchiError when Gnocchi is unwell: nothing is known to be stored, send it again later
   */
  const send = async (batch: ReadonlyMap<string, readonly Measure[]>): Promise<Refused[]> => {
    // An empty list gets a 202 and stops the processing of a 128th of all metrics (gnocchi/incoming/ceph.py).
    const full = new Map([...batch].filter(([, points]) => points.length > 0))
    const harmful = [...full].flatMap(([metric, points]) => {
      const reason = points.map((point) => unsendable(point, now())).find((why) => why !== undefined)
      return reason === undefined ? [] : [{metric, reason}]
    })
    harmful.forEach(({metric}) => full.delete(metric))
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
  const sendWithoutRefused = async (
    batch: ReadonlyMap<string, readonly Measure[]>,
    error: GnocchiError,
  ): Promise<Refused[]> => {
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

  return {
    send,

    /**
     * Aggregates of one metric at one granularity, oldest first.
     * GET /v1/metric/{id}/measures -> 200 [[ISO time, seconds, value], ...]; empty also when nothing was processed yet,
     * unless `refresh` has Gnocchi process what is queued for this metric first.
     * @throws GnocchiError 404: unknown metric, or its archive policy lacks the method or the granularity; 503: locked
     * @see gnocchi/rest/api.py MetricController.get_measures
     */
    async get(id: string, {method, granularitySeconds, refresh, start, stop}: Reading): Promise<Aggregate[]> {
      const searchParams = {
        aggregation: method,
        granularity: granularitySeconds,
        refresh: refresh ? 'true' : undefined,
        start: start && isoTime(start),
        stop: stop && isoTime(stop),
      }
      const answer = await transport('GET', `v1/metric/${encodeURIComponent(id)}/measures`, {searchParams})
      return decoded(answer, 'a list of aggregates', list(decodeAggregate))
    },
  }
}
