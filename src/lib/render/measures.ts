import type {AggregationGroup} from '../gnocchi/aggregation.ts'
import type {Aggregate} from '../gnocchi/measures.ts'
import {pythonIso} from '../instant.ts'
import type {MeasureRow} from '../measures/show-measures.ts'
import type {Cell, Column} from './formats.ts'
import {pythonFloat, pythonText} from './python.ts'

/**
 * As the official client's: timestamp, granularity, value. Several methods have a column each, by their names, in place
 * of `value`; several metrics have their names in a column before all others.
 */
export const measureColumns = (
  methods: readonly (string | undefined)[],
  isMany: boolean,
  utc: boolean,
): readonly Column<MeasureRow>[] => [
  ...(isMany ? [{name: 'metric', value: ({metric}: MeasureRow) => metric}] : []),
  timestampColumn(utc),
  {name: 'granularity', value: ({granularity}) => granularity, python: true},
  ...methods.map((method, index) => ({
    name: methods.length > 1 ? (method ?? 'mean') : 'value',
    value: ({values}: MeasureRow): Cell => values[index] ?? null,
    text: ({values}: MeasureRow) => valueText(values[index] ?? null),
    python: true as const,
  })),
]

/** In a table, what has no value is empty. */
const valueText = (value: number | null): string => (value === null ? '' : pythonFloat(value))

function timestampColumn(utc: boolean): Column<{at: Date}> {
  const timeText = timeTexts(utc)
  return {name: 'timestamp', value: ({at}) => timeText(at)}
}

const twoDigits = Array.from({length: 60}, (_, number) => String(number).padStart(2, '0'))

/** pythonIso, for many times of which most are in the hour of the one before. */
export function timeTexts(utc: boolean): (at: Date) => string {
  let hourBegins = Number.NaN
  let hourOffset = Number.NaN
  let beforeMinutes = ''
  let afterSeconds = ''
  return (at) => {
    const offset = utc ? 0 : at.getTimezoneOffset()
    const localSeconds = at.getTime() / 1000 - offset * 60
    const seconds = localSeconds - hourBegins
    if (offset === hourOffset && seconds >= 0 && seconds < 3600 && Number.isInteger(seconds))
      return `${beforeMinutes}${twoDigits[Math.floor(seconds / 60)]}:${twoDigits[seconds % 60]}${afterSeconds}`
    const text = pythonIso(at, utc)
    hourBegins = Math.floor(localSeconds / 3600) * 3600
    hourOffset = offset
    beforeMinutes = text.slice(0, text.indexOf(':') + 1)
    afterSeconds = text.slice(-'+01:00'.length)
    return text
  }
}

export interface GroupedRow extends Aggregate {
  /** undefined when nothing was grouped. */
  group: string | undefined
}

/** `attribute: value, attribute: value`, by attribute, as Python writes the values. */
export const groupName = (group: Record<string, unknown>): string =>
  Object.keys(group)
    .sort()
    .map((attribute) => `${attribute}: ${pythonText(group[attribute])}`)
    .join(', ')

export const groupedRows = (groups: readonly AggregationGroup[]): GroupedRow[] =>
  groups.flatMap(({group, aggregates}) => aggregates.map((row) => ({...row, group: groupName(group)})))

/** As the official client's `measures aggregation`. */
export const aggregationColumns = (isGrouped: boolean, utc: boolean): readonly Column<GroupedRow>[] => [
  ...(isGrouped ? [{name: 'group', value: ({group}: GroupedRow) => group ?? null}] : []),
  timestampColumn(utc),
  {name: 'granularity', value: ({granularitySeconds}) => granularitySeconds, python: true},
  {name: 'value', value: ({value}) => value, text: ({value}) => valueText(value), python: true},
]

export interface AggregatesRow extends GroupedRow {
  name: string
}

/** As the official client's `aggregates`; its times are in UTC. */
export const aggregatesColumns = (isGrouped: boolean): readonly Column<AggregatesRow>[] => {
  const [timestamp, ...rest] = aggregationColumns(false, true)
  return [
    ...(isGrouped ? [{name: 'group', value: ({group}: AggregatesRow) => group ?? null}] : []),
    {name: 'name', value: ({name}) => name},
    timestamp!,
    ...rest,
  ]
}
