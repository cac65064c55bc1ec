import {WrongShape, text, type Shape} from '../shape.ts'

const timedelta = /^(?:(-?\d{1,9}) days?, )?(\d\d?):([0-5]\d):([0-5]\d(?:\.\d{1,6})?)$/

/**
 * Seconds of a Python timedelta in text, as Gnocchi writes spans: `0:05:00`, `30 days, 0:00:00`, `0:00:00.100000`.
 * @throws WrongShape when it is none
 * @see Python's datetime.timedelta.__str__
 */
export const timedeltaSeconds: Shape<number> = (value) => {
  const [, days = '0', hours, minutes, seconds] = timedelta.exec(text(value)) ?? []
  if (hours === undefined) throw new WrongShape(`is ${JSON.stringify(value)}, not a timespan`)
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

/** The same, back: how Gnocchi and its official client write so many seconds. */
export function timedeltaText(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const rest = seconds - days * 86_400
  const [hours, minutes] = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60)]
  const [whole, fraction] = (rest % 60).toFixed(6).split('.') as [string, string]
  const time = `${hours}:${String(minutes).padStart(2, '0')}:${whole.padStart(2, '0')}${fraction === '000000' ? '' : `.${fraction}`}`
  return days === 0 ? time : `${days} day${Math.abs(days) === 1 ? '' : 's'}, ${time}`
}
