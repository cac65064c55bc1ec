import pMap from 'p-map'

import {durationInWords, roughly} from '../duration.ts'
import {GnocchiError} from '../errors.ts'
import type {AcrossMethod} from '../gnocchi/aggregates.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {Aggregate} from '../gnocchi/measures.ts'
import {isoTime} from '../time.ts'

/** What to read: one method at one granularity, and which periods. */
export interface Question {
  method: string
  granularitySeconds: number
  /** Show at most so many periods, the newest. */
  last: number
  start?: Date
  stop?: Date
  /** All hosts as one series, made so. */
  across?: AcrossMethod
}

/** Least and greatest of each period, where the archive policy keeps them. */
export interface Band {
  low: Aggregate[]
  high: Aggregate[]
}

export interface HostSeries {
  host: string
  aggregates: Aggregate[]
  band?: Band
  /** Of several hosts as one: how many had the period, by its time in milliseconds. */
  hosts?: ReadonlyMap<number, number>
  /** Why there is nothing, or nothing newer, and what to try. */
  note?: string
}

export interface Target {
  host: string
  metric: string
}

/**
 * The aggregates of all hosts, in one request. A metric that cannot be read costs a second request and its own host's
 * table only; a host without any aggregate is asked about once more, to say why.
 * @throws GnocchiError when no metric at all can be read so, or Gnocchi is unwell; AuthError
 */
export async function readSeries(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  question: Question,
  now: Date,
): Promise<HostSeries[]> {
  const range = rangeOf(question, now)
  const {answer: series, unreadable} = await readTogether(gnocchi, targets, question, (metrics) =>
    gnocchi.aggregates.ofMetrics(metrics, {...question, ...range}),
  )
  return pMap(
    targets,
    async ({host, metric}): Promise<HostSeries> => {
      const note = unreadable.get(metric)
      if (note !== undefined) return {host, aggregates: [], note}
      const aggregates = newest(series.get(metric) ?? [], question)
      return aggregates.length > 0 ? {host, aggregates} : {host, ...(await whyEmpty(gnocchi, metric, question, range))}
    },
    {concurrency: 8},
  )
}

/** The same with the least and the greatest of each period, of the hosts whose archive policy keeps both. */
export async function withBands(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  series: readonly HostSeries[],
  question: Question,
  now: Date,
): Promise<HostSeries[]> {
  const range = rangeOf(question, now)
  const full = targets.filter((_, index) => series[index]!.aggregates.length > 0)
  if (full.length === 0) return [...series]
  const [low, high] = await Promise.all(
    ['min', 'max'].map(async (method) => {
      const asked = {...question, method}
      const read = (metrics: string[]) => gnocchi.aggregates.ofMetrics(metrics, {...asked, ...range})
      // Refused for each of them: no policy keeps it, and there is no band.
      return readTogether(gnocchi, full, asked, read).then(
        ({answer}) => answer,
        (error: unknown) => {
          if (!(error instanceof GnocchiError)) throw error
          return new Map<string, Aggregate[]>()
        },
      )
    }),
  )
  return series.map((one, index) => {
    const {metric} = targets[index]!
    const band = {low: newest(low!.get(metric) ?? [], question), high: newest(high!.get(metric) ?? [], question)}
    return band.low.length > 0 && band.high.length > 0 ? {...one, band} : one
  })
}

export type Range = {start: Date; stop: Date}

/** The last so many periods, the one under way included; the period before them is read too, for when that one is empty. */
export function rangeOf({granularitySeconds, last, start, stop}: Question, now: Date): Range {
  const step = granularitySeconds * 1000
  const end = stop ?? new Date((Math.floor(now.getTime() / step) + 1) * step)
  return {start: start ?? new Date(Math.max(0, (Math.ceil(end.getTime() / step) - last - 1) * step)), stop: end}
}

/** As many periods as were asked for, oldest first: `rangeOf` has one more read. */
export const newest = (aggregates: Aggregate[], {last, start}: Question): Aggregate[] =>
  start ? aggregates : aggregates.slice(-last)

/**
 * Reads metrics in one request, and once more without those that it is refused for.
 * @throws GnocchiError when it is refused for each of them
 */
