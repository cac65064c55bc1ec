import {UsageError} from '../../errors.ts'
import type {Gather} from '../gather.ts'
import type {TimestampUnit} from '../timestamps.ts'
import {openCsv} from './csv.ts'
import {openInflux} from './influx.ts'
import {openNdjson} from './ndjson.ts'

export interface ReaderOptions {
  /** `--metric`: one name, or `COLUMN=METRIC`. */
  metrics: readonly string[]
  /** The tag of the line protocol that names the resource. */
  resourceTag: string
}

export interface Reader {
  /** The first line names the columns, and is not to be read again. */
  hasHeader: boolean
  /** Takes whole lines, the first of which has this number in the file; gives the number of the line after them. */
  read: (block: string, firstLine: number) => number
}

/** Given the first line, which says in some formats what the others hold. @throws BadLine, UsageError */
export type OpenReader = (first: string, options: ReaderOptions, gather: Gather) => Reader

interface InputFormat {
  extensions: readonly string[]
  /** Whether a file of no telling name is of this format, by its first line. */
  begins: RegExp
  open: OpenReader
  /** What bare numbers are as times, where the person does not say. */
  unit: TimestampUnit
}

/** What `measures import` reads. To add a format, add an entry and its file. */
export const inputFormats = {
  ndjson: {extensions: ['ndjson', 'jsonl', 'json'], begins: /^\s*[[{]/, open: openNdjson, unit: 's'},
  influx: {
    extensions: ['influx', 'lp', 'line'],
    begins: /^(#|[^\s,]+(,[^\s,]+=\S+)* [^\s,=]+=\S)/,
    open: openInflux,
    unit: 'ns',
  },
  csv: {extensions: ['csv', 'tsv', 'txt'], begins: /./, open: openCsv, unit: 's'},
} satisfies Record<string, InputFormat>
export type InputFormatName = keyof typeof inputFormats

/** By the end of the file's name, or else by its first line. */
export function formatOf(path: string, first: string): InputFormatName {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
  const entries = Object.entries(inputFormats) as [InputFormatName, InputFormat][]
  const [name] =
    entries.find(([, {extensions}]) => extensions.includes(extension)) ??
    entries.find(([, {begins}]) => begins.test(first)) ??
    []
  return name ?? 'csv'
}

/** NUL, as UTF-16 has it in each letter; the first bytes of gzip, bzip2, xz and zstd, decoded as UTF-8. */
const binary = /\0|^\x1f\ufffd|^BZh\d1AY|^\ufffd7zXZ|^\(\ufffd\/\ufffd/

/** @throws UsageError for a first line that is no text */
export function refuseBinary(first: string, path: string): void {
  if (!binary.test(first)) return
  throw new UsageError(`${path}: it is no text: is it compressed, or written in UTF-16?`, [
    'zcat FILE | gnocchictl measures import -',
    'iconv -f UTF-16 -t UTF-8 FILE | gnocchictl measures import -',
  ])
}
