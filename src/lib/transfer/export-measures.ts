import {pMapIterable} from 'p-map'

import type {AggregateRows} from '../gnocchi/aggregate-rows.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {UsageError} from '../errors.ts'
import {durationInWords} from '../duration.ts'

/** A metric to be exported, by the name that the file will have for it. */
export interface Exportable {
  name: string
  id: string
  archivePolicy: ArchivePolicy
}

export interface ExportMeasures {
  measures: Pick<Gnocchi['measures'], 'getRows' | 'getResampled'>
  metrics: readonly Exportable[]
  methods: readonly string[]
  /** The finest of each metric's policy when left out. */
  granularitySeconds?: number | undefined
  start?: Date | undefined
  stop?: Date | undefined
  refresh: boolean
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

/** Of an answer: a part of it is decoded and written while Gnocchi is at work on the next ones. */
const partPeriods = 25_000
/** Requests under way at the same time. Gnocchi takes longer to write an answer than it takes here to read it. */
const inFlight = 4

/**
 * The aggregates of each metric at one granularity, oldest first, in parts: memory holds a few, whatever the length. Which
 * parts of the time hold any is asked first, of Gnocchi's own resampling, for a series may begin anywhere. Values that
 * are no numbers are left out. @throws UsageError for a granularity or method that a policy lacks
 */
export async function* exportMeasures(options: ExportMeasures): AsyncGenerator<ExportPart, void, void> {
  const {measures, metrics, methods, refresh, onProgress} = options
  for (const {name, archivePolicy} of metrics) granularityOf(name, archivePolicy, methods, options.granularitySeconds)
  const read = async ({metric, reading, done}: Part) => {
    const rows = (await measures.getRows(metric.id, reading)).withNumbers()
    return {part: {metric: metric.name, aggregation: reading.method, rows}, done}
  }
  // With `refresh`, the others of a metric must come after the request that has it processed.
  const concurrency = refresh ? 1 : inFlight
  for await (const {part, done} of pMapIterable(allParts(options), read, {concurrency})) {
    yield part
    onProgress(done)
  }
  onProgress(metrics.length)
}

/** What one request asks for, and how much is done after it, in metrics. */
interface Part {
  metric: Exportable
  reading: Reading
  done: number
}

async function* allParts(options: ExportMeasures): AsyncGenerator<Part, void, void> {
  const {measures, metrics, methods, refresh, start, stop} = options
  for (const [index, metric] of metrics.entries()) {
    const {name, id, archivePolicy} = metric
    const granularitySeconds = granularityOf(name, archivePolicy, methods, options.granularitySeconds)
    for (const [nth, method] of methods.entries()) {
      const reading = {method, granularitySeconds, start, stop}
      const refreshed = {...reading, refresh: refresh && nth === 0}
      const parts = keepsOnePart(archivePolicy, granularitySeconds)
        ? [refreshed]
        : await partsOf(measures, id, refreshed)
      for (const [part, window] of parts.entries()) {
        const done = index + (nth + (part + 1) / parts.length) / methods.length
        yield {metric, reading: {...reading, ...window}, done}
      }
    }
  }
}

interface Window {
  start: Date
  stop: Date
}

type Reading = Parameters<Gnocchi['measures']['getRows']>[1] & {granularitySeconds: number; method: string}

/** More than are kept need not be asked for in parts. */
const keepsOnePart = ({definition}: ArchivePolicy, seconds: number): boolean =>
  (definition.find(({granularitySeconds}) => granularitySeconds === seconds)?.points ?? Infinity) <= partPeriods

/** The parts of so many periods, counted from 1970, that hold anything. */
async function partsOf(measures: ExportMeasures['measures'], id: string, reading: Reading): Promise<Window[]> {
  const width = partPeriods * reading.granularitySeconds * 1000
  const found = await measures.getResampled(id, reading, width / 1000)
  const begins = new Set(found.map(({at}) => Math.floor(at.getTime() / width) * width))
  // Of a rate, the first value of all is left out by resampling it: it may stand alone in its part.
  if (reading.method.startsWith('rate:')) for (const begin of [...begins]) begins.add(Math.max(0, begin - width))
  const {start, stop} = reading
  return [...begins]
    .sort((a, b) => a - b)
    .map((begin) => ({
      start: new Date(Math.max(begin, start?.getTime() ?? 0)),
      stop: new Date(Math.min(begin + width, stop?.getTime() ?? Infinity)),
    }))
    .filter((window) => window.start < window.stop)
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
