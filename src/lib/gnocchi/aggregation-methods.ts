import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'

const named = ['count', 'first', 'last', 'max', 'mean', 'median', 'min', 'std', 'sum']
const percentile = /^([1-9]\d?)pct$/

/** What people call them elsewhere. */
export const elsewhere: ReadonlyMap<string, string> = new Map(
  Object.entries({avg: 'mean', average: 'mean', minimum: 'min', maximum: 'max', stddev: 'std'}),
)

const isMethod = (name: string): boolean => {
  const base = name.replace(/^rate:/, '')
  return named.includes(base) || percentile.test(base)
}

/**
 * Holds what a policy is to keep against what there is. Gnocchi takes plain names beside +x and -x, and then keeps methods
 * that are called "+x" and "-x" themselves, which nothing can compute.
 * @throws UsageError
 * @see gnocchi/archive_policy.py ArchivePolicy.VALID_AGGREGATION_METHODS_VALUES, aggregation_methods
 */
export function checkMethods(methods: readonly string[]): void {
  for (const method of methods) {
    const name = method.replace(/^[+-]/, '')
    if (method === '*' || isMethod(name)) continue
    const percent = /^(?:p|pct)(\d\d?)$/.exec(name)?.[1]
    const near = elsewhere.get(name) ?? (percent ? `${percent}pct` : didYouMean(name, named))
    throw new UsageError(
      `there is no aggregation method "${method}"${near && isMethod(near) ? `; did you mean "${near}"?` : ''}`,
      ['see those there are: gnocchictl capabilities list'],
    )
  }
  const changes = methods.filter((method) => /^[+-]/.test(method))
  const plain = methods.filter((method) => !/^[+-]/.test(method))
  if (changes.length > 0 && plain.length > 0 && !methods.includes('*'))
    throw new UsageError(`the methods ${plain.join(', ')} and the changes ${changes.join(', ')} do not go together`, [
      'name all methods, or only changes to the default ones, or changes to * (all there are)',
    ])
}

/** What a server keeps that is not set up otherwise. @see gnocchi/archive_policy.py OPTS */
const defaultMethods: readonly string[] = ['count', 'max', 'mean', 'min', 'std', 'sum']

/** The methods that such a policy would keep: `*` and changes worked out, sorted. */
export function resolvedMethods(methods: readonly string[]): string[] {
  const percentiles = Array.from({length: 99}, (_, index) => `${index + 1}pct`)
  const plain = [...named, ...percentiles]
  const changes = methods.filter((method) => /^[+-]/.test(method))
  const start = methods.includes('*')
    ? [...plain, ...plain.map((name) => `rate:${name}`)]
    : changes.length === methods.length
      ? defaultMethods
      : methods
  const kept = new Set(start)
  for (const change of changes)
    if (change.startsWith('+')) kept.add(change.slice(1))
    else kept.delete(change.slice(1))
  return sortedMethods([...kept])
}

const rank = (name: string): [number, number, string] => {
  const base = name.replace(/^rate:/, '')
  const percent = Number(percentile.exec(base)?.[1] ?? 0)
  return [Number(base !== name), percent, base]
}

/** By name, percentiles in their order, rates last. */
export const sortedMethods = (methods: readonly string[]): string[] =>
  methods
    .map((name) => ({name, rank: rank(name)}))
    .sort(({rank: a}, {rank: b}) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : Number(a[2] > b[2])))
    .map(({name}) => name)
