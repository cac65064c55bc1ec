import {setTimeout as sleep} from 'node:timers/promises'

import {UsageError} from './errors.ts'
import {lastSecond, likelyUnitAsked, parseDuration, roughly} from './duration.ts'
import {parseIso8601} from './iso-8601.ts'

/** ISO 8601 in UTC with `Z`, and milliseconds only where there are any: the one way times are written. */
export function isoTime(at: Date): string {
  const text = at.toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text
}

/**
 * A moment as people write it: ISO 8601 (no offset means UTC, as in Gnocchi), Unix seconds, `now`, or `-1h` before now.
 * @throws UsageError
 */
export function parseTime(text: string, now: Date): Date {
  const trimmed = text.trim()
  const at = moment(trimmed, now)
  // A Date in milliseconds, taken for seconds, is beyond the last one.
  if (!at || Number.isNaN(at.getTime()) || at.getTime() < 0 || at.getTime() > lastSecond * 1000)
    throw new UsageError(
      `"${text}" is not a time${likelyUnitAsked(trimmed)}; write 2026-11-24T10:00:00Z, Unix seconds, now, or -1h for an hour ago`,
    )
  return at
}

function moment(text: string, now: Date): Date | undefined {
  if (text === 'now') return now
  if (text.startsWith('-')) return new Date(now.getTime() - parseDuration(text.slice(1)) * 1000)
  if (/^\d{5,}(\.\d+)?$/.test(text)) return new Date(Number(text) * 1000)
  const written = parseIso8601(text)
  return written && new Date(written.wallMilliseconds - (written.aheadMinutes ?? 0) * 60_000)
}

/**
 * Moments `stepSeconds` apart, aligned to the clock (at :00, :10, :20 for 10), each yielded when it has come.
 * A consumer that takes longer than a step, a stopped process or a clock set forward miss ticks: a late tick is skipped,
 * never replayed. When the clock is set back by more than two steps, ticks follow it, a millisecond later for each time
 * it was set back, so that no moment comes twice. Ends, quietly, when `signal` aborts.
 */
export async function* alignedTicks(
  stepSeconds: number,
  signal: AbortSignal,
  report: (line: string) => void = () => undefined,
): AsyncGenerator<Date, void, void> {
  const step = stepSeconds * 1000
  const next = () => Math.ceil(Date.now() / step)
  let setBack = 0
  // Counting in whole steps, not from the clock's reading on waking: a timer may fire a millisecond early.
  for (let n = next(); !signal.aborted; n = Math.max(n + 1, next())) {
    while (Date.now() < n * step) {
      // Not longer than a step at once: a clock that is set while we sleep is seen with the next tick.
      const left = Math.min(step, n * step - Date.now())
      try {
        await sleep(left, undefined, {signal})
      } catch {
        return
      }
      if (n * step - Date.now() <= 2 * step) continue
      report(`the clock was set back by ${roughly((n * step - Date.now()) / 1000)}`)
      setBack++
      n = next()
    }
    const late = Math.floor((Date.now() - n * step) / step)
    n += late
    yield new Date(n * step + setBack)
  }
}

/** `now`, then every `stepSeconds` after it, for what is looked at rather than recorded. Ends when `signal` aborts. */
export async function* repeatedly(stepSeconds: number, signal: AbortSignal): AsyncGenerator<Date, void, void> {
  while (!signal.aborted) {
    yield new Date()
    try {
      await sleep(stepSeconds * 1000, undefined, {signal})
    } catch {
      return
    }
  }
}

/** The first `count` of `items`. */
export async function* take<T>(items: AsyncIterable<T>, count: number): AsyncGenerator<T, void, void> {
  let left = count
  if (left <= 0) return
  for await (const item of items) {
    yield item
    if (--left <= 0) return
  }
}
