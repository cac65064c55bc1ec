import {Chalk} from 'chalk'

import type {HostSeries, Question} from '../consume.ts'
import {durationInWords} from '../duration.ts'
import type {Aggregate} from '../gnocchi/measures.ts'
import {isoTime} from '../time.ts'
import {clean} from './clean.ts'
import {formats, type Column} from './formats.ts'

type Row = Aggregate & {host: string}

/** Columns of an aggregate; the value bears the method's name, as in the seed's consumer. */
export const seriesColumns = ({method}: Question): readonly Column<Row>[] => [
  {name: 'host', value: ({host}) => host},
  {name: 'timestamp', title: 'Timestamp', value: ({at}) => isoTime(at)},
  {
    name: 'granularity',
    title: 'Granularity',
    value: ({granularitySeconds}) => granularitySeconds,
    text: ({granularitySeconds}) => durationInWords(granularitySeconds),
  },
  {
    name: method,
    title: method.toUpperCase(),
    value: ({value}) => value,
    text: ({value}) => (value === null ? 'not a number' : String(Number(value.toFixed(2)))),
  },
]

export const seriesRows = (series: readonly HostSeries[]): Row[] =>
  series.flatMap(({host, aggregates}) => aggregates.map((aggregate) => ({host, ...aggregate})))

/** For people: a heading and a table for each host, or the sentence that says why there is none. */
export function seriesTables(series: readonly HostSeries[], question: Question, colour: boolean): string {
  const chalk = new Chalk({level: colour ? 1 : 0})
  const columns = seriesColumns(question).filter(({name}) => name !== 'host')
  return series
    .map(({host, aggregates, note}) => {
      const body =
        note === undefined
          ? formats.table.list(
              aggregates.map((aggregate) => ({host, ...aggregate})),
              columns,
            )
          : `${chalk.yellow(clean(note))}\n`
      return `Host: ${chalk.bold(clean(host))}\n\n${body}`
    })
    .join('\n')
}
