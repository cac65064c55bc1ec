import {getBorderCharacters, table} from 'table'

/** Most columns of the terminal that a table may take, and whether words may be broken for it. */
export interface TableWidth {
  most: number
  breakWords: boolean
}

/** Plain ASCII, as the official client and the seed's consumer draw: it survives any terminal, mail and log. */
const border = {...getBorderCharacters('ramac'), joinLeft: '+', joinRight: '+', joinJoin: '+'}

/** Rows of cells, the first one the heading. */
export function drawTable(cells: string[][], width?: TableWidth): string {
  const widths = width && fittedWidths(cells, width)
  return table(cells, {
    border,
    drawHorizontalLine: (index, count) => index < 2 || index === count,
    ...(widths ? {columns: widths.map((most) => ({width: most, wrapWord: !width.breakWords}))} : {}),
  })
}

const narrowest = 8

/** Width of each column, the widest made narrower until all fit; undefined when they do as they are. */
function fittedWidths(cells: string[][], {most, breakWords}: TableWidth): number[] | undefined {
  const longest = (column: number, separator: RegExp) =>
    Math.max(1, ...cells.flatMap((row) => row[column]!.split(separator).map((part) => part.length)))
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
