import {durationInWords, parseDuration, shortDuration} from '../duration.ts'
import {UsageError} from '../errors.ts'
import {checkMethods, resolvedMethods} from '../gnocchi/aggregation-methods.ts'
import {
  coarsestSeconds,
  periodsBack,
  sizeOnDisk,
  type ArchivePolicy,
  type ArchivePolicyItem,
} from '../gnocchi/archive-policies.ts'

/** `90d`: how far back it is to reach; `30s:7d`: this granularity, for so long. */
export interface Keep {
  granularitySeconds?: number
  timespanSeconds: number
}

export interface Wish {
  /** Between two measures. */
  intervalSeconds: number
  keep: readonly Keep[]
  /** As archive-policy create takes them; the server's default ones when empty. */
  methods: readonly string[]
  /** How late a measure may come. */
  lateSeconds: number
  name?: string | undefined
}

export interface Suggestion extends ArchivePolicy {
  /** The methods as they were asked for. */
  asked: readonly string[]
  /** Why it is as it is, and what else there could be. */
  notes: string[]
}

/** @throws UsageError */
export function parseKeep(text: string): Keep {
  const [first = '', second, ...rest] = text.split(':')
  if (rest.length > 0)
    throw new UsageError(`"${text}" is not what to keep; write 90d, or 30s:7d for 30 seconds over 7 days`)
  if (second === undefined) return {timespanSeconds: parseDuration(first)}
  return {granularitySeconds: parseDuration(first), timespanSeconds: parseDuration(second)}
}

const [minute, hour, day] = [60, 3600, 86_400]

/** Even steps: each is a whole part of a minute, an hour or a day. */
const steps = [
  ...[1, 2, 5, 10, 15, 20, 30],
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * hour),
  day,
]
/** What a level is made coarser to. */
const coarser = [1, minute, 5 * minute, hour, day]
/** What a level is kept for. */
const spans = [
  ...[10 * minute, 30 * minute, hour, 2 * hour, 6 * hour, 12 * hour],
  ...[1, 2, 3, 7, 14, 30, 60, 90, 180, 365, 730, 1825, 3650].map((days) => days * day),
]

/** About as many points as the widest level of Gnocchi's own `medium` and `high` has: a week of minutes. */
const mostPoints = 10_080
/** The least factor between two levels: a closer one costs the server work and tells nobody anything new. */
const leastFactor = 6

/**
 * A policy for measures that come every so often and are to be looked at so far back: as fine as they come for as long as
 * some 10,000 points reach, then coarser.
 * @throws UsageError for what cannot be
 */
export function suggestPolicy({intervalSeconds, keep, methods, lateSeconds, name}: Wish): Suggestion {
  checkMethods(methods)
  const [first] = keep
  const named = keep.filter(({granularitySeconds}) => granularitySeconds !== undefined)
  if (first === undefined || (named.length < keep.length && keep.length > 1))
    throw new UsageError('--keep takes one span (90d), or a granularity with each span (30s:7d, 1h:90d)')
  const {definition, notes} =
    named.length > 0 ? asNamed(keep, intervalSeconds) : inLevels(first.timespanSeconds, intervalSeconds)
  const coarsest = definition.at(-1)!.granularitySeconds
  const aggregationMethods = resolvedMethods(methods)
  const reach = Math.max(...definition.map(({timespanSeconds}) => timespanSeconds!))
  const suggestion = {
    name: name ?? `${shortDuration(definition[0]!.granularitySeconds)}-${shortDuration(reach)}`,
    definition,
    aggregationMethods,
    backWindow: Math.ceil(lateSeconds / coarsest),
    asked: methods,
    notes,
  }
  if (named.length === 0 && definition.length > 1) notes.push(finestThroughout(suggestion, reach))
  return suggestion
}

const item = (granularitySeconds: number, timespanSeconds: number): ArchivePolicyItem => {
  const points = Math.ceil(timespanSeconds / granularitySeconds)
  return {granularitySeconds, points, timespanSeconds: granularitySeconds * points}
}

function asNamed(keep: readonly Keep[], intervalSeconds: number) {
  const definition = keep
    .map(({granularitySeconds, timespanSeconds}) => item(granularitySeconds!, timespanSeconds))
    .sort((a, b) => a.granularitySeconds - b.granularitySeconds)
  definition.forEach(({granularitySeconds}, index) => {
    if (granularitySeconds === definition[index + 1]?.granularitySeconds)
      throw new UsageError(`--keep: ${durationInWords(granularitySeconds)} is there twice`)
    if (granularitySeconds < intervalSeconds)
      throw new UsageError(
        `--keep: with a measure every ${durationInWords(intervalSeconds)}, periods of ${durationInWords(granularitySeconds)} stay empty, most of them`,
        [`the finest that holds one each is ${durationInWords(evenStep(intervalSeconds))}`],
      )
  })
  return {definition, notes: [] as string[]}
}

