import {setTimeout as sleep} from 'node:timers/promises'

import {roughly} from './duration.ts'
import {AppError} from './errors.ts'

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

/**
 * What `look` sees at each tick. One that fails after others went well is one look missed, of which `missed` is told; what
 * the first one throws ends it, and so does a bug.
 */
export async function* looks<T>(
  ticks: AsyncIterable<Date>,
  look: (now: Date) => Promise<T>,
  missed: (line: string) => void,
): AsyncGenerator<T, void, void> {
  let isFirst = true
  for await (const now of ticks) {
    let seen: T
    try {
      seen = await look(now)
    } catch (error) {
      if (isFirst || !(error instanceof AppError)) throw error
      missed(error.message)
      continue
    }
    isFirst = false
    yield seen
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
