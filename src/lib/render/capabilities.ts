import type {Capabilities} from '../gnocchi/capabilities.ts'
import type {Column} from './formats.ts'

/** 216 names in three lines: percentiles as a range, and rates not one by one where each method has one. */
function methodsInWords(methods: readonly string[]): string {
  const rates = methods.filter((name) => name.startsWith('rate:')).map((name) => name.slice('rate:'.length))
  const plain = methods.filter((name) => !name.startsWith('rate:'))
  const asMany = rates.length === plain.length && rates.every((name) => plain.includes(name))
  return [
    shortened(plain),
    ...(rates.length === 0 ? [] : [asMany ? 'rate: before any of them' : `rate: before ${shortened(rates)}`]),
  ].join('\n')
}

/** `max, mean, 1pct … 99pct` */
function shortened(methods: readonly string[]): string {
  const percents = methods.filter((name) => /^\d+pct$/.test(name))
  const isRange =
    percents.length > 3 &&
    percents.every((name, index) => Number.parseInt(name) === Number.parseInt(percents[0]!) + index)
  if (!isRange) return methods.join(', ')
  const others = methods.filter((name) => !percents.includes(name))
  return [...others, `${percents[0]} … ${percents.at(-1)}`].join(', ')
}

export const capabilityColumns: readonly Column<Capabilities>[] = [
  {
    name: 'aggregation_methods',
    title: 'aggregation methods',
    value: ({aggregationMethods}) => aggregationMethods,
    text: ({aggregationMethods}) => methodsInWords(aggregationMethods),
  },
]
