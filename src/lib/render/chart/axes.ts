/** How many periods a chart has room for: one for each column of dots, the gutter left out. */
export const periodsThatFit = (width: number): number => Math.max(10, (width - 10) * 2)

/** What stands beside and below a chart: round numbers, and moments of the local clock. */
export interface Scale {
  low: number
  high: number
  /** Between two ticks. */
  step: number
}

/** The narrowest scale of round numbers that holds all values, with at most `most` ticks. */
export function roundScale(values: readonly number[], most: number): Scale {
  // Beyond, a range would be infinite or nothing.
  const sane = values.map((value) => Math.min(1e300, Math.max(-1e300, value)))
  let low = sane.reduce((least, value) => Math.min(least, value), Infinity)
  let high = sane.reduce((greatest, value) => Math.max(greatest, value), -Infinity)
  if (low > high) [low, high] = [0, 1]
  // Equal values lie in the middle of a scale that shows what a tenth of them would be.
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-9
  if (high - low <= least) {
    const room = Math.abs(low) * 0.1 || 1
    ;[low, high] = [low - room, high + room]
  }
  const raw = Math.max((high - low) / Math.max(1, most - 1), 1e-290)
  const magnitude = 10 ** Math.floor(Math.log10(raw))
  const steps = [1, 2, 5, 10, 20, 50].map((factor) => factor * magnitude)
  const ends = (step: number): Scale => ({
    low: Math.floor(low / step) * step,
    high: Math.ceil(high / step) * step,
    step,
  })
  const fitting = steps.map(ends).find((scale) => Math.round((scale.high - scale.low) / scale.step) + 1 <= most)
  return fitting ?? {low, high, step: high - low}
}

/** Where an axis has its numbers, from below. */
export function ticksOf({low, high, step}: Scale): number[] {
  const count = Math.round((high - low) / step)
  // Multiplied, not added up: 0.1 + 0.2 would show.
  return Array.from({length: count + 1}, (_, index) => (index === count ? high : low + index * step))
}

const suffixes = [[1e18, 'E'], [1e15, 'P'], [1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k']] as const // prettier-ignore

/** A number of a few characters: `63.2`, `1.5M`, `1e-7`; `step` is the least difference that must be seen. */
export function shortNumber(value: number, step = Math.abs(value) / 100): string {
  const size = Math.abs(value)
  if (size >= 1e21 || (size > 0 && size < 1e-6)) return value.toExponential(1)
  const [scale, suffix] = size >= 1e4 ? suffixes.find(([least]) => size >= least)! : [1, '']
  const digits = step > 0 ? Math.ceil(-Math.log10(step / scale) - 1e-9) : 0
  return `${Number((value / scale).toFixed(Math.min(6, Math.max(0, digits))))}${suffix}`
}

export const withUnit = (text: string, unit: string): string => (unit ? `${text} ${unit}` : text)

const minute = 60
const hour = 3600
const day = 86_400
const timeSteps = [
  1, 2, 5, 10, 15, 30,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
  ...[1, 2, 7, 14, 30, 90, 365, 3650].map((n) => n * day),
] // prettier-ignore

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => String(n).padStart(2, '0')

/** `10:05` of the local clock, with seconds where asked. */
export const clock = (at: Date, seconds = false): string =>
  `${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`

/** `24 Nov`, with the year where it is not `now`'s. */
export const localDay = (at: Date, now = new Date()): string =>
  `${at.getDate()} ${months[at.getMonth()]}${at.getFullYear() === now.getFullYear() ? '' : ` ${at.getFullYear()}`}`

/** `UTC`, `UTC+1`, `UTC-3:30`: the local clock at that moment. */
export function utcOffset(at: Date): string {
  const minutes = -at.getTimezoneOffset()
  if (minutes === 0) return 'UTC'
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest === 0 ? '' : `:${two(rest)}`}`
}

export interface TimeTick {
  at: number
  label: string
}

/** Round moments of the local clock from `from` to `to`, at most `most`; the first of a day bears its date. */
export function timeTicks(from: number, to: number, most: number): TimeTick[] {
  const span = (to - from) / 1000
  const stepSeconds = timeSteps.find((step) => span / step <= most - 1) ?? Math.ceil(span / Math.max(1, most - 1))
  const step = stepSeconds * 1000
  // The clock of where the chart begins: when it changes on the way, the labels go on telling the truth.
  const offset = new Date(from).getTimezoneOffset() * 60_000
  const ticks: TimeTick[] = []
  let before = localDay(new Date(from))
  for (let at = Math.ceil((from - offset) / step) * step + offset; at <= to && ticks.length < most; at += step) {
    const moment = new Date(at)
    const today = localDay(moment)
    ticks.push({at, label: stepSeconds >= day || today !== before ? today : clock(moment, stepSeconds < minute)})
    before = today
  }
  return ticks
}
