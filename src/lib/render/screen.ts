/** What a terminal is: its height is read anew at each frame, since people resize it. */
export interface Terminal {
  rows?: number | undefined
}

/**
 * Turns frames into terminal output that redraws in place, without flicker: each line is overwritten and cleared to its
 * end. A frame that is taller than the terminal cannot be redrawn, and is appended.
 */
export function inPlace(terminal: Terminal): (frame: string) => string {
  let first = true
  return (frame) => {
    const lines = frame.replace(/\n$/, '').split('\n')
    if (terminal.rows === undefined || lines.length >= terminal.rows) return `${frame}\n`
    const start = first ? '\u001B[2J\u001B[H' : '\u001B[H'
    first = false
    return `${start}${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`
  }
}
