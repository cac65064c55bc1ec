import {pMapIterable} from 'p-map'

import type {AggregateRows} from '../gnocchi/aggregate-rows.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import {measureParts, partsInFlight, type MeasurePart, type PartsClient} from '../gnocchi/measure-parts.ts'
import {UsageError} from '../errors.ts'
import {durationInWords} from '../duration.ts'

/** A metric to be exported, by the name that the file will have for it. */
export interface Exportable {
  name: string
  id: string
  archivePolicy: ArchivePolicy
}

export interface ExportMeasures {
  gnocchi: PartsClient
  metrics: readonly Exportable[]
  methods: readonly string[]
  /** The finest of each metric's policy when left out. */
  granularitySeconds?: number | undefined
  start?: Date | undefined
  stop?: Date | undefined
  refresh: boolean
  /** The cloud's clock. */
  now: Date
  /** `done` of all the metrics, with a fraction. */
  onProgress: (done: number) => void
}

/** Rows of one metric that come one after the other, oldest first. */
export interface ExportPart {
  metric: string
  aggregation: string
  /** Each with a time and a value. */
  rows: AggregateRows
}

/**
 * The aggregates of each metric at one granularity, oldest first, in parts: memory holds a few, whatever the length.
 * Values that are no numbers are left out. @throws UsageError for a granularity or method that a policy lacks
 */
export async function* exportMeasures(options: ExportMeasures): AsyncGenerator<ExportPart, void, void> {
  const {metrics, methods, onProgress} = options
  for (const {name, archivePolicy} of metrics) granularityOf(name, archivePolicy, methods, options.granularitySeconds)
  const read = async ({read: rows, ...part}: Part) => ({...part, rows: (await rows()).withNumbers()})
  for await (const {done, ...part} of pMapIterable(allParts(options), read, {concurrency: partsInFlight})) {
    yield part
    onProgress(done)
  }
  onProgress(metrics.length)
}

/** One request, and how much is done after it, in metrics. */
interface Part extends MeasurePart {
  metric: string
  aggregation: string
}

async function* allParts(options: ExportMeasures): AsyncGenerator<Part, void, void> {
  const {gnocchi, metrics, methods, refresh, start, stop, now} = options
  for (const [index, {name, id, archivePolicy}] of metrics.entries()) {
    const granularitySeconds = granularityOf(name, archivePolicy, methods, options.granularitySeconds)
    const {points} = archivePolicy.definition.find((kept) => kept.granularitySeconds === granularitySeconds)!
    for (const [nth, method] of methods.entries()) {
      const reading = {method, granularitySeconds, start, stop, refresh: refresh && nth === 0}
      for await (const {read, done} of measureParts(gnocchi, id, reading, {now, mostPeriods: points ?? undefined}))
        yield {metric: name, aggregation: method, read, done: index + (nth + done) / methods.length}
    }
  }
}

function granularityOf(
  name: string,
  {name: policy, definition, aggregationMethods}: ArchivePolicy,
  methods: readonly string[],
  wanted: number | undefined,
): number {
  const lacking = methods.find((method) => !aggregationMethods.includes(method))
  if (lacking !== undefined)
    throw new UsageError(`${name}: its policy ${policy} has no ${lacking}`, [`it has ${aggregationMethods.join(', ')}`])
  const kept = definition.map(({granularitySeconds}) => granularitySeconds)
  if (wanted !== undefined && !kept.includes(wanted))
    throw new UsageError(`${name}: its policy ${policy} keeps nothing every ${durationInWords(wanted)}`, [
      `it keeps ${kept.map((seconds) => durationInWords(seconds)).join(', ')}`,
    ])
  return wanted ?? kept[0]!
}
