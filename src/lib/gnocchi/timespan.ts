import {parseDuration} from '../duration.ts'
import {UsageError} from '../errors.ts'

/** `1:00` is a minute, `1:00:00` an hour, `1:00:00:00` and `1 day, 0:00:00` a day. */
const clock =
  /^(?:(\d{1,7}) ?d(?:ays?)?,? |(\d{1,7}):(?=\d\d:\d\d:))?(?:(\d{1,9}):(?=\d\d:))?(\d{0,2}):(\d\d(?:\.\d{1,9})?)$/

/** Units that Gnocchi knows beside those of a duration. */
const shorter = /(\d\s*)(sec|min|hr|wk|dy)s?(?![a-z])/g
const whole: Record<string, string> = {sec: 's', min: 'm', hr: 'h', wk: 'w', dy: 'd'}

/**
 * Seconds of a timespan as Gnocchi takes it: `300`, `60s`, `5 min`, `1h30m`, `2 days`, `1w`, `1:00`, `00:01:00`; besides, a
 * year, `1y`, has 365 days.
 * @throws UsageError
 * @see gnocchi/utils.py to_timespan, pytimeparse
 */
export function parseTimespan(text: string): number {
  const lower = text.trim().toLowerCase()
  const [, days, dayClock, hours, minutes, seconds] = clock.exec(lower) ?? []
  if (seconds !== undefined) {
    const total =
      Number(days ?? dayClock ?? 0) * 86_400 + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds)
    if (total > 0) return total
  }
  try {
    return parseDuration(lower.replace(shorter, (_, amount: string, unit: string) => amount + whole[unit]!))
  } catch {
    throw new UsageError(`"${text}" is not a timespan; write 30s, 5m, 1h30m, 7d, 00:05:00 or a number of seconds`)
  }
}
