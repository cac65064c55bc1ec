import {didYouMean} from '../did-you-mean.ts'
import {durationInWords} from '../duration.ts'
import {UsageError} from '../errors.ts'
import {parseTimespan} from './timespan.ts'

/** A line of a policy as it is asked for: two of the three say the third. */
export interface WantedItem {
  granularitySeconds?: number
  points?: number
  timespanSeconds?: number
}

const example = 'write granularity:1m,timespan:7d or granularity:1m,points:10080'
const attributes = ['granularity', 'points', 'timespan']

/**
 * `granularity:1s,points:3600`: two or all of granularity, points and timespan, in any order.
 * @throws UsageError also where they contradict each other
 */
export function parseDefinition(text: string): WantedItem {
  const item: WantedItem = {}
  for (const part of text.split(',')) {
    const [, name = part.trim(), value = ''] = /^\s*([^:]*?)\s*:(.*)$/.exec(part) ?? []
    if (!attributes.includes(name)) {
      const near = didYouMean(name, attributes)
      throw new UsageError(
        `"${text}": "${name}" is none of granularity, points and timespan${near ? `; did you mean "${near}"?` : ''}`,
        [example],
      )
    }
    const key = name === 'points' ? 'points' : name === 'timespan' ? 'timespanSeconds' : 'granularitySeconds'
    if (item[key] !== undefined) throw new UsageError(`"${text}": ${name} is there twice`)
    item[key] = name === 'points' ? parsePoints(text, value) : within(text, name, () => parseTimespan(value))
  }
  if (Object.keys(item).length < 2)
    throw new UsageError(`"${text}": two of granularity, points and timespan are needed`, [example])
  checkItem(text, item)
  return item
}

function parsePoints(text: string, value: string): number {
  const points = /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : 0
  if (points > 0) return points
  throw new UsageError(`"${text}": points: "${value.trim()}" is not a number of points, 1 or more`)
}

function within<T>(text: string, name: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw error instanceof UsageError
      ? new UsageError(`"${text}": ${name}: ${error.message}`, error.suggestions)
      : error
  }
}

/** As Gnocchi counts. */
const nanoseconds = (seconds: number): number => Math.round(seconds * 1e9)

/** @see gnocchi/archive_policy.py ArchivePolicyItem */
function checkItem(text: string, {granularitySeconds: granularity, points, timespanSeconds: timespan}: WantedItem) {
  if (granularity === undefined || timespan === undefined) return
  if (timespan < granularity)
    throw new UsageError(
      `"${text}": the timespan, ${durationInWords(timespan)}, is shorter than the granularity, ${durationInWords(granularity)}`,
    )
  if (points !== undefined && nanoseconds(granularity) * points !== nanoseconds(timespan))
    throw new UsageError(
      `"${text}": ${points} points of ${durationInWords(granularity)} are ${durationInWords(granularity * points)}, not ${durationInWords(timespan)}`,
      ['leave one of the three out: it follows from the other two'],
    )
}

const granularityOf = ({granularitySeconds, points, timespanSeconds}: WantedItem): number =>
  granularitySeconds ?? timespanSeconds! / points!

/** @throws UsageError where two lines have one granularity: Gnocchi would not know which is meant */
export function checkDefinition(items: readonly WantedItem[]): void {
  const seen = items.map((item) => nanoseconds(granularityOf(item)))
  const twice = seen.find((granularity, index) => seen.indexOf(granularity) < index)
  if (twice !== undefined)
    throw new UsageError(`the granularity ${durationInWords(twice / 1e9)} is defined twice`, [
      'a policy keeps each granularity once: leave one --definition out',
    ])
}

/** As Gnocchi takes it. */
export const definitionBody = (items: readonly WantedItem[]) =>
  items.map(({granularitySeconds, points, timespanSeconds}) => ({
    ...(granularitySeconds === undefined ? {} : {granularity: granularitySeconds}),
    ...(points === undefined ? {} : {points}),
    ...(timespanSeconds === undefined ? {} : {timespan: timespanSeconds}),
  }))
