import {Chalk} from 'chalk'

import {clean} from '../../clean.ts'
import {charWidth, textWidth} from '../text-width.ts'

/** A piece of a line in one ink; a line is a row of them, painted at the end, when its width no longer matters. */
export interface Run {
  text: string
  /** A number of `inks`; -1 is none. */
  ink: number
}

export const noInk = -1
/** Colours that lines are told apart by. */
export const lineInks = 6
export const thresholdInk = 6
export const bandInk = 7
export const noteInk = 8
const inks = ['cyan', 'yellow', 'green', 'magenta', 'blue', 'white', 'red', 'gray', 'yellow'] as const

/** Text in one ink, on one line and without control characters: names come from elsewhere. */
export const run = (text: string, ink = noInk): Run => ({text: clean(text).replaceAll('\n', ' '), ink})

const rowWidth = (row: readonly Run[]): number => row.reduce((sum, {text}) => sum + textWidth(text), 0)

/** No wider than `most` columns, `…` where something is missing. */
export function clip(row: readonly Run[], most: number): Run[] {
  if (rowWidth(row) <= most) return [...row]
  const clipped: Run[] = []
  let room = most - 1
  for (const {text, ink} of row) {
    let kept = ''
    for (const char of text) {
      if (charWidth(char) > room) return [...clipped, {text: `${kept}${most > 0 ? '…' : ''}`, ink}]
      kept += char
      room -= charWidth(char)
    }
    clipped.push({text: kept, ink})
  }
  return clipped
}

/** With blanks up to `width` columns. */
export const pad = (row: readonly Run[], width: number): Run[] => [
  ...row,
  {text: ' '.repeat(Math.max(0, width - rowWidth(row))), ink: noInk},
]

/** Lines of text, without blanks at their ends. */
export function paint(rows: readonly (readonly Run[])[], colour: boolean): string {
  const chalk = new Chalk({level: colour ? 1 : 0})
  const paintRun = ({text, ink}: Run) => {
    const name = inks[ink]
    return name === undefined || text.trim() === '' ? text : chalk[name](text)
  }
  return rows.map((row) => `${row.map(paintRun).join('').trimEnd()}\n`).join('')
}
