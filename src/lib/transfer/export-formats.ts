import type {Row} from './export-measures.ts'

interface ExportFormat {
  /** Before all rows. `several`: rows say which aggregation they are of. */
  begin: (several: boolean) => string
  /** `first`: no row was written before. */
  rows: (rows: readonly Row[], several: boolean, first: boolean) => string
  /** After all rows. `none`: there was no row. */
  end: (none: boolean) => string
}

const csv: ExportFormat = {
  begin: (several) => (several ? 'metric,aggregation,timestamp,value\n' : 'metric,timestamp,value\n'),
  rows(rows, several) {
    let text = ''
    for (const {metric, aggregation, timestamp, value} of rows)
      text += `${field(metric)},${several ? `${aggregation},` : ''}${timestamp},${value}\n`
    return text
  },
  end: () => '',
}

const field = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const object = ({metric, aggregation, timestamp, value}: Row, several: boolean): string =>
  JSON.stringify({metric, ...(several ? {aggregation} : {}), timestamp, value})

const ndjson: ExportFormat = {
  begin: () => '',
  rows: (rows, several) => rows.map((row) => `${object(row, several)}\n`).join(''),
  end: () => '',
}

/** One object on each line, so that it too can be read line by line. */
const json: ExportFormat = {
  begin: () => '[',
  rows: (rows, several, first) =>
    rows.map((row, index) => `${first && index === 0 ? '' : ','}\n${object(row, several)}`).join(''),
  end: (none) => (none ? ']\n' : '\n]\n'),
}

/** What `measures export` writes, and `measures import` reads. To add a format, add an entry. */
export const exportFormats = {csv, ndjson, json} satisfies Record<string, ExportFormat>
export type ExportFormatName = keyof typeof exportFormats
