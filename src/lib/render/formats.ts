import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import {clean} from '../clean.ts'
import {csvText, type Quoting} from './csv.ts'
import {PythonFloat, pythonText} from './python.ts'
import {drawTable, type TableWidth} from './table.ts'

export type Cell = string | number | boolean | null | readonly Cell[] | {readonly [key: string]: Cell}

/** A column of an answer: what programs get, and what people see where that differs. */
export interface Column<T> {
  /** Key in JSON, heading in CSV, name for `--column`. */
  name: string
  /** Heading in a table; the name when left out. */
  title?: string
  value: (row: T) => Cell
  text?: (row: T) => string
  /** As the official client prints it, but in JSON: numbers are floats, and in tables, too, there are None and True. */
  python?: true
  /** Left out of tables. */
  programsOnly?: true
}

/** How a format may be varied; names as the flags have them. */
export interface Look {
  /** JSON on one line. */
  noindent?: boolean
  quote?: Quoting
  /** CSV that goes on: its heading stands above already. */
  noHeading?: boolean
  width?: TableWidth
  /** Before each name in `shell`. */
  prefix?: string
}

type Text = string | Promise<string>

/** The text of a list, in pieces. */
interface Pieces<T> {
  begin?: string
  /** At least one row; `first`: none stands before them. */
  rows: (rows: readonly T[], first: boolean) => Text
  /** `none`: there was no row. */
  end?: (none: boolean) => string
}

export interface Format {
  /** Rows in, text out, a line break at its end. */
  list?<T>(rows: readonly T[], columns: readonly Column<T>[], look?: Look): Text
  /** The same for rows that come in pages; left out where the first line depends on the last row. */
  pieces?: <T>(columns: readonly Column<T>[], look?: Look) => Pieces<T>
  /** One thing, its columns as fields. */
  one<T>(row: T, columns: readonly Column<T>[], look?: Look): Text
}

const asObject = <T>(row: T, columns: readonly Column<T>[]): Record<string, Cell> =>
  Object.fromEntries(columns.map(({name, value}) => [name, value(row)]))

const json = (value: unknown, {noindent}: Look = {}): string =>
  `${noindent ? oneLine(value) : JSON.stringify(value, null, 2)}\n`

/** As Python's json.dumps, and so the official client, puts spaces. Within a text, a line feed is an escape. */
const oneLine = (value: unknown): string =>
  JSON.stringify(value, null, 1)
    .replace(/(?<=[[{])\n *|\n *(?=[\]}])/g, '')
    .replace(/\n */g, ' ')

const jsonList = <T>(rows: readonly T[], columns: readonly Column<T>[], look: Look = {}): string =>
  json(
    rows.map((row) => asObject(row, columns)),
    look,
  )

const yaml = async (value: unknown): Promise<string> => (await import('./yaml.ts')).yamlText(value)

/** PyYAML reads what has no point as a whole number, or as text. */
const forYaml = <T>(row: T, columns: readonly Column<T>[]): Record<string, Cell | PythonFloat> =>
  Object.fromEntries(
    columns.map(({name, value, python}) => {
      const cell = value(row)
      return [name, python && typeof cell === 'number' ? new PythonFloat(cell) : cell]
    }),
  )

const yamlList = <T>(rows: readonly T[], columns: readonly Column<T>[]): Promise<string> =>
  yaml(rows.map((row) => forYaml(row, columns)))

const forPeople = <T>(columns: readonly Column<T>[]) => columns.filter(({programsOnly}) => !programsOnly)

const csv = <T>(rows: readonly T[], columns: readonly Column<T>[], {quote, noHeading}: Look = {}): string =>
  csvText(rows, columns, quote, noHeading)

const values = <T>(rows: readonly T[], columns: readonly Column<T>[]): string =>
  rows.map((row) => `${columns.map((column) => clean(asPython(row, column))).join(' ')}\n`).join('')

/** As the official client does: a column of numbers stands to the right, which its first row tells. */
const listTable = <T>(rows: readonly T[], columns: readonly Column<T>[], width: TableWidth | undefined): string =>
  drawTable(
    [columns.map(heading), ...rows.map((row) => columns.map((column) => clean(shown(row, column))))],
    width,
    columns.map(({python, value}) => python === true && typeof value(rows[0]!) === 'number'),
  )

const ndjson = <T>(rows: readonly T[], columns: readonly Column<T>[]): string =>
  rows.map((row) => `${JSON.stringify(asObject(row, columns))}\n`).join('')

