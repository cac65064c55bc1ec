import {parse, CsvError} from 'csv-parse/sync'

import {UsageError} from '../../errors.ts'
import {readValue, refuseMetrics, type Gather} from '../gather.ts'
import {timestampReader} from '../timestamps.ts'
import type {OpenReader, ReaderOptions} from './formats.ts'
import {eachLine} from './lines.ts'
import {constantNames, sameThroughout} from './same-throughout.ts'

const timeNames = ['timestamp', 'time', 'datetime', 'date', 'ts']
const metricNames = ['metric', 'id', 'name']

type Row = (fields: readonly string[], line: number) => void

/**
 * RFC 4180, the separator a comma, a semicolon or a tab, in three forms: `timestamp,value`; `metric,timestamp,value`;
 * `timestamp` and a column for each metric. A line with fewer or more fields than the first is a bad one.
 */
export const openCsv: OpenReader = (first, options, gather) => {
  const delimiter = [',', ';', '\t'].find((candidate) => first.includes(candidate)) ?? ','
  const head = records(first, delimiter)
  if (typeof head === 'string') throw new UsageError(`the first line is not CSV: ${head}`)
  const names = head[0]?.map((name) => name.trim()) ?? []
  // Columns may be called by numbers.
  const isHeader = names.some((name) => isOf(timeNames, name)) || !names.some((name) => isData(name))
  const row = isHeader ? withHeader(names, options, gather) : withoutHeader(names, options, gather)
  const take = (fields: readonly string[], line: number): void => {
    if (fields.length === 1 && fields[0] === '') return
    if (fields.length === names.length) row(fields, line)
    else gather.bad(line, `it has ${fields.length} fields, not ${names.length} as the first line`)
  }
  const takeAlone = (text: string, line: number): void => {
    const alone = text === '' ? [] : records(text, delimiter)
    if (typeof alone === 'string') gather.bad(line, `it is not CSV: ${alone}`)
    else if (alone[0]) take(alone[0], line)
  }
  return {
    hasHeader: isHeader,
    read(block, firstLine) {
      // Without a quote a line is what stands between its separators. The package takes longer to find that out than
      // all the rest of an import: docs/decisions has the figures.
      if (!block.includes('"')) return eachLine(block, firstLine, (text, line) => take(text.split(delimiter), line))
      const all = records(block, delimiter)
      // Where a line breaks the rules, or goes on in the next one, the others are read without it.
      if (typeof all === 'string' || all.length !== linesOf(block)) return eachLine(block, firstLine, takeAlone)
      all.forEach((fields, index) => take(fields, firstLine + index))
      return firstLine + all.length
    },
  }
}

function linesOf(block: string): number {
  let lines = 0
  for (let feed = block.indexOf('\n'); feed !== -1; feed = block.indexOf('\n', feed + 1)) lines++
  return block.endsWith('\n') ? lines : lines + 1
}

/** Lines with quotes, or what is wrong with them. A field may not go over several lines: nothing of a measure does. */
function records(block: string, delimiter: string): string[][] | string {
  try {
    return parse(block, {delimiter, relax_column_count: true})
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    return error.message.replace(/:? (?:at|on) line \d+.*/, '')
  }
}

const isOf = (wanted: readonly string[], name: string): boolean => wanted.includes(name.toLowerCase())

const readTime = timestampReader()
const isData = (field: string): boolean => typeof readValue(field) === 'number' || typeof readTime(field) !== 'string'

function withHeader(names: readonly string[], {metrics}: ReaderOptions, gather: Gather): Row {
  const find = (wanted: readonly string[]) =>
    wanted.map((name) => names.findIndex((given) => given.toLowerCase() === name)).find((index) => index !== -1)
  const time = find(timeNames)
  if (time === undefined) {
    if (names.every((name) => name === '')) throw new UsageError('the first line is empty: it is to name the columns')
    throw new UsageError(`the file has no column called timestamp, but ${names.join(', ')}`)
  }
  const value = find(['value'])
  const metric = find(metricNames)
  const constants = constantNames.map((name) => find([name])).filter((index) => index !== undefined)
  const same = sameOnEachLine(names, constants, gather)
  if (value !== undefined && metric !== undefined) {
    refuseMetrics(metrics)
    return long({metric, time, value, resource: find(['resource'])}, same, gather)
  }
  if (find(['metric']) !== undefined)
    throw new UsageError(`the file has no column called value, but ${names.join(', ')}`)
  const others = names.map((_, index) => index).filter((index) => index !== time && !constants.includes(index))
  if (value !== undefined && others.length === 1) return single({time, value}, same, metrics, gather)
  return wide(names, time, others, metrics, gather)
}

