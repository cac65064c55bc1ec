import {lastSecond, likelyUnitAsked, parseDuration} from './duration.ts'
import {UsageError} from './errors.ts'
import {parseIso8601} from './iso-8601.ts'
import {isoTime} from './time.ts'

/** A moment to the nanosecond, as Gnocchi keeps it. */
export interface Instant {
  /** To the millisecond. */
  at: Date
  /** What a Date has no room for: 0 to 999 999. */
  nanoseconds: number
}

/** How a moment is written: a list of measures must not mix them, since Gnocchi reads all as it reads the first. */
export type TimeForm = 'ISO 8601' | 'Unix seconds' | 'relative'

/**
 * Whose words they are. `client`: a command line of the official client's, which takes a time without offset for a local
 * one, and bare digits for a date where they are one. `server`: a body of the REST API's, where no offset is UTC and
 * digits are seconds.
 */
export type Reader = 'client' | 'server'

/**
 * A moment in any form that Gnocchi takes (gnocchi/utils.py to_timestamps), and its form; undefined when it is none.
 * Unix seconds as a number or in digits, ISO 8601, `now`, `today`, `-1h`, `+5 minutes`, `-1:00:00`.
 */
export function parseInstant(
  given: string | number,
  {now, reader}: {now: Date; reader: Reader},
): (Instant & {form: TimeForm}) | undefined {
  const words = typeof given === 'number' ? decimal(given) : given.trim()
  const [instant, form] = read(words, now, reader)
  if (!instant || !(instant.at.getTime() >= 0) || instant.at.getTime() > lastSecond * 1000) return undefined
  return {...instant, form}
}

function read(words: string, now: Date, reader: Reader): [Instant | undefined, TimeForm] {
  if (reader === 'client' && /^\d{4}$/.test(words)) return [fromIso(`${words}-01`, reader), 'ISO 8601']
  const dated = reader === 'client' && /^\d{8}$/.test(words) ? fromIso(words, reader) : undefined
  if (dated) return [dated, 'ISO 8601']
  if (/^[+]?\d+(\.\d*)?(e[+]?\d+)?$/i.test(words)) return [fromSeconds(words), 'Unix seconds']
  const instant = fromIso(words, reader)
  return instant ? [instant, 'ISO 8601'] : [fromSpan(words, now), 'relative']
}

function fromSeconds(words: string): Instant {
  const [whole, fraction = ''] = (/e/i.test(words) ? decimal(Number(words)) : words).split('.') as [string, string?]
  return instantOfSeconds(whole, fraction)
}

/** Of digits, `1714557660` and `123456789`, which keep it exact: a double has no room for nanoseconds of today. */
export function instantOfSeconds(whole: string, fraction: string): Instant {
  const nanoseconds = Number(fraction.padEnd(9, '0').slice(0, 9))
  return {
    at: new Date(Number(whole) * 1000 + Math.floor(nanoseconds / 1_000_000)),
    nanoseconds: nanoseconds % 1_000_000,
  }
}

function fromIso(words: string, reader: Reader): Instant | undefined {
  const written = parseIso8601(words)
  if (!written || Number.isNaN(written.wallMilliseconds)) return undefined
  const {wallMilliseconds, nanoseconds, aheadMinutes = 0} = written
  const isLocal = written.aheadMinutes === undefined && reader === 'client'
  // Without its Z, JavaScript takes the same text for a local time.
  const at = isLocal ? new Date(wallMilliseconds).toISOString().slice(0, -1) : wallMilliseconds - aheadMinutes * 60_000
  return {at: new Date(at), nanoseconds}
}

function fromSpan(words: string, now: Date): Instant | undefined {
  if (words === 'now') return {at: now, nanoseconds: 0}
  if (words === 'today') return {at: new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000), nanoseconds: 0}
  const [, sign, span = ''] = /^([+-]?)\s*(.*)$/s.exec(words)!
  const seconds = spanSeconds(span)
  if (seconds === undefined) return undefined
  return {at: new Date(now.getTime() + (sign === '-' ? -1 : 1) * seconds * 1000), nanoseconds: 0}
}

function spanSeconds(span: string): number | undefined {
  const [, hours, minutes, seconds] = /^(?:(\d+):)?(\d+):(\d\d(?:\.\d+)?)$/.exec(span) ?? []
  if (seconds !== undefined) return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds)
  // Digits alone would be Unix seconds, had they no sign.
  if (!/[a-z]/i.test(span)) return undefined
  try {
    return parseDuration(span)
  } catch {
    return undefined
  }
}

/** A number without an exponent. */
const decimal = (value: number): string =>
  Number.isFinite(value) && value >= 0 && value < 1e21
    ? value < 1e-6
      ? value.toFixed(9)
      : String(value)
    : String(value).replace('e', ' e ')

/** Why text is no time on a command line of the official client's. */
export const noLocalTime = (text: string): string =>
  `"${text}" is not a time${likelyUnitAsked(text)}; write 2026-11-24T10:00:00 (local time) or …10:00:00Z, Unix seconds, now, or -1h for an hour ago`

/** For a flag or an argument of a command line of the official client's. @throws UsageError */
export function parseLocalTime(text: string, now: Date): Instant {
  const instant = parseInstant(text, {now, reader: 'client'})
  if (instant) return instant
  throw new UsageError(noLocalTime(text))
}

/**
 * For every other flag: no offset means UTC, as in Gnocchi. Who writes `2026` means no second of 1970, and `10:00` or `1h`
 * not that long from now: a span has a sign here.
 * @throws UsageError
 */
export function parseTime(text: string, now: Date): Date {
  const trimmed = text.trim()
  const instant = parseInstant(trimmed, {now, reader: 'server'})
  const isUnlikely =
    /^[1-9]\d{0,3}$/.test(trimmed) || (instant?.form === 'relative' && !/^([+-]|now$|today$)/.test(trimmed))
  if (instant && !isUnlikely) return instant.at
  throw new UsageError(
    `"${text}" is not a time${likelyUnitAsked(trimmed)}; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
  )
}

/** ISO 8601 in UTC, with as many digits as there are: how a measure's time is sent. */
export function isoInstant({at, nanoseconds}: Instant): string {
  if (nanoseconds === 0) return isoTime(at)
  const digits = String(at.getUTCMilliseconds() * 1_000_000 + nanoseconds).padStart(9, '0')
  return `${at.toISOString().slice(0, 19)}.${digits}Z`
}

/** As Python's isoformat() writes it, and so the official client: `2026-11-24T10:00:00+01:00`, in local time or UTC. */
export function pythonIso(at: Date, utc: boolean): string {
  const offset = utc ? 0 : -at.getTimezoneOffset()
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString()
  const fraction = shifted.slice(19, 23) === '.000' ? '' : `${shifted.slice(19, 23)}000`
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) =>
    String(part).padStart(2, '0'),
  ) as [string, string]
  return `${shifted.slice(0, 19)}${fraction}${offset < 0 ? '-' : '+'}${hours}:${minutes}`
}
