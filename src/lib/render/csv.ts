import type {Cell, Column} from './formats.ts'
import {pythonText} from './python.ts'

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
    heading + rows.map((row) => line(columns.map(({value, python}) => csvField(value(row), quoting, python)))).join('')
  )
}

function csvField(cell: Cell, quoting: Quoting, python?: true): string {
  const text = textOf(cell, python)
  switch (quoting) {
    case 'none':
      return text.replace(/[",\\\r\n]/g, '\\$&')
    case 'minimal':
      return /[",\r\n]/.test(text) ? inQuotes(text) : text
    case 'nonnumeric':
      return typeof cell === 'number' || (typeof cell === 'boolean' && python) ? text : inQuotes(text)
    case 'all':
      return inQuotes(text)
  }
}

function textOf(cell: Cell, python?: true): string {
  if (cell === null) return ''
  // A truth value is a number to Python.
  if (python && typeof cell !== 'object') return pythonText(cell, true)
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
}

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`
