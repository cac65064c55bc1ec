import {stripVTControlCharacters} from 'node:util'

import {textWidth} from './text-width.ts'

/** What a terminal is: its size is read anew at each frame, since people resize it. */
export interface Terminal {
  rows?: number | undefined
  columns?: number | undefined
}

/** Whether what stands on it can be written over: a terminal without a cursor that moves is called dumb. */
export const isScreen = ({isTTY}: {isTTY?: boolean}): boolean => isTTY === true && process.env['TERM'] !== 'dumb'

/**
 * Turns frames into terminal output that redraws in place, without flicker: each line is overwritten and cleared to its
 * end. After a resize, which breaks lines anew, the screen is cleared first. A frame that takes more rows than the
 * terminal has, since lines are broken at its edge, cannot be redrawn, and is appended.
 */
export function inPlace(terminal: Terminal): (frame: string) => string {
  let before: string | undefined
  return (frame) => {
    const {rows, columns = Infinity} = terminal
    const lines = frame
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({text, width: textWidth(stripVTControlCharacters(text))}))
    const height = lines.reduce((sum, {width}) => sum + Math.max(1, Math.ceil(width / columns)), 0)
    if (rows === undefined || height >= rows) return `${frame}\n`
    const size = `${rows} ${columns}`
    const start = size === before ? '\u001B[H' : '\u001B[2J\u001B[H'
    before = size
    // Behind a full row the cursor stands on its last character, which clearing would take.
    const drawn = lines.map(({text, width}) => `${text}${width > 0 && width % columns === 0 ? '' : '\u001B[K'}\n`)
    return `${start}${drawn.join('')}\u001B[J`
  }
}
