import {durationInWords} from '../duration.ts'
import {UsageError} from '../errors.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Aggregate} from '../gnocchi/measures.ts'

/** Rows of one granularity by method, oldest first. */
export type ByMethod = ReadonlyMap<string, readonly Aggregate[]>

/** What has to be read to make a method of coarser periods out of finer ones; the first that the policy keeps will do. */
const needs = new Map<string, readonly (readonly string[])[]>(
  Object.entries({
    count: [['count']],
    sum: [['sum']],
    min: [['min']],
    max: [['max']],
    first: [['first']],
    last: [['last']],
    mean: [
      ['sum', 'count'],
      ['mean', 'count'],
      ['sum', 'mean'],
    ],
    std: [
      ['std', 'mean', 'count'],
      ['std', 'sum', 'count'],
    ],
  }),
)

/**
 * Methods to read so that `method` can be computed of coarser periods.
 * @throws UsageError where it has no meaning, or the policy lacks what it needs
 */
export function neededFor(method: string, {name, aggregationMethods}: ArchivePolicy): readonly string[] {
  const ways = needs.get(method)
  const naive = `Gnocchi's own, which takes each period for one measure: --server-resample`
  if (!ways)
    throw new UsageError(`--resample: the ${method} of a longer period cannot be told from those of shorter ones`, [
      `one of ${[...needs.keys()].join(', ')}`,
      naive,
    ])
  const way = ways.find((methods) => methods.every((one) => aggregationMethods.includes(one)))
  if (way) return way
  throw new UsageError(
    `--resample: the ${method} of a longer period needs ${ways[0]!.join(' and ')} of the shorter ones; archive policy ${name} keeps ${aggregationMethods.join(', ')}`,
    [naive],
  )
}

/** One coarse period's rows by method, in step: a method that lacks one (std of a single measure) has null there. */
type Bucket = Record<string, (number | null)[]>

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** Each of the values as a number; null when one is none. */
function numbers(values: (number | null)[] | undefined): number[] | null {
  return values?.every((value) => value !== null) ? values : null
}

const over = <T>(values: number[] | null, of: (values: number[]) => T): T | null => values && of(values)

/** Measures in each period; where only sum and mean are kept, their quotient, save where the mean is 0. */
function counts({count, sum: sums, mean}: Bucket): number[] | null {
  if (count) return numbers(count)
  const [s, m] = [numbers(sums), numbers(mean)]
  if (!s || !m || m.some((value) => value === 0)) return null
  return s.map((value, index) => Math.round(value / m[index]!))
}

function means(bucket: Bucket, ns: number[]): number[] | null {
  const given = numbers(bucket['mean'])
  return given ?? over(numbers(bucket['sum']), (sums) => sums.map((value, index) => value / ns[index]!))
}

const combine: Record<string, (bucket: Bucket) => number | null> = {
  count: ({count}) => over(numbers(count), sum),
  sum: ({sum: sums}) => over(numbers(sums), sum),
  min: ({min}) => over(numbers(min), (values) => values.reduce((a, b) => Math.min(a, b))),
  max: ({max}) => over(numbers(max), (values) => values.reduce((a, b) => Math.max(a, b))),
  first: ({first}) => first?.[0] ?? null,
  last: ({last}) => last?.at(-1) ?? null,
  mean(bucket) {
    const ns = counts(bucket)
    if (!ns) return null
    const sums = numbers(bucket['sum']) ?? means(bucket, ns)?.map((mean, index) => mean * ns[index]!)
    return sums ? sum(sums) / sum(ns) : null
  },
  /**
   * The sample's standard deviation, as Gnocchi computes it (divided by n - 1): the squares about each period's own mean,
   * and those of the means about the mean of all. A period of one measure has none, and no squares.
   */
  std(bucket) {
    const ns = counts(bucket)
    const ms = ns && means(bucket, ns)
    if (!ns || !ms) return null
    const total = sum(ns)
    if (total < 2) return null
    const mean = sum(ms.map((m, index) => m * ns[index]!)) / total
    const within = ns.map((n, index) => (n === 1 ? 0 : (n - 1) * (bucket['std']![index] ?? Number.NaN) ** 2))
    const between = ns.map((n, index) => n * (ms[index]! - mean) ** 2)
    const variance = (sum(within) + sum(between)) / (total - 1)
    return Number.isNaN(variance) ? null : Math.sqrt(variance)
  },
}

/**
 * Aggregates of longer periods, `seconds` each, out of shorter ones: counts are summed, means weighted by their counts,
 * standard deviations pooled. A value that cannot be told is null; as with Gnocchi, one measure has no std.
 * @throws UsageError when the longer period is no multiple of the shorter
 */
export function resample(rows: ByMethod, method: string, seconds: number): Aggregate[] {
  const buckets = new Map<number, Bucket>()
  const [lead] = [...rows.entries()].filter(([name]) => name !== 'std')
  if (!lead) return []
  const lookups = new Map(
    [...rows].map(([name, list]) => [name, new Map(list.map((row) => [row.at.getTime(), row.value]))]),
  )
  const step = seconds * 1000
  for (const {at, granularitySeconds} of lead[1]) {
    checkMultiple(seconds, granularitySeconds)
    const begin = Math.floor(at.getTime() / step) * step
    const bucket = buckets.get(begin) ?? Object.fromEntries([...rows.keys()].map((name) => [name, []]))
    for (const [name, values] of lookups) bucket[name]!.push(values.get(at.getTime()) ?? null)
    buckets.set(begin, bucket)
  }
  return [...buckets]
    .map(([begin, bucket]) => ({at: new Date(begin), granularitySeconds: seconds, value: combine[method]!(bucket)}))
    .filter(({value}) => method !== 'std' || value !== null)
}

/** @throws UsageError unless so many seconds are periods of the granularity, whole */
export function checkMultiple(seconds: number, granularitySeconds: number): void {
  const times = seconds / granularitySeconds
  if (times >= 1 && Math.abs(times - Math.round(times)) < 1e-9) return
  throw new UsageError(
    `--resample: ${durationInWords(seconds)} is no multiple of the granularity, ${durationInWords(granularitySeconds)}`,
  )
}
