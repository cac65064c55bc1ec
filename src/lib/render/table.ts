import {getBorderCharacters, table} from 'table'

/** Most columns of the terminal that a table may take, and whether words may be broken for it. */
export interface TableWidth {
  most: number
  breakWords: boolean
}

/** Plain ASCII, as the official client and the seed's consumer draw: it survives any terminal, mail and log. */
const border = {...getBorderCharacters('ramac'), joinLeft: '+', joinRight: '+', joinJoin: '+'}

/** Rows of cells, the first one the heading; `toTheRight`: which columns stand there. */
export function drawTable(cells: string[][], width?: TableWidth, toTheRight: readonly boolean[] = []): string {
  const widths = width && fittedWidths(cells, width)
  if (!widths && cells.every((row) => row.every((cell) => plain.test(cell)))) return drawPlain(cells, toTheRight)
  return table(cells, {
    border,
    drawHorizontalLine: (index, count) => index < 2 || index === count,
    columns: cells[0]!.map((_, column) => ({
      alignment: toTheRight[column] ? 'right' : 'left',
      ...(widths ? {width: widths[column]!, wrapWord: !width.breakWords} : {}),
    })),
  })
}

/** Each character takes one place, and all are on one line. */
const plain = /^[ -~]*$/

/** The same of plain cells, in a twentieth of the time: a hundred thousand rows took seven seconds. */
function drawPlain(cells: readonly (readonly string[])[], toTheRight: readonly boolean[]): string {
  const widths = cells[0]!.map((_, column) => longestOf(cells.map((row) => row[column]!.length)))
  const rule = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+\n`
  const [heading, ...rows] = cells.map(
    (row) => `| ${row.map((cell, column) => padded(cell, widths[column]!, toTheRight[column])).join(' | ')} |\n`,
  )
  return `${rule}${heading}${rule}${rows.join('')}${rows.length === 0 ? '' : rule}`
}

const padded = (cell: string, width: number, toTheRight = false): string =>
  toTheRight ? cell.padStart(width) : cell.padEnd(width)

/** Math.max takes no hundred thousand arguments. */
const longestOf = (lengths: readonly number[]): number => lengths.reduce((most, length) => Math.max(most, length), 0)

const narrowest = 8

/** Width of each column, the widest made narrower until all fit; undefined when they do as they are. */
function fittedWidths(cells: string[][], {most, breakWords}: TableWidth): number[] | undefined {
  const longest = (column: number, separator: RegExp) =>
    Math.max(1, longestOf(cells.flatMap((row) => row[column]!.split(separator).map((part) => part.length))))
  const columns = cells[0]!.map((_, column) => column)
  const widths = columns.map((column) => longest(column, /\n/))
  // An id that is broken cannot be copied: words stay whole unless asked otherwise.
  const least = columns.map((column) => Math.max(narrowest, breakWords ? 0 : longest(column, /\s/)))
  let excess = widths.reduce((sum, width) => sum + width + 3, 1) - most
  if (excess <= 0) return undefined
  for (; excess > 0; excess--) {
    const widest = columns
      .filter((column) => widths[column]! > least[column]!)
      .reduce<number | undefined>(
        (best, column) => (best === undefined || widths[column]! > widths[best]! ? column : best),
        undefined,
      )
    if (widest === undefined) break
    widths[widest]!--
  }
  return widths
}
