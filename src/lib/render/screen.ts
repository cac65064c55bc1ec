/** What a terminal is: its size is read anew at each frame, since people resize it. */
export interface Terminal {
  rows?: number | undefined
  columns?: number | undefined
}

/**
 * Turns frames into terminal output that redraws in place, without flicker: each line is overwritten and cleared to its
 * end. After a resize, which breaks lines anew, the screen is cleared first. A frame that is taller than the terminal
 * cannot be redrawn, and is appended.
 */
export function inPlace(terminal: Terminal): (frame: string) => string {
  let before: string | undefined
  return (frame) => {
    const lines = frame.replace(/\n$/, '').split('\n')
    if (terminal.rows === undefined || lines.length >= terminal.rows) return `${frame}\n`
    const size = `${terminal.rows} ${terminal.columns}`
    const start = size === before ? '\u001B[H' : '\u001B[2J\u001B[H'
    before = size
    return `${start}${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`
  }
}
