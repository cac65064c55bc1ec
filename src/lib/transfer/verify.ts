import {setTimeout as sleep} from 'node:timers/promises'
import pMap from 'p-map'

import {GnocchiError} from '../errors.ts'
import {coarsestSeconds, periodsBack, type ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {ImportedMetric} from './import-measures.ts'
import {windows} from './windows.ts'

/** What Gnocchi holds of one metric in the time that was imported. */
export interface Verified extends ImportedMetric {
  /** null where it cannot be counted. */
  stored: number | null
  note: string
}

/**
 * Has Gnocchi process what was sent, and counts what it holds between the first and the last measure of each metric:
 * the sum of the method `count`, in the finest periods that are kept so long.
 */
export async function verify(
  measures: Pick<Gnocchi['measures'], 'get'>,
  metrics: readonly ImportedMetric[],
  onVerified: (count: number) => void = () => undefined,
): Promise<Verified[]> {
  let done = 0
  return pMap(
    metrics,
    async (metric) => {
      const verified = await verifyMetric(measures, metric)
      onVerified(++done)
      return verified
    },
    {concurrency: 2},
  )
}

async function verifyMetric(measures: Pick<Gnocchi['measures'], 'get'>, metric: ImportedMetric): Promise<Verified> {
  const {id, archivePolicy, oldest, newest} = metric
  if (id === null || archivePolicy === null || metric.refused !== null)
    return {...metric, stored: 0, note: metric.refused ?? ''}
  if (metric.measures === 0) return {...metric, stored: 0, note: ''}
  if (!archivePolicy.aggregationMethods.includes('count'))
    return {...metric, stored: null, note: `its policy ${archivePolicy.name} does not count`}
  const {granularitySeconds, keptSince} = periodsOver(archivePolicy, oldest, newest)
  const stop = new Date(newest.getTime() + 1)
  const stored = await settled(metric.measures, () =>
    countOf(measures, id, {granularitySeconds, start: oldest, stop, refresh: true}),
  )
  return {...metric, stored, note: noteOf(metric, stored, keptSince)}
}

interface Counting {
  granularitySeconds: number
  start: Date
  stop: Date
  refresh: boolean
}

async function countOf(
  measures: Pick<Gnocchi['measures'], 'get'>,
  id: string,
  {granularitySeconds, start, stop, refresh}: Counting,
): Promise<number> {
  let sum = 0
  for (const window of windows(start, stop, granularitySeconds)) {
    const reading = {method: 'count', granularitySeconds, ...window, ...(refresh ? {refresh: sum === 0} : {})}
    for (const {value} of await refreshed(() => measures.get(id, reading))) sum += value ?? 0
  }
  return sum
}

/**
 * How many measures Gnocchi holds of a metric from a time on and before another, up to which it takes no more; null where
 * its policy does not count.
 */
export async function heldOf(
  measures: Pick<Gnocchi['measures'], 'get'>,
  {id, archivePolicy}: {id: string; archivePolicy: ArchivePolicy},
  start: Date,
  stop: Date,
): Promise<number | null> {
  if (!archivePolicy.aggregationMethods.includes('count')) return null
  // What is kept is reckoned from the newest measure, which lies this much later at most.
  const later = coarsestSeconds(archivePolicy) * (1 + periodsBack(archivePolicy)) * 1000
  const {granularitySeconds} = periodsOver(archivePolicy, start, new Date(stop.getTime() + later))
  return countOf(measures, id, {granularitySeconds, start, stop, refresh: false})
}

/** The finest periods of which enough are kept to go from the oldest measure to the newest; else the longest kept. */
function periodsOver({definition}: ArchivePolicy, oldest: Date, newest: Date) {
  const span = (newest.getTime() - oldest.getTime()) / 1000
  const reach = ({points, granularitySeconds}: ArchivePolicy['definition'][number]) =>
    points === null ? Infinity : (points - 1) * granularitySeconds
  const longest = definition.reduce((one, other) => (reach(other) > reach(one) ? other : one))
  const chosen = definition.find((item) => reach(item) >= span) ?? longest
  const keptSince = reach(chosen) < span ? new Date(newest.getTime() - reach(chosen) * 1000) : undefined
  return {granularitySeconds: chosen.granularitySeconds, keptSince}
}

function noteOf({measures}: ImportedMetric, stored: number, keptSince: Date | undefined): string {
  if (stored === measures) return ''
  if (stored > measures) return 'other measures lie in the same time'
  const missing = `${measures - stored} missing`
  return keptSince
    ? `${missing}: its policy keeps nothing from before ${keptSince.toISOString().slice(0, 19)}Z beside the newest`
    : `${missing}: dropped as older than what was there, or of the same time as others`
}

/** A refresh that fails inside of Gnocchi still answers 200, with what was there before: it is asked again as it grows. */
async function settled(wanted: number, count: () => Promise<number>): Promise<number> {
  let stored = await count()
  for (let tries = 0; stored < wanted && tries < 3; tries++) {
    await sleep(500)
    const again = await count()
    if (again === stored && tries > 0) return again
    stored = again
  }
  return stored
}

/** 503 while Gnocchi's own daemon is at work on the metric. */
async function refreshed<T>(ask: () => Promise<T>, tries = 10): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof GnocchiError) || error.status !== 503 || tries <= 1) throw error
    await sleep(1000)
    return refreshed(ask, tries - 1)
  }
}
