import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'

/** The clock of a place. */
export interface TimeZone {
  name: string
  /**
   * When it shows this, in seconds since 1970 as those of UTC would be: once; twice, in order, in the hour that a clock
   * put back repeats; never in the one that it is put forward over.
   */
  moments: (localSeconds: number) => readonly number[]
}

const day = 86_400

/**
 * A zone of the IANA database (`Europe/Berlin`), of the version that Node has, or an offset: `+02:00`, `-0330`, `+1`, `Z`.
 * @throws UsageError for a zone that there is not
 */
export function timeZone(text: string): TimeZone {
  const offset = offsetSeconds(text.trim())
  if (offset !== undefined) return {name: text.trim(), moments: (localSeconds) => [localSeconds - offset]}
  const aheadAt = zoneClock(text.trim())
  // Clocks are never set twice within three days: where both ends of them are alike, so is all between.
  let settledDay = Number.NaN
  let settledOffset = 0
  const moments = (localSeconds: number): readonly number[] => {
    const today = Math.floor(localSeconds / day) * day
    if (today === settledDay) return [localSeconds - settledOffset]
    const [before, after] = [aheadAt(today - day), aheadAt(today + 2 * day)]
    if (before === after) {
      settledDay = today
      settledOffset = before
      return [localSeconds - before]
    }
    // The larger one comes first: further ahead of UTC, the clock shows it earlier.
    return [Math.max(before, after), Math.min(before, after)]
      .filter((ahead) => aheadAt(localSeconds - ahead) === ahead)
      .map((ahead) => localSeconds - ahead)
  }
  return {name: text.trim(), moments}
}

function offsetSeconds(text: string): number | undefined {
  if (/^(z|utc)$/i.test(text)) return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d?)(?::?(\d\d))?$/.exec(text) ?? []
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60)
}

/** By how many seconds the zone's clock is ahead of UTC at a moment. @throws UsageError */
function zoneClock(zone: string): (seconds: number) => number {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {timeZone: zone, timeZoneName: 'longOffset'})
  } catch {
    const near = didYouMean(zone, Intl.supportedValuesOf('timeZone'))
    throw new UsageError(`there is no time zone "${zone}"${near ? `; did you mean ${near}?` : ''}`, [
      'write a zone such as Europe/Berlin, or an offset such as +02:00',
    ])
  }
  return (seconds) => {
    // `GMT+02:00`; `GMT-00:44:30`, as Liberia had it up to 1972; `GMT`.
    const written = format.formatToParts(seconds * 1000).find(({type}) => type === 'timeZoneName')!.value
    const [, sign, ...parts] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(written) ?? []
    const [hours = 0, minutes = 0, rest = 0] = parts.map((part: string | undefined) => Number(part ?? 0))
    return (sign === '-' ? -1 : 1) * (hours * 3600 + minutes * 60 + rest)
  }
}
