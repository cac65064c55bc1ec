import type {HostSeries, Question} from '../series/read.ts'
import {
  chooseColumns,
  formats,
  sortRows,
  type Column,
  type FormatName,
  type ListFormatName,
  type Look,
} from './formats.ts'
import {inPlace, isScreen, type Terminal} from './screen.ts'
import {seriesColumns, seriesRows, seriesTables} from './series.ts'

/** Turns one look after another into text. */
export type Looks = (series: readonly HostSeries[], question: Question) => string | Promise<string>

/** For people: a table for each host. */
export const tableLooks = (colour: boolean, frame: (text: string) => string): Looks => {
  return (series, question) => frame(seriesTables(series, question, colour))
}

/** For programs: each look a document of its own, the heading of CSV over the first one only. */
export function rowLooks(question: Question, {format, column, by, descending}: Rows, lookOf: () => Look): Looks {
  const columns = seriesColumns(question)
  const look = listLooks(chooseColumns(columns, column), format, lookOf)
  const sorted = (rows: ReturnType<typeof seriesRows>) => sortRows(rows, columns, by, descending)
  // A column there is not is said before anything is asked.
  sorted([])
  return (series) => look(sorted(seriesRows(series)))
}

interface Rows {
  format: ListFormatName
  column: string[] | undefined
  /** Columns to sort by. */
  by: string[]
  descending: boolean
}

/** The same of rows of any kind. */
export const listLooks = <T>(
  columns: readonly Column<T>[],
  format: ListFormatName,
  lookOf: () => Look,
): ((rows: readonly T[]) => Promise<string>) =>
  appended(format, lookOf, (rows: readonly T[], look) => formats[format].list(rows, columns, look))

/** The same where a look is one thing: an object of JSON on a line, the values of `value` too. */
export const oneLooks = <T>(
  columns: readonly Column<T>[],
  format: FormatName,
  lookOf: () => Look,
): ((row: T) => Promise<string>) =>
  appended(format, lookOf, (row: T, look) => {
    if (format === 'value') return formats.value.list([row], columns)
    return formats[format === 'json' ? 'ndjson' : format].one(row, columns, look)
  })

/** Texts one after the other: the heading of CSV over the first one only, a line between two documents of YAML. */
function appended<T>(
  format: FormatName,
  lookOf: () => Look,
  text: (shown: T, look: Look) => string | Promise<string>,
): (shown: T) => Promise<string> {
  let first = true
  return async (shown) => {
    const between = format === 'yaml' && !first ? '---\n' : ''
    const drawn = text(shown, {...lookOf(), ...(first ? {} : {noHeading: true})})
    first = false
    return `${between}${await drawn}`
  }
}

export interface ChartLooks {
  colour: boolean
  name: string
  unit: string
  thresholds: readonly number[]
  /** Columns of the widest chart. */
  width: () => number
}

/** For people: charts as large as the terminal is at that moment; one that is appended leaves room for the prompt. */
export async function chartLooks(
  {width, ...page}: ChartLooks,
  terminal: Terminal & {isTTY?: boolean},
  once: boolean,
): Promise<Looks> {
  const {charts} = await import('./chart/charts.ts')
  const frame = framesFor(terminal, once)
  return (series, question) => {
    const {rows} = terminal
    const height = rows && Math.max(1, once ? Math.min(rows - 4, 24) : rows - 1)
    return frame(charts(series, question, {...page, width: width(), ...(height ? {height} : {})}))
  }
}

/** Frames in place on a terminal; elsewhere, and for a single one, appended. */
export const framesFor = (terminal: Terminal & {isTTY?: boolean}, once: boolean): ((text: string) => string) =>
  isScreen(terminal) && !once ? inPlace(terminal) : (text) => `${text}\n`
