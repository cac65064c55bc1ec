import {Chalk} from 'chalk'

import type {HostSeries, Question} from '../series/read.ts'
import {durationInWords} from '../duration.ts'
import type {Aggregate} from '../gnocchi/measures.ts'
import {isoTime} from '../time.ts'
import {clean} from '../clean.ts'
import {formats, type Column} from './formats.ts'
import {sparkline} from './sparkline.ts'

type Row = Aggregate & {host: string; hosts?: number}

/** Columns of an aggregate; the value bears the method's name, as in the seed's consumer. */
export const seriesColumns = ({method, across}: Pick<Question, 'method' | 'across'>): readonly Column<Row>[] => [
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
  ...(across ? [{name: 'hosts', title: 'Hosts', value: ({hosts}: Row) => hosts ?? 0}] : []),
]

/** For programs: a row for each host and period, in the order of the hosts. */
export const seriesRows = (series: readonly HostSeries[]): Row[] =>
  series.flatMap(({host, aggregates, hosts}) =>
    aggregates.map((aggregate) => ({host, ...aggregate, ...(hosts ? {hosts: hosts.get(+aggregate.at) ?? 0} : {})})),
  )

/** More rows than these are seen at a glance only as a line of bars. */
const atAGlance = 5

/** For people: a heading and a table for each host, a long one with its trend below, or the sentence that says why there is none. */
export function seriesTables(series: readonly HostSeries[], question: Question, colour: boolean): string {
  const chalk = new Chalk({level: colour ? 1 : 0})
  const columns = seriesColumns(question).filter(({name}) => name !== 'host')
  return series
    .map((one) => {
      const {host, aggregates, note} = one
      const body =
        note === undefined ? formats.table.list(seriesRows([one]), columns) : `${chalk.yellow(clean(note))}\n`
      const trend = aggregates.length > atAGlance ? `${sparkline(aggregates.map(({value}) => value))}\n` : ''
      return `Host: ${chalk.bold(clean(host))}\n\n${body}${trend}`
    })
    .join('\n')
}
