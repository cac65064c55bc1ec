import {likelyUnitAsked} from '../duration.ts'
import {UsageError} from '../errors.ts'
import type {Measure} from '../gnocchi/measures.ts'
import type {NamedMeasures} from '../gnocchi/resource-measures.ts'
import {unsendable} from '../gnocchi/sendable.ts'
import {noLocalTime, parseInstant, type TimeForm} from '../instant.ts'

/** `TIMESTAMP@VALUE`, or `VALUE` alone, of now; the last @ counts. @throws UsageError */
export function parseMeasure(text: string, now: Date): Measure {
  const cut = text.lastIndexOf('@')
  const value = cut === -1 ? text : text.slice(cut + 1)
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value))
    throw new UsageError(
      `"${text}" is no measure: "${value}" is not a number; write 2026-11-24T10:00:00@42.5, or 42.5 for now`,
    )
  const instant = cut === -1 ? {at: now, nanoseconds: 0} : parseInstant(text.slice(0, cut), {now, reader: 'client'})
  if (!instant) throw new UsageError(`"${text}" is no measure: ${noLocalTime(text.slice(0, cut))}`)
  const {at, nanoseconds} = instant
  const measure = {at, nanoseconds, value: Number(value)}
  const why = unsendable(measure, now)
  if (why !== undefined) throw new UsageError(`"${text}" cannot be sent: ${why}`)
  return measure
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands where, for a message: `{metric}[17].timestamp`. */
const refuse = (file: string, place: string, what: string): never => {
  throw new UsageError(`${file}: ${place} ${what}`)
}

const parseJson = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`)
  }
}

/** The body of POST /v1/batch/metrics/measures: lists of measures by metric. @throws UsageError with the place */
export function parseMetricsFile(file: string, text: string, now: Date): Map<string, Measure[]> {
  const whole = parseJson(file, text)
  if (!isObject(whole)) return refuse(file, 'it', 'is no object of metrics: {"metric": [{"timestamp": …, "value": …}]}')
  const names = Object.entries(whole)
  if (names.length === 0) refuse(file, 'it', 'has no metrics')
  return new Map(names.map(([metric, list]) => [metric, measuresOf(file, metric, list, now)]))
}

/** The body of POST /v1/batch/resources/metrics/measures. @throws UsageError with the place */
export function parseResourcesFile(file: string, text: string, now: Date): Map<string, Map<string, NamedMeasures>> {
  const whole = parseJson(file, text)
  if (!isObject(whole))
    return refuse(file, 'it', 'is no object of resources: {"resource": {"metric": [{"timestamp": …, "value": …}]}}')
  const resources = Object.entries(whole)
  if (resources.length === 0) refuse(file, 'it', 'has no resources')
  return new Map(
    resources.map(([resource, metrics]) => {
      if (!isObject(metrics)) return refuse(file, resource, 'is no object of metrics')
      if (Object.keys(metrics).length === 0) refuse(file, resource, 'has no metrics')
      const named = Object.entries(metrics).map(
        ([metric, given]) => [metric, namedMeasures(file, `${resource}/${metric}`, given, now)] as const,
      )
      return [resource, new Map(named)]
    }),
  )
}

/** A list of measures, or an object that says how to make the metric too. */
function namedMeasures(file: string, place: string, given: unknown, now: Date): NamedMeasures {
  if (!isObject(given)) return {measures: measuresOf(file, place, given, now)}
  const {archive_policy_name: archivePolicy, unit, measures} = given
  for (const [name, value] of Object.entries({archive_policy_name: archivePolicy, unit}))
    if (value !== undefined && typeof value !== 'string') refuse(file, `${place}.${name}`, 'is no text')
  return {
    archivePolicy: archivePolicy as string | undefined,
    unit: unit as string | undefined,
    measures: measuresOf(file, `${place}.measures`, measures, now),
  }
}

function measuresOf(file: string, place: string, list: unknown, now: Date): Measure[] {
  if (!Array.isArray(list)) return refuse(file, place, 'is no list of measures')
  if (list.length === 0)
    refuse(file, place, 'is empty: an empty list has Gnocchi stop processing a part of all metrics')
  let form: TimeForm | undefined
  return list.map((item: unknown, index) => {
    const here = `${place}[${index}]`
    if (!isObject(item)) return refuse(file, here, 'is no object {"timestamp": …, "value": …}')
    const {timestamp, value} = item
    const instant =
      typeof timestamp === 'string' || typeof timestamp === 'number'
        ? parseInstant(timestamp, {now, reader: 'server'})
        : undefined
    if (!instant)
      return refuse(
        file,
        `${here}.timestamp`,
        `is ${shown(timestamp)}, not a time that Gnocchi can keep${likelyUnitAsked(String(timestamp))}`,
      )
    form ??= instant.form
    if (instant.form !== form)
      refuse(
        file,
        `${here}.timestamp`,
        `is ${instant.form}, those before it ${form}: Gnocchi reads all as it reads the first`,
      )
    const amount = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof amount !== 'number' || !Number.isFinite(amount))
      return refuse(file, `${here}.value`, `is ${shown(value)}, not a number`)
    const {at, nanoseconds} = instant
    const why = unsendable({at, value: amount}, now)
    if (why !== undefined) refuse(file, here, `cannot be sent: ${why}`)
    return {at, nanoseconds, value: amount}
  })
}

const shown = (value: unknown): string => {
  if (value === undefined) return 'missing'
  // 1e999 is a number of JSON, and none of a computer's.
  return (typeof value === 'number' ? String(value) : JSON.stringify(value)).slice(0, 60)
}
