import {setTimeout as sleep} from 'node:timers/promises'
import pMap from 'p-map'

import {GnocchiError} from '../errors.ts'
import {coarsestSeconds, periodsBack, type ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {ImportedMetric} from './import-measures.ts'

type Client = {measures: Pick<Gnocchi['measures'], 'get'>; aggregates: Pick<Gnocchi['aggregates'], 'sumOf'>}

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
  gnocchi: Client,
  metrics: readonly ImportedMetric[],
  onVerified: (count: number) => void = () => undefined,
): Promise<Verified[]> {
  let done = 0
  return pMap(
    metrics,
    async (metric) => {
      const verified = await verifyMetric(gnocchi, metric)
      onVerified(++done)
      return verified
    },
    {concurrency: 2},
  )
}

async function verifyMetric(gnocchi: Client, metric: ImportedMetric): Promise<Verified> {
  const {id, archivePolicy, oldest, newest} = metric
  if (id === null || archivePolicy === null || metric.refused !== null)
    return {...metric, stored: 0, note: metric.refused ?? ''}
  if (metric.measures === 0) return {...metric, stored: 0, note: ''}
  if (!archivePolicy.aggregationMethods.includes('count'))
    return {...metric, stored: null, note: `its policy ${archivePolicy.name} does not count`}
  const {granularitySeconds, keptSince} = periodsOver(archivePolicy, oldest, newest)
  const stop = new Date(newest.getTime() + 1)
  const counted = {granularitySeconds, start: oldest, stop}
  const stored = await settled(metric.measures, async () => {
    await haveProcessed(gnocchi, id, counted)
    return gnocchi.aggregates.sumOf(id, {method: 'count', ...counted})
  })
  return {...metric, stored, note: noteOf(metric, stored, keptSince)}
}

/** The time that is counted, and in which periods. */
interface Counted {
  granularitySeconds: number
  start: Date
  stop: Date
}

/** Only a read of the metric itself has Gnocchi process what it was sent of it: of one period, as all the same. */
async function haveProcessed(gnocchi: Client, id: string, {granularitySeconds, start}: Counted): Promise<void> {
  const stop = new Date(start.getTime() + 1)
  await refreshed(() => gnocchi.measures.get(id, {method: 'count', granularitySeconds, start, stop, refresh: true}))
}

/**
 * How many measures Gnocchi holds of a metric from a time on and before another, up to which it takes no more; null where
 * its policy does not count.
 */
export async function heldOf(
  gnocchi: Client,
  {id, archivePolicy}: {id: string; archivePolicy: ArchivePolicy},
  start: Date,
  stop: Date,
): Promise<number | null> {
  if (!archivePolicy.aggregationMethods.includes('count')) return null
  // What is kept is reckoned from the newest measure, which lies this much later at most.
  const later = coarsestSeconds(archivePolicy) * (1 + periodsBack(archivePolicy)) * 1000
  const {granularitySeconds} = periodsOver(archivePolicy, start, new Date(stop.getTime() + later))
  return gnocchi.aggregates.sumOf(id, {method: 'count', granularitySeconds, start, stop})
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
