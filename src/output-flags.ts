// How what a command prints looks: names, letters and defaults as the official client's (cliff).
import {Flags} from '@oclif/core'

import {quotings, type Quoting} from './lib/render/csv.ts'
import {formats, listFormats, type FormatName, type ListFormatName, type Look} from './lib/render/formats.ts'

const formatFlags = {
  column: Flags.string({
    char: 'c',
    description: 'print only this column; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<name>',
    helpGroup: 'OUTPUT',
  }),
  noindent: Flags.boolean({description: 'JSON on one line', helpGroup: 'OUTPUT'}),
  'max-width': Flags.integer({
    description: 'most columns of a table, 0 for any number [CLIFF_MAX_TERM_WIDTH]',
    min: 0,
    helpValue: '<columns>',
    helpGroup: 'OUTPUT',
  }),
  'fit-width': Flags.boolean({
    description: 'break words too to fit a table to the terminal [CLIFF_FIT_WIDTH=1]',
    helpGroup: 'OUTPUT',
  }),
  'print-empty': Flags.boolean({description: "taken for the official client's sake", hidden: true}),
}

const quoteFlag = Flags.option({
  description: 'which fields of CSV stand in quotes',
  options: quotings,
  default: 'nonnumeric' as const,
  helpGroup: 'OUTPUT',
})

/** For a command that prints rows. */
export const listFlags = {
  format: Flags.option({
    char: 'f',
    description: 'how to print',
    options: listFormats,
    default: 'table' as const,
    helpGroup: 'OUTPUT',
  })(),
  ...formatFlags,
  'sort-column': Flags.string({
    description: 'sort by this column; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<name>',
    helpGroup: 'OUTPUT',
  }),
  'sort-ascending': Flags.boolean({description: 'smallest first, as without it', helpGroup: 'OUTPUT'}),
  'sort-descending': Flags.boolean({
    description: 'largest first',
    exclusive: ['sort-ascending'],
    helpGroup: 'OUTPUT',
  }),
  quote: quoteFlag(),
}

/** For a command that prints one thing. */
export const showFlags = {
  format: Flags.option({
    char: 'f',
    description: 'how to print',
    options: Object.keys(formats) as FormatName[],
    default: 'table' as const,
    helpGroup: 'OUTPUT',
  })(),
  ...formatFlags,
  variable: Flags.string({
    description: 'the older name of --column, for -f shell',
    multiple: true,
    multipleNonGreedy: true,
    hidden: true,
  }),
  prefix: Flags.string({
    description: 'put this before each name of -f shell',
    helpValue: '<text>',
    helpGroup: 'OUTPUT',
  }),
}

interface FormatFlags {
  column?: string[] | undefined
  noindent?: boolean
  quote?: Quoting
  'max-width'?: number | undefined
  'fit-width'?: boolean
  prefix?: string | undefined
}

export interface ListFlags extends FormatFlags {
  format: ListFormatName
  'sort-column'?: string[] | undefined
  'sort-descending'?: boolean
  /** Rows may differ in their columns. */
  details?: boolean
}

export interface ShowFlags extends FormatFlags {
  format: FormatName
  variable?: string[] | undefined
}

/** A table is fitted to a terminal, whole words kept; to whatever else reads it, only where that is asked for. */
export function lookOf({noindent, quote, prefix, 'max-width': most, 'fit-width': fit}: FormatFlags): Look {
  const environment = Number(process.env['CLIFF_MAX_TERM_WIDTH'] ?? 0)
  const breakWords = fit === true || process.env['CLIFF_FIT_WIDTH'] === '1'
  const terminal = process.stdout.isTTY ? process.stdout.columns : breakWords ? 80 : 0
  const width = most ?? (environment || terminal)
  return {
    ...(noindent ? {noindent} : {}),
    ...(quote ? {quote} : {}),
    ...(prefix ? {prefix} : {}),
    ...(width > 0 ? {width: {most: width, breakWords: breakWords || most !== undefined}} : {}),
  }
}
