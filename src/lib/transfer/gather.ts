import {UsageError} from '../errors.ts'
import {MeasureText} from '../gnocchi/measure-text.ts'
import {Late} from './late.ts'
import type {TimeZone} from './time-zone.ts'
import {timestampReader, type Moment, type TimestampUnit} from './timestamps.ts'

/** What a file has of one metric. */
export interface Series {
  /** As the file, or `--metric`, names it. */
  name: string
  /** The line where it comes first. */
  line: number
  /** Read, and not yet taken to be sent. */
  readonly measures: MeasureText
  oldest: number
  newest: number
  /** How far the file goes back in time at most, from the newest measure before. */
  back: {milliseconds: number; from: number; line: number}
  /** What of `measures` is too old for Gnocchi. */
  readonly late: Late
  /** The last time that a clock shows twice, taken for the first of the two. */
  shownTwice: string
  /** The series of the line after the last one of this. */
  next: Series | undefined
}

/** A line that cannot be imported. */
export class BadLine extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** The first ones of many are told. */
const mostTold = 10

export interface GatherOptions {
  skipBad: boolean
  now: () => Date
  unit?: TimestampUnit | undefined
  /** Nobody has said that it is this one. */
  isUnitGuessed?: boolean | undefined
  /** Of times that name none; UTC when left out. */
  timezone?: TimeZone | undefined
}

/** Takes what formats read, checks it and keeps it by metric. Its owner empties it after each block. */
export class Gather {
  readonly series = new Map<string, Series>()
  /** Series with measures not yet taken. */
  touched = new Set<Series>()
  skipped = 0
  readonly told: BadLine[] = []
  readonly #skipBad: boolean
  readonly #now: () => Date
  readonly #readTimestamp: ReturnType<typeof timestampReader>
  #nowAt: Date
  #last: Series | undefined

  constructor({skipBad, now, unit, isUnitGuessed, timezone}: GatherOptions) {
    this.#skipBad = skipBad
    this.#now = now
    this.#nowAt = now()
    this.#readTimestamp = timestampReader(unit, timezone, isUnitGuessed)
  }

  /** The clock is looked at once for each block. */
  begin(): void {
    this.#nowAt = this.#now()
  }

  seriesOf(name: string, line: number): Series {
    // Most files go through their metrics in the same order again and again, or stay with one for long.
    const last = this.#last
    if (last?.name === name) return last
    if (last?.next?.name === name) return (this.#last = last.next)
    const found = this.series.get(name) ?? this.#newSeries(name, line)
    if (last) last.next = found
    return (this.#last = found)
  }

  #newSeries(name: string, line: number): Series {
    // A copy: a part of a block would keep the whole of it in memory.
    const own = Buffer.from(name).toString()
    const made: Series = {
      name: own,
      line,
      measures: new MeasureText(),
      oldest: Infinity,
      newest: -Infinity,
      back: {milliseconds: 0, from: 0, line: 0},
      late: new Late(),
      shownTwice: '',
      next: undefined,
    }
    this.series.set(own, made)
    return made
  }

  /** @throws BadLine when bad lines are not to be skipped */
  add(series: Series, time: string, value: number, line: number): void {
    const read = this.#readTimestamp(time)
    if (typeof read === 'string') {
      this.bad(line, read)
      return
    }
    const moment = read.again ? whichOf(read, read.again, series) : read
    const harm = series.measures.add(moment.at, value, moment.timestamp, this.#nowAt)
    if (harm !== undefined) {
      this.bad(line, harm)
      return
    }
    const milliseconds = moment.at.getTime()
    if (milliseconds > series.newest) series.newest = milliseconds
    else if (series.newest - milliseconds > series.back.milliseconds)
      series.back = {milliseconds: series.newest - milliseconds, from: series.newest, line}
    if (milliseconds < series.oldest) series.oldest = milliseconds
    series.late.add(milliseconds)
    if (series.measures.length === 1) this.touched.add(series)
  }

  /** @throws BadLine when bad lines are not to be skipped */
  bad(line: number, why: string): void {
    const bad = new BadLine(line, why)
    if (!this.#skipBad) throw bad
    this.skipped++
    if (this.told.length < mostTold) this.told.push(bad)
  }
}

/** Of a time that comes twice, the first, unless the series is past it already: as it is in a file that is sorted by time. */
function whichOf(first: Moment, again: Moment, series: Series): Moment {
  // Without the Z, these texts are in the order of their times, to the nanosecond.
  const shown = first.timestamp.slice(0, -1)
  if (first.at.getTime() < series.newest || shown <= series.shownTwice) return again
  series.shownTwice = shown
  return first
}

/** @throws UsageError when `--metric` is given for a file that says itself whose each value is */
export function refuseMetrics(metrics: readonly string[]): void {
  if (metrics.length > 0) throw new UsageError('--metric: the file says on each line which metric it is of')
}

const decimal = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i

/** The number that a text is, or in words why it is none. */
export function readValue(text: string): number | string {
  const plain = readPlain(text)
  if (plain !== undefined) return plain
  if (decimal.test(text)) return Number(text)
  const trimmed = text.trim()
  return trimmed === '' ? 'it has no value' : `"${trimmed.slice(0, 40)}" is not a number that Gnocchi can aggregate`
}

const powersOfTen = Array.from({length: 16}, (_, places) => 10 ** places)

/** `-12.345`, as most files have it. Of 15 digits, a double holds each number exactly, and its quotient is the nearest. */
function readPlain(text: string): number | undefined {
  const negative = text.charCodeAt(0) === 45
  const start = negative ? 1 : 0
  let number = 0
  let point = -1
  for (let index = start; index < text.length; index++) {
    const digit = text.charCodeAt(index) - 48
    if (digit >= 0 && digit <= 9) number = number * 10 + digit
    else if (digit === -2 && point === -1 && index > start) point = index
    else return undefined
  }
  const digits = text.length - start - (point === -1 ? 0 : 1)
  if (digits === 0 || digits > 15) return undefined
  const value = point === -1 ? number : number / powersOfTen[text.length - 1 - point]!
  return negative ? -value : value
}
