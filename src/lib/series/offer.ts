import {GnocchiError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {Target} from './read.ts'

export interface Offer {
  methods: string[]
  /** In seconds, finest first. */
  granularities: number[]
  /** Name and unit of the metric; empty where it has none. */
  name: string
  unit: string
}

/**
 * What the first metric that can be read is, and what its archive policy offers.
 * @throws GnocchiError when no metric can be read, with what shows those that can
 */
export async function offeredBy(gnocchi: Gnocchi, targets: readonly Target[], shownBy: string): Promise<Offer> {
  let refusal: GnocchiError | undefined
  for (const {metric} of targets) {
    try {
      const {archivePolicy, name, unit} = await gnocchi.metrics.get(metric)
      if (archivePolicy.aggregationMethods.length === 0)
        throw new GnocchiError(`the archive policy ${archivePolicy.name} keeps no aggregates: there is nothing to show`)
      return {
        methods: archivePolicy.aggregationMethods,
        granularities: archivePolicy.definition.map((item) => item.granularitySeconds),
        name: name ?? '',
        unit: unit ?? '',
      }
    } catch (error) {
      if (!(error instanceof GnocchiError) || (error.status !== 404 && error.status !== 403)) throw error
      refusal ??= error
    }
  }
  throw new GnocchiError(`none of the metrics can be read: ${refusal?.message}`, {}, [
    `see those that can: gnocchictl ${shownBy}`,
  ])
}

/** What is shown where no method is named. */
export const usualMethod = (methods: readonly string[]): string => (methods.includes('mean') ? 'mean' : methods[0]!)

/** A count of measures has no unit, whatever they have. */
export const unitOf = (method: string, unit: string): string => (method.endsWith('count') ? '' : unit)
