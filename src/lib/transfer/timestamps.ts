import {lastSecond, likelyUnit} from '../duration.ts'

/** What a bare number of a file counts, since 1970; and how many of it make a second. */
export const timestampUnits = {s: 0, ms: 3, us: 6, ns: 9} as const
export type TimestampUnit = keyof typeof timestampUnits

/** A moment, and the same as it is sent: ISO 8601 in UTC with `Z`, to the nanosecond. */
export interface Moment {
  at: Date
  timestamp: string
}

const iso =
  /^(\d{4})-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})0*)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?)?$/i
const unix = /^(\d+)(?:\.(\d{1,9})\d*)?$/

/**
 * Reads times as a file has them: ISO 8601 (no zone means UTC, as in Gnocchi), or a number of `unit` since 1970.
 * The reader gives the moment, or in words why it is none.
 */
export function timestampReader(unit: TimestampUnit = 's'): (text: string) => Moment | string {
  // Lines that follow each other often have the same time, and nearly always the same day.
  let last: string | undefined
  let lastMoment: Moment | string = ''
  let day = ''
  let dayMilliseconds = 0
  const readPlain = (text: string): Moment | undefined => {
    const date = text.slice(0, 10)
    if (date !== day) {
      const midnight = Date.parse(`${date}T00:00:00Z`)
      if (!isDate(date) || !(midnight >= 0 && midnight < lastSecond * 1000)) return undefined
      day = date
      dayMilliseconds = midnight
    }
    const [hours, minutes, seconds] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)]
    if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined
    return {at: new Date(dayMilliseconds + ((hours * 60 + minutes) * 60 + seconds) * 1000), timestamp: text}
  }
  return (text) => {
    if (text === last) return lastMoment
    lastMoment = (isPlain(text) ? readPlain(text) : undefined) ?? readIso(text) ?? readUnix(text, unit)
    last = text
    return lastMoment
  }
}

/** `2026-11-24T10:00:00Z`, as most files have it. */
const isPlain = (text: string): boolean =>
  text.length === 20 && text[10] === 'T' && text[13] === ':' && text[16] === ':' && text[19] === 'Z'

function twoDigits(text: string, index: number): number {
  const [tens, ones] = [text.charCodeAt(index) - 48, text.charCodeAt(index + 1) - 48]
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** JavaScript takes 31 February for 3 March. */
function isDate(text: string): boolean {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number]
  return /^\d{4}-\d\d-\d\d$/.test(text) && day > 0 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function readIso(text: string): Moment | string | undefined {
  const found = iso.exec(text.trim())
  if (!found) return undefined
  const [, year, month, day = '01', hours = '00', minutes = '00', seconds = '00', fraction = '', , sign, ...zone] =
    found
  const date = `${year}-${month}-${day}`
  if (!isDate(date) || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    return `"${text}" is no time that there is`
  const aheadMinutes = sign ? Number(`${sign}1`) * (Number(zone[0]) * 60 + Number(zone[1])) : 0
  return moment(Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`) / 1000 - aheadMinutes * 60, fraction)
}

function readUnix(text: string, unit: TimestampUnit): Moment | string {
  const [, whole, decimals = ''] = unix.exec(text.trim()) ?? []
  if (whole === undefined) return text.trim() === '' ? 'it has no time' : `"${text}" is not a time`
  const places = timestampUnits[unit]
  const digits = whole.padStart(places + 1, '0')
  const seconds = Number(digits.slice(0, digits.length - places))
  if (seconds > lastSecond) return `${text} ${unit} after 1970 is beyond the year 2262${guessed(whole, unit)}`
  return moment(seconds, digits.slice(digits.length - places) + (unit === 's' ? decimals : ''))
}

function guessed(whole: string, unit: TimestampUnit): string {
  const likely = likelyUnit(whole)
  return likely && likely !== unit ? `: are these times in ${likely}? Then say --timestamp-unit ${likely}` : ''
}

function moment(seconds: number, fraction: string): Moment | string {
  if (!(seconds >= 0)) return 'its time is before 1970'
  if (seconds > lastSecond) return 'its time is beyond the year 2262'
  const kept = fraction.slice(0, 9).replace(/0+$/, '')
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return {
    at: new Date(seconds * 1000 + Number(kept.slice(0, 3).padEnd(3, '0'))),
    timestamp: `${whole}${kept && `.${kept}`}Z`,
  }
}
