import {GnocchiError} from '../errors.ts'

const timedelta = /^(?:(-?\d+) days?, )?(\d+):(\d\d):(\d\d(?:\.\d+)?)$/

/**
 * Seconds of a Python timedelta in text, as Gnocchi writes spans: `0:05:00`, `30 days, 0:00:00`, `0:00:00.100000`.
 * @throws GnocchiError when it is none
 * @see Python's datetime.timedelta.__str__
 */
export function timedeltaSeconds(text: string): number {
  const [, days = '0', hours, minutes, seconds] = timedelta.exec(text) ?? []
  if (hours === undefined) throw new GnocchiError(`Gnocchi sent "${text}" where a timespan was expected`)
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
