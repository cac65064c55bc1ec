import type {Cell, Column} from './formats.ts'
import {pythonFloat} from './python-float.ts'

/** When a field stands in quotes; names and default as Python's csv module and the official client have them. */
export const quotings = ['all', 'minimal', 'none', 'nonnumeric'] as const
export type Quoting = (typeof quotings)[number]

/** RFC 4180, with the line feeds of Unix. */
export function csvText<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  quoting: Quoting = 'nonnumeric',
  noHeading = false,
): string {
  const line = (fields: string[]) => `${fields.join(',')}\n`
  const heading = noHeading ? '' : line(columns.map(({name}) => csvField(name, quoting)))
  return (
    heading + rows.map((row) => line(columns.map(({value, float}) => csvField(value(row), quoting, float)))).join('')
  )
}

function csvField(cell: Cell, quoting: Quoting, float?: true): string {
  const text = textOf(cell, float)
  switch (quoting) {
    case 'none':
      return text.replace(/[",\\\r\n]/g, '\\$&')
    case 'minimal':
      return /[",\r\n]/.test(text) ? inQuotes(text) : text
    case 'nonnumeric':
      return typeof cell === 'number' ? text : inQuotes(text)
    case 'all':
      return inQuotes(text)
  }
}

function textOf(cell: Cell, float?: true): string {
  if (typeof cell === 'number' && float) return pythonFloat(cell)
  return cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`
