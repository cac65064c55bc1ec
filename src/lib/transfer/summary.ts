import type {Imported, ImportedMetric} from './import-measures.ts'
import type {Verified} from './verify.ts'

export interface Took {
  milliseconds: number
  dryRun: boolean
  resumed: boolean
}

/** Per second, in words that do not jump about. */
export const rateOf = (measures: number, milliseconds: number): string =>
  String(Number((measures / Math.max(milliseconds / 1000, 0.001)).toPrecision(3)))

export const measuresOf = (count: number): string => `${count} measure${count === 1 ? '' : 's'}`
const metricsOf = (count: number): string => `${count} metric${count === 1 ? '' : 's'}`

/** `1000000 measures of 100 metrics stored in 5.2 s (192000/s)` */
export function inTotal({read, sent, metrics}: Imported, {milliseconds, dryRun, resumed}: Took): string {
  const seconds = `${(milliseconds / 1000).toFixed(1)} s`
  if (dryRun) return `${measuresOf(read)} of ${metricsOf(metrics.length)} read in ${seconds}, nothing sent`
  const before = resumed ? `, ${read} with those of before` : ''
  return `${measuresOf(sent)} of ${metricsOf(metrics.length)} sent in ${seconds} (${rateOf(sent, milliseconds)}/s)${before}`
}

/** `line 17: "abc" is not a number`, the first of those that were left out. */
export function skippedInWords(path: string, {skipped, told}: Imported): string[] {
  if (skipped === 0) return []
  const lines = told.map(({line, message}) => `  ${path}:${line}: ${message}`)
  const rest = skipped > told.length ? [`  … and ${skipped - told.length} more`] : []
  return [`warning: left out ${skipped} that cannot be imported:`, ...lines, ...rest]
}

/** What of the file is not in Gnocchi though it was to be; undefined when all is. */
export function lossInWords(metrics: readonly (ImportedMetric & Partial<Verified>)[]): string | undefined {
  const refused = metrics.filter((metric) => metric.refused !== null)
  const short = metrics.filter(
    ({refused: reason, stored, measures}) => reason === null && typeof stored === 'number' && stored < measures,
  )
  const missing = short.reduce((sum, {stored, measures}) => sum + measures - (stored ?? 0), 0)
  const words = [
    ...(refused.length > 0 ? [`${metricsOf(refused.length)} not taken: ${some(refused)}: ${refused[0]!.refused}`] : []),
    ...(missing > 0 ? [`${measuresOf(missing)} of ${metricsOf(short.length)} not there: ${some(short)}`] : []),
  ]
  return words.length > 0 ? words.join('; ') : undefined
}

const some = (metrics: readonly ImportedMetric[]): string =>
  `${metrics
    .slice(0, 10)
    .map(({name}) => name)
    .join(', ')}${metrics.length > 10 ? ', …' : ''}`
