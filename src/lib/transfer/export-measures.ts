import {isoTime} from '../time.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {UsageError} from '../errors.ts'
import {durationInWords} from '../duration.ts'
import {mostPeriods} from './windows.ts'

/** A metric to be exported, by the name that the file will have for it. */
export interface Exportable {
  name: string
  id: string
  archivePolicy: ArchivePolicy
}

export interface ExportMeasures {
  measures: Pick<Gnocchi['measures'], 'get' | 'getResampled'>
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

export interface Row {
  metric: string
  aggregation: string
  timestamp: string
  value: number
}

/**
 * The aggregates of each metric at one granularity, oldest first, in parts: memory holds one, whatever the length. Which
 * parts of the time hold any is asked first, of Gnocchi's own resampling, for a series may begin anywhere. Values that
 * are no numbers are left out. @throws UsageError for a granularity or method that a policy lacks
 */
export async function* exportMeasures({
  measures,
  metrics,
  methods,
  refresh,
  onProgress,
  ...range
}: ExportMeasures): AsyncGenerator<Row[], void, void> {
  for (const {name, archivePolicy} of metrics) granularityOf(name, archivePolicy, methods, range.granularitySeconds)
  for (const [index, {name, id, archivePolicy}] of metrics.entries()) {
    const granularitySeconds = granularityOf(name, archivePolicy, methods, range.granularitySeconds)
    for (const [nth, method] of methods.entries()) {
      const reading = {method, granularitySeconds, start: range.start, stop: range.stop}
      const refreshed = {...reading, refresh: refresh && nth === 0}
      const parts = keepsOnePart(archivePolicy, granularitySeconds)
        ? [refreshed]
        : await partsOf(measures, id, refreshed)
      for (const [part, window] of parts.entries()) {
        const aggregates = await measures.get(id, {...reading, ...window})
        yield aggregates.flatMap(({at, value}) =>
          value === null ? [] : [{metric: name, aggregation: method, timestamp: isoTime(at), value}],
        )
        onProgress(index + (nth + (part + 1) / parts.length) / methods.length)
      }
    }
    onProgress(index + 1)
  }
}

interface Window {
  start: Date
  stop: Date
}

type Reading = Parameters<Gnocchi['measures']['get']>[1] & {granularitySeconds: number; method: string}

/** More than are kept need not be asked for in parts. */
const keepsOnePart = ({definition}: ArchivePolicy, seconds: number): boolean =>
  (definition.find(({granularitySeconds}) => granularitySeconds === seconds)?.points ?? Infinity) <= mostPeriods

/** The parts of so many periods, counted from 1970, that hold anything. */
async function partsOf(measures: ExportMeasures['measures'], id: string, reading: Reading): Promise<Window[]> {
  const width = mostPeriods * reading.granularitySeconds * 1000
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
