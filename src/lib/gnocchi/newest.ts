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
    const {id, archivePolicy} = await gnocchi.metrics.get(metric)
    const found = await newestOfEach(gnocchi, [{id, archivePolicy}], since, gnocchi.now())
    return {archivePolicy, at: found.get(id)}
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

/** More requests of fewer metrics, at the same time, are answered sooner: Gnocchi looks at one metric after another. */
const mostMetrics = 25
/** Some 2 MB of an answer. */
const mostRows = 25_000
/** Rows that Gnocchi reads for the first look, at most, to answer with fewer. */
const mostRead = 750_000
/** Where there was nothing, so many times as far back is looked next: of seconds that are kept for ever, there is no end. */
const widening = 30

/** Of so many milliseconds, how many periods make a part, for all parts to be few enough rows. */
const partOf = (milliseconds: number, {ids, granularitySeconds}: Alike): number =>
  Math.max(1, Math.ceil((milliseconds / (granularitySeconds * 1000)) * (ids.length / mostRows)))

/** The last row of each that has any; of one that is gone, or another project's, none. */
async function newestRows(
  aggregates: Gnocchi['aggregates'],
  {ids, ...what}: Alike,
  start: number,
  stop: number | undefined,
  resampleSeconds: number | undefined,
): Promise<[id: string, at: Date][]> {
  const range = {start: new Date(start), stop: stop === undefined ? undefined : new Date(stop)}
  try {
    const rows = await aggregates.ofMetrics(ids, {...what, ...range, resampleSeconds})
    return [...rows].flatMap(([id, of]): [string, Date][] => (of.length > 0 ? [[id, of.at(-1)!.at]] : []))
  } catch (error) {
    if (!(error instanceof GnocchiError) || ![400, 403, 404].includes(error.status ?? 0)) throw error
    if (ids.length === 1) return []
    // Of many, one gone: not as many requests at once.
    const one = (id: string) => newestRows(aggregates, {ids: [id], ...what}, start, stop, resampleSeconds)
    return (await pMap(ids, one, {concurrency: 4})).flat()
  }
}

/** Metrics that one request may ask for: of one granularity and method. */
interface Alike {
  ids: string[]
  method: string
  granularitySeconds: number
}

/**
 * The same of many metrics whose policies are known, by id. One request for 25 of them where they have none of the
 * last 30 000 periods, as before most imports, or `since` is a thousand periods ago at most. Where they have, one more for
 * each part of that time with any; those that have none are asked for further and further back, until `since`.
 * @throws GnocchiError when Gnocchi is unwell
 */
export async function newestOfEach(
  {aggregates}: Pick<Gnocchi, 'aggregates'>,
  metrics: readonly KnownMetric[],
  since: Date,
  now: Date,
): Promise<Map<string, Date>> {
  const found = new Map<string, Date>()
  /** Finds the newest between two times. Where that may be too many rows, in what part of it first, and then there. */
  const look = async (what: Alike, start: number, stop?: number): Promise<void> => {
    const period = what.granularitySeconds * 1000
    const step = partOf((stop ?? now.getTime()) - start, what) * period
    const parts = new Map<number, string[]>()
    const newest = await newestRows(aggregates, what, start, stop, step > period ? step / 1000 : undefined)
    for (const [id, at] of newest)
      if (step === period) found.set(id, at)
      else parts.set(at.getTime(), [...(parts.get(at.getTime()) ?? []), id])
    for (const [at, within] of parts) await look({...what, ids: within}, Math.max(at, start), at + step)
  }
  await pMap(
    alike(metrics),
    async ({ids, ...what}) => {
      const period = what.granularitySeconds * 1000
      let width = Math.floor(mostRead / ids.length) * period
      // Of the newest, those of a wrong clock's future too.
      let stop: number | undefined
      for (let rest = ids; rest.length > 0; rest = ids.filter((id) => !found.has(id))) {
        const end = stop ?? Math.floor(now.getTime() / period) * period
        const start = Math.max(since.getTime(), end - width)
        await look({ids: rest, ...what}, start, stop)
        if (start <= since.getTime()) return
        stop = start
        width *= widening
      }
    },
    {concurrency: 4},
  )
  return found
}

function alike(metrics: readonly KnownMetric[]): Alike[] {
  const groups = new Map<string, Alike>()
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
