/** The texts around the times and values of all rows. Of times and values, each format writes the same. */
export interface ExportFormat {
  /** Before all rows. `several`: rows say which aggregation they are of. */
  begin: (several: boolean) => string
  /** Before the time of a row; `aggregation` where rows say it. */
  before: (metric: string, aggregation: string | undefined) => string
  /** Between the time and the value. */
  between: string
  /** After the value. */
  after: string
  /** Between two rows. */
  separator: string
  /** After all rows. `none`: there was no row. */
  end: (none: boolean) => string
}

const csv: ExportFormat = {
  begin: (several) => (several ? 'metric,aggregation,timestamp,value\n' : 'metric,timestamp,value\n'),
  before: (metric, aggregation) => `${field(metric)},${aggregation === undefined ? '' : `${aggregation},`}`,
  between: ',',
  after: '\n',
  separator: '',
  end: () => '',
}

const field = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** An object of JSON up to the time in it. */
const object = (metric: string, aggregation: string | undefined): string =>
  `${JSON.stringify({metric, aggregation}).slice(0, -1)},"timestamp":"`

const ndjson: ExportFormat = {
  begin: () => '',
  before: object,
  between: '","value":',
  after: '}\n',
  separator: '',
  end: () => '',
}

/** One object on each line, so that it too can be read line by line. */
const json: ExportFormat = {
  begin: () => '[',
  before: (metric, aggregation) => `\n${object(metric, aggregation)}`,
  between: '","value":',
  after: '}',
  separator: ',',
  end: (none) => (none ? ']\n' : '\n]\n'),
}

/** What `measures export` writes, and `measures import` reads. To add a format, add an entry. */
export const exportFormats = {csv, ndjson, json} satisfies Record<string, ExportFormat>
export type ExportFormatName = keyof typeof exportFormats
