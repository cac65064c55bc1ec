import {UsageError} from './errors.ts'

/**
 * When to raise an alert, as monitoring plugins have it: `10` outside 0 to 10, `10:` below 10, `~:10` above 10, `10:20`
 * outside of it, `@10:20` inside, ends included.
 * @see https://www.monitoring-plugins.org/doc/guidelines.html#THRESHOLDFORMAT
 */
export interface AlertRange {
  /** As it was written, and as performance data repeats it. */
  text: string
  low: number
  high: number
  /** Alert within the range, not outside. */
  inside: boolean
}

const number = '[-+]?(?:\\d+\\.?\\d*|\\.\\d+)'
const pattern = new RegExp(`^(@?)(?:(~|${number})?(:))?(${number})?$`)

/** @throws UsageError */
export function parseAlertRange(text: string): AlertRange {
  const trimmed = text.trim()
  const [, at, start, colon, end] = pattern.exec(trimmed) ?? []
  const low = start === '~' ? -Infinity : Number(start ?? 0)
  const high = end === undefined ? Infinity : Number(end)
  if (at === undefined || (colon === undefined && end === undefined) || (start === undefined && end === undefined))
    throw new UsageError(
      `"${text}" is not a range; write 80 (alert above 80 or below 0), 10: (below 10), ~:80, 10:20 or @10:20 (inside)`,
    )
  if (low > high) throw new UsageError(`"${text}" is not a range: ${start} is more than ${end}`)
  return {text: trimmed, low, high, inside: at === '@'}
}

export const alerts = ({low, high, inside}: AlertRange, value: number): boolean =>
  inside === (value >= low && value <= high)
