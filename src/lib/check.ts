import {alerts, type AlertRange} from './alert-range.ts'
import {readSeries, type Question, type Target} from './series/read.ts'
import {roughly} from './duration.ts'
import type {Gnocchi} from './gnocchi/client.ts'

/** Worst last, but for UNKNOWN: an alert that is known is graver than a host that is not. */
export const states = ['OK', 'UNKNOWN', 'WARNING', 'CRITICAL'] as const
export type State = (typeof states)[number]

/** Exit codes of monitoring plugins. */
export const stateCodes: Record<State, number> = {OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3}

export interface JudgedHost {
  host: string
  state: State
  /** The newest value, and when its period began. */
  value?: number
  at?: Date
  /** What is wrong, or why nothing is known. */
  why?: string
}

export interface Limits {
  warn?: AlertRange | undefined
  crit?: AlertRange | undefined
  maxAgeSeconds: number
}

/**
 * The newest value of each host, judged. A host without one, or whose newest period ended longer ago than it may, is
 * UNKNOWN.
 * @throws GnocchiError when no host can be read; AuthError
 */
export async function judgeHosts(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  what: Pick<Question, 'method' | 'granularitySeconds'>,
  limits: Limits,
  now: Date,
): Promise<JudgedHost[]> {
  const last = Math.ceil(limits.maxAgeSeconds / what.granularitySeconds) + 1
  const series = await readSeries(gnocchi, targets, {...what, last}, now)
  return series.map(({host, aggregates, note}) => {
    const newest = aggregates.findLast(({value}) => value !== null)
    if (!newest) return {host, state: 'UNKNOWN', why: note ?? 'no value that is a number'}
    const {at} = newest
    const value = newest.value!
    const ageSeconds = (+now - +at) / 1000 - what.granularitySeconds
    if (ageSeconds > limits.maxAgeSeconds)
      return {host, state: 'UNKNOWN', value, at, why: `no newer measure for ${roughly(ageSeconds)}`}
    return {host, value, at, ...judge(value, limits)}
  })
}

function judge(value: number, {warn, crit}: Limits): Pick<JudgedHost, 'state' | 'why'> {
  if (crit && alerts(crit, value)) return {state: 'CRITICAL', why: inWords(crit)}
  if (warn && alerts(warn, value)) return {state: 'WARNING', why: inWords(warn)}
  return {state: 'OK'}
}

const inWords = ({low, high, inside, text}: AlertRange): string => {
  if (inside) return `inside ${text.slice(1)}`
  if (high === Infinity) return `below ${low}`
  if (low === -Infinity || low === 0) return `not within ${low === 0 ? `0 to ${high}` : `up to ${high}`}`
  return `outside ${low} to ${high}`
}

/** The gravest state of all, the order of `states`; UNKNOWN where there is no host. */
export const worst = (hosts: readonly JudgedHost[]): State =>
  states.findLast((state) => hosts.some((host) => host.state === state)) ?? 'UNKNOWN'