/** What `--format` takes. To add a format, add an entry. */
export const formats = {
  table: {
    list: <T>(rows: readonly T[], columns: readonly Column<T>[], {width}: Look = {}): string =>
      rows.length === 0 ? '' : listTable(rows, forPeople(columns), width),
    one: <T>(row: T, columns: readonly Column<T>[], {width}: Look = {}): string =>
      drawTable(
        [['Field', 'Value'], ...forPeople(columns).map((column) => [heading(column), clean(shown(row, column))])],
        width,
      ),
  },
  json: {
    list: jsonList,
    pieces: <T>(columns: readonly Column<T>[], look: Look = {}): Pieces<T> => ({
      begin: '[',
      rows: (rows, first) =>
        (first ? '' : look.noindent ? ', ' : ',') + jsonList(rows, columns, look).slice(1, look.noindent ? -2 : -3),
      end: (none) => (none || look.noindent ? ']\n' : '\n]\n'),
    }),
    one: (row, columns, look = {}) => json(asObject(row, columns), look),
  },
  csv: {
    list: csv,
    pieces: <T>(columns: readonly Column<T>[], look: Look = {}): Pieces<T> => ({
      begin: csv([], columns, look),
      rows: (rows) => csv(rows, columns, {...look, noHeading: true}),
    }),
    one: (row, columns, look = {}) => csv([row], columns, look),
  },
  yaml: {
    list: yamlList,
    pieces: <T>(columns: readonly Column<T>[]): Pieces<T> => ({
      rows: (rows) => yamlList(rows, columns),
      end: (none) => (none ? '[]\n' : ''),
    }),
    one: (row, columns) => yaml(forYaml(row, columns)),
  },
  value: {
    list: values,
    pieces: (columns) => ({rows: (rows) => values(rows, columns)}),
    one: (row, columns) => columns.map((column) => `${clean(asPython(row, column))}\n`).join(''),
  },
  ndjson: {
    list: ndjson,
    pieces: (columns) => ({rows: (rows) => ndjson(rows, columns)}),
    one: (row, columns) => ndjson([row], columns),
  },
  shell: {
    one: (row, columns, {prefix = ''} = {}) =>
      columns.map((column) => `${prefix}${variable(column.name)}=${quoted(asPython(row, column))}\n`).join(''),
  },
} satisfies Record<string, Format>

export type FormatName = keyof typeof formats

/** Formats for many rows; `shell` has room for one thing only. */
export type ListFormatName = {
  [Name in FormatName]: (typeof formats)[Name] extends {list: unknown} ? Name : never
}[FormatName]
export const listFormats = (Object.keys(formats) as FormatName[]).filter(
  (name): name is ListFormatName => 'list' in formats[name],
)

/**
 * The text of a list whose rows come in pages, a piece for each page that has any, and one for the end.
 * @param piecesOf given the rows of the first page that has any, or none at all
 */
export async function* inPieces<T>(
  pages: AsyncIterable<readonly T[]>,
  piecesOf: (first: readonly T[]) => Pieces<T>,
): AsyncGenerator<string, void> {
  let pieces: Pieces<T> | undefined
  for await (const rows of pages) {
    if (rows.length === 0) continue
    const first = pieces === undefined
    pieces ??= piecesOf(rows)
    yield (first ? (pieces.begin ?? '') : '') + (await pieces.rows(rows, first))
  }
  const {begin = '', end = () => ''} = pieces ?? piecesOf([])
  yield pieces ? end(false) : begin + end(true)
}

const heading = <T>({name, title}: Column<T>): string => title ?? name

const shown = <T>(row: T, column: Column<T>): string =>
  column.text?.(row) ?? (column.python ? asPython(row, column) : plain(column.value(row)))

const plain = (cell: Cell): string =>
  cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)

/** As the official client prints them: an empty field would move those after it. */
const asPython = <T>(row: T, {value, python}: Column<T>): string => pythonText(value(row), python)

const variable = (name: string): string => name.toLowerCase().replace(/[^a-z0-9_]/g, '_')

/** For `eval` in any shell: nothing between double quotes is left for it to expand. */
const quoted = (text: string): string => `"${text.replace(/["\\$`]/g, '\\$&')}"`

const normal = (name: string): string => name.toLowerCase().trim().replaceAll(' ', '_')

/**
 * The columns asked for, in their own order, as the official client does it; all when none are.
 * @throws UsageError for a column there is not
 */
export function chooseColumns<T>(
  columns: readonly Column<T>[],
  names: readonly string[] | undefined,
): readonly Column<T>[] {
  if ((names?.length ?? 0) === 0) return columns
  const isCalled = ({name, title}: Column<T>, wanted: string) =>
    [name, title].some((known) => known !== undefined && normal(known) === normal(wanted))
  const unknown = names!.find((wanted) => !columns.some((column) => isCalled(column, wanted)))
  if (unknown !== undefined) throw noColumn('--column', unknown, columns)
  return columns.filter((column) => names!.some((wanted) => isCalled(column, wanted)))
}

/**
 * Rows by the values of columns, the first one named counting most; null comes last, and so first when
 * descending, as in cliff. As they are where none is named.
 * @throws UsageError for a column there is not
 */
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  names: readonly string[],
  descending: boolean,
): readonly T[] {
  if (names.length === 0) return rows
  const keys = names.map((wanted) => {
    const found = columns.find(({name, title}) =>
      [name, title].some((known) => known && normal(known) === normal(wanted)),
    )
    if (!found) throw noColumn('--sort-column', wanted, columns)
    return found.value
  })
  const sign = descending ? -1 : 1
  return rows.toSorted((a, b) => keys.map((key) => sign * compare(key(a), key(b))).find((order) => order !== 0) ?? 0)
}

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [left, right] = [plain(a), plain(b)]
  return left < right ? -1 : Number(left > right)
}

function noColumn<T>(flag: string, wanted: string, columns: readonly Column<T>[]): UsageError {
  const known = columns.map(({name}) => name)
  const near = didYouMean(wanted, known)
  return new UsageError(`${flag}: there is no column "${wanted}"${near ? `; did you mean "${near}"?` : ''}`, [
    `there are ${known.join(', ')}`,
  ])
}
