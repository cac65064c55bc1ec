import cliProgress from 'cli-progress'

/** How far something is that takes long. */
export interface Progress {
  /** `done` of the total; `rest` is shown behind it. */
  update: (done: number, rest: Record<string, string>) => void
  stop: () => void
}

const none: Progress = {update: () => undefined, stop: () => undefined}

/** What is over sooner shows nothing. */
const afterMilliseconds = 1000

/**
 * A bar with the time left, on stderr, where that is a terminal; it goes when the work is done. `total` is unknown for
 * what has no end in sight.
 */
export function openProgress(total: number | undefined, rest: string): Progress {
  if (!process.stderr.isTTY) return none
  const format = total === undefined ? `  ${rest}` : `  {bar} {percentage} %  ${rest}  {eta_formatted} left`
  const bar = new cliProgress.SingleBar(
    {format, stream: process.stderr, clearOnComplete: true, hideCursor: true, etaBuffer: 50},
    cliProgress.Presets.shades_classic,
  )
  const begun = performance.now()
  let shown = false
  return {
    update(done, values) {
      if (!shown && performance.now() - begun < afterMilliseconds) return
      if (!shown) bar.start(total ?? 1, 0, values)
      shown = true
      bar.update(done, values)
    },
    stop() {
      if (shown) bar.stop()
    },
  }
}
