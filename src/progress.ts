import cliProgress from 'cli-progress'

import {isScreen} from './lib/render/screen.ts'

/** How far something is that takes long. */
export interface Progress {
  /** `done` of the total; `rest` is shown behind it. */
  update: (done: number, rest: Record<string, string>) => void
  stop: () => void
}

const none: Progress = {update: () => undefined, stop: () => undefined}

/** What is over sooner shows nothing. */
const afterMilliseconds = 1000

/** Columns for what stands around a bar: `  100 %  1000000000 measures  1000000/s  10m30s left`. */
const wordColumns = 53
/** A shorter bar says nothing. */
const shortest = 8
const longest = 40

type Screen = NodeJS.WritableStream & Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>

/**
 * A bar with the time left, as long as the terminal has room for, on stderr, where that is a terminal; it goes when the
 * work is done. `total` is unknown for what has no end in sight.
 */
export function openProgress(total: number | undefined, rest: string, screen: Screen = process.stderr): Progress {
  if (!isScreen(screen)) return none
  const barsize = Math.max(0, Math.min(longest, (screen.columns || 80) - wordColumns))
  const known = `${barsize < shortest ? '' : '{bar} '}{percentage} %  ${rest}  {eta_formatted} left`
  const bar = new cliProgress.SingleBar(
    {
      format: `  ${total === undefined ? rest : known}`,
      barsize,
      stream: screen,
      clearOnComplete: true,
      hideCursor: true,
      etaBuffer: 50,
    },
    cliProgress.Presets.shades_classic,
  )
  const begun = performance.now()
  let shown = false
  return {
    update(done, values) {
      if (!shown && performance.now() - begun < afterMilliseconds) return
      if (!shown) bar.start(total ?? 1, done, values)
      shown = true
      bar.update(done, values)
    },
    stop() {
      if (shown) bar.stop()
    },
  }
}
