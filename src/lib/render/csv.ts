import type {Cell} from './formats.ts'

/** When a field stands in quotes; names and default as Python's csv module and the official client have them. */
export const quotings = ['all', 'minimal', 'none', 'nonnumeric'] as const
export type Quoting = (typeof quotings)[number]

/** RFC 4180, with the line feeds of Unix. */
export const csvText = (
  names: readonly string[] | undefined,
  rows: readonly (readonly Cell[])[],
  quoting: Quoting = 'nonnumeric',
): string =>
  [...(names ? [names] : []), ...rows]
    .map((row) => `${row.map((cell) => csvField(cell, quoting)).join(',')}\n`)
    .join('')

function csvField(cell: Cell, quoting: Quoting): string {
  const text = cell === null ? '' : typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
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

const inQuotes = (text: string): string => `"${text.replaceAll('"', '""')}"`
