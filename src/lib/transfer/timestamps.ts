import {lastSecond, likelyUnit} from '../duration.ts'
import {instantOfSeconds, isoInstant, type Instant} from '../instant.ts'
import {parseIso8601} from '../iso-8601.ts'
import type {TimeZone} from './time-zone.ts'

/** What a bare number of a file counts, since 1970; and how many of it make a second. */
export const timestampUnits = {s: 0, ms: 3, us: 6, ns: 9} as const
export type TimestampUnit = keyof typeof timestampUnits

/** A moment, and the same as it is sent: ISO 8601 in UTC with `Z`, to the nanosecond. */
export interface Moment {
  at: Date
  timestamp: string
  /** The same time of a clock once more, where the clock was put back. */
  again?: Moment
}

const unix = /^(\d+)(?:\.(\d{1,9})\d*)?$/

/**
 * Reads times as a file has them: ISO 8601 (no zone means `zone`, or UTC, as in Gnocchi), or a number of `unit` since 1970.
 * The reader gives the moment, or in words why it is none.
 * `isGuess`: nobody has said that it is this unit; what looks like another one, or like a date, is asked about.
 */
export function timestampReader(
  unit: TimestampUnit = 's',
  zone?: TimeZone,
  isGuess = false,
): (text: string) => Moment | string {
  // Lines that follow each other often have the same time, and nearly always the same day.
  let last: string | undefined
  let lastMoment: Moment | string = ''
  let day = ''
  let midnight = 0
  const readPlain = (text: string): Moment | undefined => {
    const date = text.slice(0, 10)
    if (date !== day) {
      const found = parseIso8601(date)?.wallMilliseconds ?? Number.NaN
      // The last day ends before midnight: it is left to the slow way.
      if (!(found >= 0 && found + 86_400_000 <= lastSecond * 1000)) return undefined
      day = date
      midnight = found
    }
    const [hours, minutes, seconds] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined
    return {at: new Date(midnight + ((hours * 60 + minutes) * 60 + seconds) * 1000), timestamp: text}
  }
  return (text) => {
    if (text === last) return lastMoment
    lastMoment =
      (isPlain(text) ? readPlain(text) : undefined) ??
      readUnix(text, unit, isGuess) ??
      readIso(text, zone) ??
      noTime(text)
    last = text
    return lastMoment
  }
}

/** `2026-11-24T10:00:00Z`, as most files have it. */
const isPlain = (text: string): boolean =>
  text.length === 20 &&
  text[4] === '-' &&
  text[7] === '-' &&
  text[10] === 'T' &&
  text[13] === ':' &&
  text[16] === ':' &&
  text[19] === 'Z'

function twoDigits(text: string, index: number): number {
  const [tens, ones] = [text.charCodeAt(index) - 48, text.charCodeAt(index + 1) - 48]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

function readIso(text: string, zone: TimeZone | undefined): Moment | string | undefined {
  const written = parseIso8601(text.trim())
  if (!written) return undefined
  const {wallMilliseconds, nanoseconds, aheadMinutes} = written
  if (Number.isNaN(wallMilliseconds)) return `"${text}" is no time that there is`
  if (aheadMinutes !== undefined || !zone)
    return moment({at: new Date(wallMilliseconds - (aheadMinutes ?? 0) * 60_000), nanoseconds})
  // The clock's seconds alone, since zones know no part of one.
  const wallSeconds = Math.floor(wallMilliseconds / 1000)
  const rest = wallMilliseconds - wallSeconds * 1000
  const [first, second] = zone
    .moments(wallSeconds)
    .map((seconds) => moment({at: new Date(seconds * 1000 + rest), nanoseconds}))
  if (first === undefined) return `"${text}" is no time that there is in ${zone.name}`
  return typeof first === 'object' && typeof second === 'object' ? {...first, again: second} : first
}

function readUnix(text: string, unit: TimestampUnit, isGuess: boolean): Moment | string | undefined {
  const [, whole, decimals = ''] = unix.exec(text.trim()) ?? []
  if (whole === undefined) return undefined
  const places = timestampUnits[unit]
  const digits = whole.padStart(places + 1, '0')
  const seconds = digits.slice(0, digits.length - places)
  if (Number(seconds) > lastSecond) return `${text} ${unit} after 1970 is beyond the year 2262${guessed(whole, unit)}`
  const read = moment(instantOfSeconds(seconds, digits.slice(digits.length - places) + decimals))
  return (isGuess && typeof read === 'object' && doubted(text.trim(), whole, unit, read)) || read
}

/** Seconds of our days taken for nanoseconds are the first two of 1970; the digits of a date are some August of then. */
function doubted(text: string, whole: string, unit: TimestampUnit, {timestamp}: Moment): string | undefined {
  const otherwise = `if not, say --timestamp-unit ${unit}`
  const date = unit === 's' && /^\d{8}$/.test(text) ? parseIso8601(text) : undefined
  if (date && date.wallMilliseconds >= 0)
    return `${text} s after 1970 is ${timestamp}: is it a date? Then write it with hyphens; ${otherwise}`
  const likely = whole.length === 10 ? 's' : likelyUnit(whole)
  if (likely === undefined || timestampUnits[likely] >= timestampUnits[unit]) return undefined
  return `${text} ${unit} after 1970 is ${timestamp}: are these times in ${likely}? Then say --timestamp-unit ${likely}; ${otherwise}`
}

function guessed(whole: string, unit: TimestampUnit): string {
  const likely = likelyUnit(whole)
  return likely && likely !== unit ? `: are these times in ${likely}? Then say --timestamp-unit ${likely}` : ''
}

function moment(instant: Instant): Moment | string {
  if (instant.at.getTime() < 0) return 'its time is before 1970'
  if (instant.at.getTime() > lastSecond * 1000) return 'its time is beyond the year 2262'
  return {at: instant.at, timestamp: isoInstant(instant)}
}

const noTime = (text: string): string => (text.trim() === '' ? 'it has no time' : `"${text}" is not a time`)
