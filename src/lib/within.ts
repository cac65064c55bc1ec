import {setTimeout as sleep} from 'node:timers/promises'

/**
 * Settles as `answer` does, if it does so in time. What becomes of it afterwards, a rejection too, is dropped.
 * @throws what `late` gives after `seconds`; none or fewer than none is at once
 */
export async function within<T>(seconds: number, answer: Promise<T>, late: () => Error): Promise<T> {
  const timer = new AbortController()
  const tooLate = sleep(Math.max(0, seconds) * 1000, undefined, {signal: timer.signal}).then(() => {
    throw late()
  })
  try {
    // A race takes the rejection of who loses it, too.
    return await Promise.race([answer, tooLate])
  } finally {
    timer.abort()
  }
}
