import {getBorderCharacters, table} from 'table'

import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import {clean} from './clean.ts'

export type Cell = string | number | boolean | null | readonly Cell[] | {readonly [key: string]: Cell}

/** A column of an answer: what programs get, and what people see where that differs. */
export interface Column<T> {
  /** Key in JSON, heading in CSV, name for `--column`. */
  name: string
  /** Heading in a table; the name when left out. */
  title?: string
  value: (row: T) => Cell
  text?: (row: T) => string
  /** Left out of tables. */
  programsOnly?: true
}

interface Format {
  /** Rows in, text out, a line break at its end. */
  list<T>(rows: readonly T[], columns: readonly Column<T>[]): string
  /** One thing, its columns as fields. */
  one<T>(row: T, columns: readonly Column<T>[]): string
}

const asObject = <T>(row: T, columns: readonly Column<T>[]): Record<string, Cell> =>
  Object.fromEntries(columns.map(({name, value}) => [name, value(row)]))

/** Plain ASCII, as the official client and the seed's consumer draw: it survives any terminal, mail and log. */
const border = {...getBorderCharacters('ramac'), joinLeft: '+', joinRight: '+', joinJoin: '+'}

const drawTable = (cells: string[][]): string =>
  table(cells, {
    border,
    drawHorizontalLine: (index, count) => index < 2 || index === count,
  })

const forPeople = <T>(columns: readonly Column<T>[]) => columns.filter(({programsOnly}) => !programsOnly)

const csv = <T>(rows: readonly T[], columns: readonly Column<T>[]): string =>
  [columns.map(({name}) => name), ...rows.map((row) => columns.map(({value}) => plain(value(row))))]
    .map((fields) => `${fields.map(csvField).join(',')}\n`)
    .join('')

const ndjson = <T>(rows: readonly T[], columns: readonly Column<T>[]): string =>
  rows.map((row) => `${JSON.stringify(asObject(row, columns))}\n`).join('')

/** What `--format` takes. To add a format, add an entry. */
export const formats = {
  table: {
    list: (rows, columns) =>
      rows.length === 0
        ? ''
        : drawTable([
            forPeople(columns).map(heading),
            ...rows.map((row) => forPeople(columns).map((column) => clean(shown(row, column)))),
          ]),
    one: (row, columns) =>
      drawTable([
        ['Field', 'Value'],
        ...forPeople(columns).map((column) => [heading(column), clean(shown(row, column))]),
      ]),
  },
  json: {
    list: (rows, columns) =>
      `${JSON.stringify(
        rows.map((row) => asObject(row, columns)),
        null,
        2,
      )}\n`,
    one: (row, columns) => `${JSON.stringify(asObject(row, columns), null, 2)}\n`,
  },
  csv: {list: csv, one: (row, columns) => csv([row], columns)},
  value: {
    list: (rows, columns) =>
      rows.map((row) => `${columns.map(({value}) => clean(plain(value(row)))).join(' ')}\n`).join(''),
    one: (row, columns) => columns.map(({value}) => `${clean(plain(value(row)))}\n`).join(''),
  },
  ndjson: {list: ndjson, one: (row, columns) => ndjson([row], columns)},
} satisfies Record<string, Format>

const heading = <T>({name, title}: Column<T>): string => title ?? name

export type FormatName = keyof typeof formats

const shown = <T>(row: T, {text, value}: Column<T>): string => text?.(row) ?? plain(value(row))

const plain = (cell: Cell): string =>
  cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)

/** RFC 4180, with the line feeds of Unix. */
const csvField = (field: string): string => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

/**
 * The columns asked for, in the order asked for; all when none are.
 * @throws UsageError for a column there is not
 */
export function chooseColumns<T>(
  columns: readonly Column<T>[],
  names: readonly string[] | undefined,
): readonly Column<T>[] {
  return (names?.length ?? 0) === 0
    ? columns
    : names!.map((wanted) => {
        const found = columns.find(({name, title}) =>
          [name, title].some((known) => known?.toLowerCase() === wanted.toLowerCase()),
        )
        if (found) return found
        const known = columns.map(({name}) => name)
        const near = didYouMean(wanted, known)
        throw new UsageError(`--column: there is no column "${wanted}"${near ? `; did you mean "${near}"?` : ''}`, [
          `there are ${known.join(', ')}`,
        ])
      })
}