export async function readTogether<T>(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  question: Question,
  read: (metrics: string[]) => Promise<T>,
): Promise<{answer: T; unreadable: Map<string, string>}> {
  const unreadable = new Map<string, string>()
  const all = [...new Set(targets.map(({metric}) => metric))]
  for (let rest = all; rest.length > 0; rest = rest.filter((metric) => !unreadable.has(metric))) {
    try {
      return {answer: await read(rest), unreadable}
    } catch (error) {
      if (!(error instanceof GnocchiError)) throw error
      const refused = await whichRefused(gnocchi, rest, question, error)
      if (refused.size === 0) throw error
      refused.forEach((why, metric) => unreadable.set(metric, why))
    }
  }
  const [{host, metric}] = targets as [Target]
  throw new GnocchiError(`no host can be shown; ${host}: ${unreadable.get(metric)}`)
}

/** Of a request refused as a whole: the metrics it was refused for, and why. Empty when it was for another reason. */
async function whichRefused(
  gnocchi: Gnocchi,
  metrics: string[],
  question: Question,
  error: GnocchiError,
): Promise<Map<string, string>> {
  const {status} = error
  if (status !== 400 && status !== 403 && status !== 404) return new Map()
  const named = JSON.stringify(error.said ?? '').toLowerCase()
  const suspects = metrics.filter((metric) => named.includes(metric.toLowerCase()))
  const reasons = await pMap(
    // A 403 names no one: then each is asked for.
    suspects.length > 0 ? suspects : metrics,
    async (metric) => [metric, await whyUnreadable(gnocchi, metric, question)] as const,
    {concurrency: 8},
  )
  return new Map(reasons.flatMap(([metric, why]) => (why === undefined ? [] : [[metric, why]])))
}

async function whyUnreadable(
  gnocchi: Gnocchi,
  metric: string,
  {method, granularitySeconds}: Question,
): Promise<string | undefined> {
  try {
    const {archivePolicy} = await gnocchi.metrics.get(metric)
    const granularities = archivePolicy.definition.map((item) => item.granularitySeconds)
    if (!archivePolicy.aggregationMethods.includes(method))
      return `its archive policy ${archivePolicy.name} keeps no ${method}; it keeps ${archivePolicy.aggregationMethods.join(', ')}`
    if (!granularities.includes(granularitySeconds))
      return `its archive policy ${archivePolicy.name} has no granularity of ${durationInWords(granularitySeconds)}; it has ${granularities.map(durationInWords).join(', ')}`
    return undefined
  } catch (error) {
    if (!(error instanceof GnocchiError)) throw error
    if (error.status === 404)
      return `Gnocchi has no metric ${metric}; remove it from the hosts file and run: gnocchictl metrics create`
    if (error.status === 403) return `metric ${metric} belongs to another project`
    throw error
  }
}

/**
 * Gnocchi answers with the same empty list to "nothing sent", "not processed yet" and "outside the range". Asked to
 * process this metric's queue first (refresh) and for all times, it tells them apart; the aggregates may be there then.
 */
async function whyEmpty(
  gnocchi: Gnocchi,
  metric: string,
  question: Question,
  {start, stop}: Range,
): Promise<Omit<HostSeries, 'host'>> {
  const {method, granularitySeconds} = question
  let all: Aggregate[]
  try {
    all = await gnocchi.measures.get(metric, {method, granularitySeconds, refresh: true})
  } catch (error) {
    if (!(error instanceof GnocchiError) || error.status !== 503) throw error
    return {aggregates: [], note: 'measures are still being processed; they will show in a moment'}
  }
  const inside = newest(
    all.filter(({at}) => at >= start && at < stop),
    question,
  )
  if (inside.length > 0) return {aggregates: inside}
  const newestPoint = all.at(-1)
  if (!newestPoint) return {aggregates: [], note: 'no measure has been sent yet; start: gnocchictl produce'}
  const ago = roughly((Date.now() - newestPoint.at.getTime()) / 1000)
  return {
    aggregates: [],
    note: `no measure from ${isoTime(start)} to ${isoTime(stop)}; the newest is of ${isoTime(newestPoint.at)}, ${ago} ago: try --start ${isoTime(newestPoint.at)}`,
  }
}