function withoutHeader(first: readonly string[], {metrics}: ReaderOptions, gather: Gather): Row {
  if (first.length === 2) return single({time: 0, value: 1}, () => true, metrics, gather)
  if (first.length === 3) {
    refuseMetrics(metrics)
    return long({metric: 0, time: 1, value: 2}, () => true, gather)
  }
  throw new UsageError(`the file's ${first.length} columns have no names`, [
    'write a first line such as timestamp,cpu,memory',
  ])
}

type Same = (fields: readonly string[], line: number) => boolean

function sameOnEachLine(names: readonly string[], columns: readonly number[], gather: Gather): Same {
  if (columns.length === 0) return () => true
  const same = sameThroughout(
    columns.map((column) => names[column]!),
    gather,
  )
  return (fields, line) =>
    same(
      columns.map((column) => fields[column]!),
      line,
    )
}

function single(
  {time, value}: {time: number; value: number},
  same: Same,
  metrics: readonly string[],
  gather: Gather,
): Row {
  const [name, ...more] = metrics
  if (name === undefined)
    throw new UsageError('the file says of no metric whose values these are', ['name it: --metric METRIC'])
  if (more.length > 0)
    throw new UsageError(`--metric: the file has the values of one metric, not of ${metrics.join(', ')}`)
  const series = gather.seriesOf(name, 1)
  return (fields, line) => {
    const number = readValue(fields[value]!)
    if (typeof number === 'string') gather.bad(line, number)
    else if (same(fields, line)) gather.add(series, fields[time]!, number, line)
  }
}

interface LongColumns {
  metric: number
  time: number
  value: number
  resource?: number | undefined
}

function long({metric, time, value, resource}: LongColumns, same: Same, gather: Gather): Row {
  return (fields, line) => {
    const own = fields[metric]!
    if (own === '') {
      gather.bad(line, 'it names no metric')
      return
    }
    const number = readValue(fields[value]!)
    if (typeof number === 'string') {
      gather.bad(line, number)
      return
    }
    if (!same(fields, line)) return
    const name = resource === undefined || fields[resource] === '' ? own : `${fields[resource]}/${own}`
    gather.add(gather.seriesOf(name, line), fields[time]!, number, line)
  }
}

function wide(
  names: readonly string[],
  time: number,
  columns: readonly number[],
  metrics: readonly string[],
  gather: Gather,
): Row {
  const map = new Map<string, string>()
  for (const pair of metrics) {
    const [column, metric] = [pair.replace(/=.*/s, ''), pair.replace(/^[^=]*=?/, '')]
    const hint = `its columns are ${columns.map((index) => names[index]).join(', ')}; write --metric COLUMN=METRIC`
    if (!columns.some((index) => names[index] === column))
      throw new UsageError(`--metric ${pair}: the file has no column ${column}`, [hint])
    if (metric === '') throw new UsageError(`--metric ${pair}: whose are the values of ${column}?`, [hint])
    if (map.has(column)) throw new UsageError(`--metric ${pair}: ${column} is named ${map.get(column)} already`)
    map.set(column, metric)
  }
  if (columns.length === 0) throw new UsageError('the file has times and no values')
  const owners = columns.map((column) => map.get(names[column]!) ?? names[column]!)
  const twice = owners.find((owner, index) => owners.indexOf(owner) !== index)
  if (twice !== undefined)
    throw new UsageError(`several columns are of ${twice}: of each time, one value would be left`)
  const series = owners.map((owner) => gather.seriesOf(owner, 1))
  return (fields, line) => {
    for (const [index, column] of columns.entries()) {
      const text = fields[column]!
      if (text === '') continue // no measure of this metric at this time
      const number = readValue(text)
      if (typeof number === 'string') gather.bad(line, `${names[column]}: ${number}`)
      else gather.add(series[index]!, fields[time]!, number, line)
    }
  }
}
