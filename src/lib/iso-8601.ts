/** A time as it is written: what a clock on the wall shows, and how far that clock is ahead of UTC. */
export interface WrittenTime {
  /** From 1970 to what the clock shows, were it UTC's. NaN where no calendar or clock ever shows it. */
  wallMilliseconds: number
  /** What milliseconds have no room for: 0 to 999 999. */
  nanoseconds: number
  /** Undefined where it does not say. */
  aheadMinutes: number | undefined
}

const form =
  /^(\d{4})-?(\d\d)(?:-?(\d\d))?(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/**
 * ISO 8601 in the forms that Gnocchi and its official client take: `2026-11-24T10:00:00Z`, or less exact down to the
 * month; a space for `T`; without `-` and `:`; an offset of hours, or of hours and minutes. Digits of a fraction beyond
 * the ninth are dropped. Undefined where a text has another form.
 * @see gnocchi/utils.py to_timestamps, which asks numpy.datetime64; the client asks PyPI's iso8601
 */
export function parseIso8601(text: string): WrittenTime | undefined {
  const found = form.exec(text)
  if (!found) return undefined
  const [, year, month, day = '01', hour = '00', minute = '00', second = '00', fraction = '', offset] = found
  const aheadMinutes = offset === undefined ? undefined : minutesOf(offset)
  // JavaScript takes 31 February for 3 March, and 24:00 for the next day.
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  const isReal = Number(day) <= daysOfMonth && Number(hour) < 24 && !Number.isNaN(aheadMinutes)
  const wall = isReal ? Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) : Number.NaN
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'))
  return {
    wallMilliseconds: wall + Math.floor(nanoseconds / 1_000_000),
    nanoseconds: nanoseconds % 1_000_000,
    aheadMinutes,
  }
}

/** NaN for 24 hours and more, and for 60 minutes. */
function minutesOf(offset: string): number {
  if (/^z$/i.test(offset)) return 0
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(3).replace(':', ''))]
  return hours < 24 && minutes < 60 ? Number(`${offset[0]}1`) * (hours * 60 + minutes) : Number.NaN
}