/** The interval itself, or the next even step above it: every period holds a measure then, and fits into the coarser ones. */
function evenStep(intervalSeconds: number): number {
  const step = steps.find((seconds) => seconds >= intervalSeconds)
  if (step === undefined)
    throw new UsageError(`an interval of ${durationInWords(intervalSeconds)} is longer than a day`)
  return step
}

function inLevels(reachSeconds: number, intervalSeconds: number) {
  const finest = evenStep(intervalSeconds)
  if (reachSeconds < finest)
    throw new UsageError(`no period of ${durationInWords(finest)} fits into ${durationInWords(reachSeconds)}`)
  const definition: ArchivePolicyItem[] = []
  let granularity: number | undefined = finest
  while (granularity !== undefined) {
    const at: number = granularity
    const next = coarser.find((seconds) => seconds >= at * leastFactor && seconds % at === 0)
    const whole = reachSeconds <= at * mostPoints || next === undefined
    const span = whole ? reachSeconds : (spans.findLast((seconds) => seconds <= at * mostPoints) ?? at * mostPoints)
    definition.push(item(at, span))
    granularity = whole ? undefined : next
  }
  return {definition, notes: finest === intervalSeconds ? [] : [whyCoarser(intervalSeconds, finest)]}
}

const whyCoarser = (intervalSeconds: number, finest: number): string =>
  intervalSeconds < 1
    ? '1 second: Gnocchi answers finer periods without the time of each'
    : `${durationInWords(finest)}: the next even step above ${durationInWords(intervalSeconds)}, so that no period stays empty`

function finestThroughout({definition, aggregationMethods}: ArchivePolicy, reachSeconds: number): string {
  const {granularitySeconds} = definition[0]!
  const bytes = (levels: ArchivePolicyItem[]) =>
    sizeOnDisk({definition: levels, aggregationMethods, backWindow: 0})!.mostBytes
  const times = bytes([item(granularitySeconds, reachSeconds)]) / bytes(definition)
  return `${durationInWords(granularitySeconds)} all the way takes ${times.toFixed(1)} times as much: --keep ${shortDuration(granularitySeconds)}:${shortDuration(reachSeconds)}`
}

/** The policies that keep all that is wanted, or more: the one that takes least comes first. */
export function policiesThatDo(policies: readonly ArchivePolicy[], wanted: Suggestion, late: number): ArchivePolicy[] {
  const size = (policy: ArchivePolicy) => sizeOnDisk(policy)?.mostBytes ?? Infinity
  return policies.filter((policy) => keepsAll(policy, wanted, late)).sort((a, b) => size(a) - size(b))
}

function keepsAll(policy: ArchivePolicy, wanted: Suggestion, lateSeconds: number): boolean {
  const {definition, aggregationMethods} = policy
  const fits = (level: ArchivePolicyItem) =>
    definition.some(
      ({granularitySeconds, timespanSeconds}) =>
        granularitySeconds <= level.granularitySeconds && (timespanSeconds ?? Infinity) >= level.timespanSeconds!,
    )
  return (
    wanted.definition.every(fits) &&
    wanted.aggregationMethods.every((method) => aggregationMethods.includes(method)) &&
    periodsBack(policy) * coarsestSeconds(policy) >= lateSeconds
  )
}

/** What makes it; the official client takes the same. */
export function createLine({name, definition, asked, backWindow}: Suggestion): string {
  const quoted = (text: string) => (/^[\w.,:%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)
  return [
    `gnocchictl archive-policy create ${quoted(name)}`,
    ...definition.map(
      ({granularitySeconds, timespanSeconds}) =>
        `-d granularity:${shortDuration(granularitySeconds)},timespan:${shortDuration(timespanSeconds!)}`,
    ),
    ...(backWindow > 0 ? [`-b ${backWindow}`] : []),
    // With `=` for the official client's sake, which takes -std for flags otherwise.
    ...asked.map((method) => (method.startsWith('-') ? `-m=${method}` : `-m ${quoted(method)}`)),
  ].join(' ')
}
