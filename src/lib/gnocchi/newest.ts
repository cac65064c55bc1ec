import pMap from 'p-map'

import {GnocchiError} from '../errors.ts'
import {coarsestSeconds, type ArchivePolicy} from './archive-policies.ts'
import type {Gnocchi} from './client.ts'

/** What decides how late a measure of a metric may come. */
export interface Newest {
  archivePolicy: ArchivePolicy
  /** Begin of the newest period of the coarsest granularity since the time asked for, undefined when there is none. */
  at: Date | undefined
}

/**
 * The newest that Gnocchi has of a metric, whoever sent it; undefined for a metric that it does not have, or does not
 * show to us. The coarsest granularity says enough: what is taken begins at one of its periods (oldestTakenAt).
 * What is queued and not yet processed is not seen.
 * @throws GnocchiError when Gnocchi is unwell
 */
export async function newestOf(gnocchi: Gnocchi, metric: string, since: Date): Promise<Newest | undefined> {
  try {
    const {archivePolicy} = await gnocchi.metrics.get(metric)
    const aggregates = await gnocchi.measures.get(metric, {
      method: methodOfAll(archivePolicy)!,
      granularitySeconds: coarsestSeconds(archivePolicy),
      start: since,
    })
    return {archivePolicy, at: aggregates.at(-1)?.at}
  } catch (error) {
    if (error instanceof GnocchiError && (error.status === 404 || error.status === 403)) return undefined
    throw error
  }
}

/** One that has a value wherever there is a measure: `std` has none for a single one, and a rate none for the first. */
const methodOfAll = ({aggregationMethods}: ArchivePolicy): string | undefined =>
  aggregationMethods.find((name) => name !== 'std' && !name.startsWith('rate:')) ?? aggregationMethods[0]

export interface KnownMetric {
  id: string
  archivePolicy: ArchivePolicy
}

const mostMetrics = 100
/** A hundred thousand rows are some 7 MB of an answer. */
const mostRows = 100_000
/** Of seconds that are kept for ever, there is no end. */
const mostLooks = 50

/**
 * The same of many metrics whose policies are known, by id. One request for a hundred of them where they have a measure
 * of the last thousand periods; those that have none are asked for once more, further back, until `since`,
 * fifty times at most.
 * @throws GnocchiError when Gnocchi is unwell
 */
export async function newestOfEach(
  {aggregates}: Pick<Gnocchi, 'aggregates'>,
  metrics: readonly KnownMetric[],
  since: Date,
  now: Date,
): Promise<Map<string, Date>> {
  const found = new Map<string, Date>()
  const ask = async (question: {
    ids: string[]
    method: string
    granularitySeconds: number
    start: Date
    stop?: Date
  }) => {
    const {ids, ...rest} = question
    try {
      for (const [id, rows] of await aggregates.ofMetrics(ids, rest))
        if (rows.length > 0) found.set(id, rows.at(-1)!.at)
    } catch (error) {
      if (!(error instanceof GnocchiError) || ![400, 403, 404].includes(error.status ?? 0)) throw error
      // It is refused for all where one is gone, or another project's.
      if (ids.length > 1) for (const id of ids) await ask({...question, ids: [id]})
    }
  }
  await pMap(
    alike(metrics),
    async ({ids, method, granularitySeconds}) => {
      const period = granularitySeconds * 1000
      let stop: number | undefined
      let looks = 0
      for (let rest = ids; rest.length > 0 && looks < mostLooks; rest = ids.filter((id) => !found.has(id))) {
        looks++
        const width = Math.floor(mostRows / rest.length) * period
        // Of the newest, those of a wrong clock's future too.
        const start = Math.max(since.getTime(), (stop ?? Math.floor(now.getTime() / period) * period) - width)
        await ask({
          ids: rest,
          method,
          granularitySeconds,
          start: new Date(start),
          ...(stop ? {stop: new Date(stop)} : {}),
        })
        if (start <= since.getTime()) return
        stop = start
      }
    },
    {concurrency: 4},
  )
  return found
}

/** Metrics that one request may ask for: of one granularity and method. */
function alike(metrics: readonly KnownMetric[]): {ids: string[]; method: string; granularitySeconds: number}[] {
  const groups = new Map<string, {ids: string[]; method: string; granularitySeconds: number}>()
  for (const {id, archivePolicy} of metrics) {
    const method = methodOfAll(archivePolicy)
    if (method === undefined) continue
    const granularitySeconds = coarsestSeconds(archivePolicy)
    const key = `${granularitySeconds} ${method}`
    const group = groups.get(key) ?? {ids: [], method, granularitySeconds}
    if (!groups.has(key)) groups.set(key, group)
    group.ids.push(id)
  }
  return [...groups.values()].flatMap(({ids, ...rest}) =>
    Array.from({length: Math.ceil(ids.length / mostMetrics)}, (_, n) => ({
      ids: ids.slice(n * mostMetrics, (n + 1) * mostMetrics),
      ...rest,
    })),
  )
}
