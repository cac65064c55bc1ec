import type {Measure} from './measures.ts'

/** Seconds that a measure may lie ahead of now: clocks differ a little. */
const mostAheadSeconds = 60

/**
 * Why a measure must never be sent to Gnocchi, or undefined. Each of these gets a 202, and harm:
 * a NaN or infinity makes the aggregates of its period NaN for ever; a timestamp beyond 2262 (milliseconds taken for
 * seconds) becomes NaT and stops its metric for ever; one in the future has all that comes until then dropped.
 * @see gnocchi/utils.py to_timestamps, gnocchi/carbonara.py BoundTimeSerie
 */
export function unsendable({at, value}: Measure, now: Date): string | undefined {
  if (!Number.isFinite(value)) return `its value is ${value}, not a number that Gnocchi can aggregate`
  const milliseconds = at.getTime()
  if (Number.isNaN(milliseconds)) return 'its time is no time'
  if (milliseconds < 0) return 'its time is before 1970'
  const ahead = (milliseconds - now.getTime()) / 1000
  if (ahead > mostAheadSeconds)
    return `its time is ${ahead.toFixed(0)} s in the future: Gnocchi would drop all that comes until then`
  return undefined
}
