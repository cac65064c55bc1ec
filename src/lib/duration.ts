import {UsageError} from './errors.ts'

/** The last second after 1970 that Gnocchi's 64 bits of nanoseconds hold, 2262-04-11: what is later becomes NaT, and stops its metric for ever. */
export const lastSecond = 9_223_372_036

/** What a number may count that is no second Gnocchi knows: 13 digits are milliseconds of our days. */
export function likelyUnit(text: string): 'ms' | 'us' | 'ns' | undefined {
  const units = {13: 'ms', 16: 'us', 19: 'ns'} as const
  return /^\d+$/.test(text) ? units[text.length as keyof typeof units] : undefined
}

/** For a message, behind what is no time: ` (is it in ms?)`. */
export function likelyUnitAsked(text: string): string {
  const unit = likelyUnit(text)
  return unit === undefined ? '' : ` (is it in ${unit}?)`
}

const secondsPer = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000} as const

/** Words people type for a unit, beside the letters. */
const words = new Map<string, number>(Object.entries({
  second: secondsPer.s, seconds: secondsPer.s, sec: secondsPer.s,
  minute: secondsPer.m, minutes: secondsPer.m, min: secondsPer.m,
  hour: secondsPer.h, hours: secondsPer.h,
  day: secondsPer.d, days: secondsPer.d,
  week: secondsPer.w, weeks: secondsPer.w,
  year: secondsPer.y, years: secondsPer.y,
  ...secondsPer,
})) // prettier-ignore

const part = /\s*(\d+(?:\.\d+)?)\s*([a-z]+)/gy

/**
 * Seconds of a duration as people write it: `90` and `90s`, `1m`, `1h30m`, `7 days`, `minute`, `hour`.
 * @throws UsageError when it is not one, or is zero
 */
export function parseDuration(text: string): number {
  const seconds = durationSeconds(text.trim().toLowerCase())
  // Gnocchi counts nanoseconds in 64 bits: it knows no longer one.
  if (seconds === undefined || !(seconds > 0) || seconds > lastSecond)
    throw new UsageError(`"${text}" is not a duration; write 30s, 5m, 1h30m, 7d, minute, hour or a number of seconds`)
  return seconds
}

function durationSeconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  const word = words.get(text)
  if (word !== undefined) return word
  let total = 0
  let end = 0
  for (const [whole, amount, unit] of text.matchAll(part)) {
    const factor = words.get(unit!)
    if (factor === undefined) return undefined
    total += Number(amount) * factor
    end += whole.length
  }
  return end === text.length && end > 0 ? total : undefined
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

/** Seconds in words, exact, largest unit first: `1 minute`, `7 days`, `1 hour 30 minutes`, `0.1 seconds`. */
export function durationInWords(seconds: number): string {
  let rest = seconds
  const parts: string[] = []
  for (const [unit, size] of units) {
    const amount = unit === 'second' ? Number(rest.toFixed(9)) : Math.floor(rest / size)
    if (amount > 0) parts.push(`${amount} ${unit}${amount === 1 ? '' : 's'}`)
    rest -= amount * size
  }
  return parts.join(' ') || '0 seconds'
}

/** The same as one types it: `30s`, `1h30m`, `90d`. */
export function shortDuration(seconds: number): string {
  return durationInWords(seconds).replace(/ (\w)\w*( |$)/g, '$1')
}

/** About how long, in one unit, for "25 minutes ago". */
export function roughly(seconds: number): string {
  // Rounded first: 3599 s are an hour, not 60 minutes.
  const [unit, size] = units.find(([, unitSize]) => seconds >= unitSize * (1 - 1 / 120)) ?? units[3]
  const amount = Math.round(seconds / size)
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}
