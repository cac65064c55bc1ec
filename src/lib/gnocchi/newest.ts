import {GnocchiError} from '../errors.ts'
import type {ArchivePolicy} from './archive-policies.ts'
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
    const {aggregationMethods, definition} = archivePolicy
    // `std` has no value for a period with one measure, and a rate none for the first.
    const method =
      aggregationMethods.find((name) => name !== 'std' && !name.startsWith('rate:')) ?? aggregationMethods[0]!
    const aggregates = await gnocchi.measures.get(metric, {
      method,
      granularitySeconds: definition.at(-1)!.granularitySeconds,
      start: since,
    })
    return {archivePolicy, at: aggregates.at(-1)?.at}
  } catch (error) {
    if (error instanceof GnocchiError && (error.status === 404 || error.status === 403)) return undefined
    throw error
  }
}
