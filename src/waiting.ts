import {isScreen} from './lib/render/screen.ts'

/** A line that tells that something is under way. */
export interface Waiting {
  /** What it is, from now on. */
  say: (words: string) => void
  /** One more request was answered. */
  answered: () => void
  /** Takes the line away, since others write; it comes back when nothing has been written for a second. */
  clear: () => void
  stop: () => void
}

/** What is over sooner shows nothing. */
const afterMilliseconds = 1000
const frameMilliseconds = 100
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'] as const

const nothing = () => undefined
export const noWaiting: Waiting = {say: nothing, answered: nothing, clear: nothing, stop: nothing}

type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>

/** `⠹ waiting for Gnocchi … 3 s, 12 requests`, on a terminal; nothing elsewhere. It holds back no end of the program. */
export function openWaiting(words: string, screen: Screen = process.stderr): Waiting {
  if (!isScreen(screen)) return noWaiting
  const begun = performance.now()
  let now = words
  let requests = 0
  let quietSince = begun
  let shown = 0
  const clear = () => {
    if (shown > 0) screen.write('\r\u001B[K')
    shown = 0
    quietSince = performance.now()
  }
  const timer = setInterval(() => {
    if (shown === 0 && performance.now() - quietSince < afterMilliseconds) return
    const seconds = Math.floor((performance.now() - begun) / 1000)
    const line = `${frames[shown++ % frames.length]} ${now} … ${seconds} s${requests > 1 ? `, ${requests} requests` : ''}`
    // A line that is broken at the edge could not be taken back.
    screen.write(`\r${line.slice(0, screen.columns - 1)}\u001B[K`)
  }, frameMilliseconds).unref()
  return {
    say: (next) => (now = next),
    answered: () => requests++,
    clear,
    stop() {
      clearInterval(timer)
      clear()
    },
  }
}
