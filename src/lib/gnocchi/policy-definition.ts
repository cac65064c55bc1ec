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

/** What Gnocchi keeps of a line: whole nanoseconds, in 64 bits. */
function kept({granularitySeconds, points, timespanSeconds}: WantedItem) {
  // Cut off, not rounded: int(seconds * 10e8)
  const cut = (seconds: number) => Math.trunc(seconds * 1e9)
  const granularity =
    granularitySeconds === undefined ? Math.trunc(cut(timespanSeconds!) / points!) : cut(granularitySeconds)
  const count = points ?? Math.trunc(cut(timespanSeconds!) / granularity)
  return {granularity, count, timespan: BigInt(granularity) * BigInt(count)}
}

/** Gnocchi reads a policy as seconds in floating point, and refuses one whose product is then another. */
function canBeRead(item: WantedItem): boolean {
  const {granularity, count, timespan} = kept(item)
  return (granularity / 1e9) * count === Number(timespan) / 1e9
}

/**
 * Gnocchi takes a line that it cannot read afterwards, and from then on lists no policy to anybody.
 * @see gnocchi/archive_policy.py ArchivePolicyItem, gnocchi/indexer/sqlalchemy_base.py ArchivePolicyDefinitionType
 */
function checkReadable(item: WantedItem): void {
  const {granularity, count, timespan} = kept(item)
  const line = `${count} points of ${durationInWords(granularity / 1e9)}`
  if (timespan >= 2n ** 63n) throw new UsageError(`${line} are more than Gnocchi can count: 292 years`)
  if (canBeRead(item)) return
  const next = Array.from({length: 1000}, (_, index) => count + 1 + index).find((points) =>
    canBeRead({...item, points}),
  )
  throw new UsageError(
    `${line}: Gnocchi would take this, fail to read it, and list no archive policies any more`,
    next === undefined
      ? []
      : [
          `it can read points:${next}, with the same ${item.granularitySeconds === undefined ? 'timespan' : 'granularity'}`,
        ],
  )
}

/** @throws UsageError where two lines have one granularity: Gnocchi would not know which is meant; where one would break it */
export function checkDefinition(items: readonly WantedItem[]): void {
  items.forEach(checkReadable)
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
