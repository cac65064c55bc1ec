import {AggregateRows} from './aggregate-rows.ts'

/**
 * Reads `[[ISO time, granularity in seconds, value], ...]` straight from its bytes, without the texts and lists that
 * JSON.parse would make of each row, to the same numbers; bare NaN and Infinity are values too. undefined for anything
 * else.
 */
export function scanRows(body: Buffer): AggregateRows | undefined {
  try {
    return new Scanner(body).rows()
  } catch (error) {
    if (error instanceof NoRows) return undefined
    throw error
  }
}

class NoRows extends Error {}

const code = (character: string): number => character.charCodeAt(0)
const quote = code('"')
const comma = code(',')
const minus = code('-')
const point = code('.')
const zero = code('0')
const colon = code(':')
const letterT = code('T')
const bracket = code('[')
const bracketEnd = code(']')
/** Of those that nearly all rows are like: a guess at how many there are. */
const shortestRow = '["2026-11-24T10:00:00+00:00",1.0,5.0],'.length
const offset = Buffer.from('+00:00"')

/** What Gnocchi 4.4 to 4.6 write for a time with a fraction of a second (gnocchi/json.py to_primitive). */
export const lostTime = '+00:00'
/** What Gnocchi's JSON encoder writes for a value that is none. */
const noNumber = /^(?:null|NaN|-?Infinity)[ \n\r\t]*$/
/** A double holds each number of 15 digits exactly, and its quotient by one of these is the nearest there is. */
const powersOfTen = Array.from({length: 16}, (_, places) => 10 ** places)

class Scanner {
  readonly #bytes: Buffer
  #at = 0
  /** Of the number being read: its digits. */
  #mantissa = 0
  /** Where the day stands that was read last, and when it begins. */
  #dayAt = -1
  #dayBegins = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  rows(): AggregateRows {
    const rows = new AggregateRows(Math.ceil(this.#bytes.length / shortestRow))
    this.#expect(bracket)
    if (!this.#has(bracketEnd)) {
      do this.#row(rows)
      while (this.#has(comma))
      this.#expect(bracketEnd)
    }
    this.#skipSpace()
    if (this.#at !== this.#bytes.length) throw new NoRows()
    return rows
  }

  #row(rows: AggregateRows): void {
    this.#expect(bracket)
    this.#expect(quote)
    const milliseconds = this.#plainTime() ?? this.#anyTime()
    this.#expect(comma)
    const granularitySeconds = this.#number()
    if (Number.isNaN(granularitySeconds)) throw new NoRows()
    this.#expect(comma)
    rows.add(milliseconds, granularitySeconds, this.#number())
    this.#expect(bracketEnd)
  }

  /** `2026-11-24T10:00:00+00:00"`, as nearly all are, on the day of the one before. */
  #plainTime(): number | undefined {
    const bytes = this.#bytes
    const at = this.#at
    if (bytes[at + 10] !== letterT || bytes[at + 13] !== colon || bytes[at + 16] !== colon) return undefined
    if (!this.#isThere(offset, at + 19)) return undefined
    const hour = this.#twoDigits(at + 11)
    const minute = this.#twoDigits(at + 14)
    const second = this.#twoDigits(at + 17)
    if (!(hour < 24 && minute < 60 && second < 60)) return undefined
    if (!this.#isSameDay(at)) {
      const day = bytes.toString('latin1', at, at + 10)
      const begins = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
      if (Number.isNaN(begins)) return undefined
      this.#dayBegins = begins
      this.#dayAt = at
    }
    this.#at = at + 19 + offset.length
    return this.#dayBegins + ((hour * 60 + minute) * 60 + second) * 1000
  }

  #isSameDay(at: number): boolean {
    const dayAt = this.#dayAt
    if (dayAt === -1) return false
    // From the end: that is where days differ.
    for (let index = 9; index >= 0; index--) if (this.#bytes[at + index] !== this.#bytes[dayAt + index]) return false
    return true
  }

  /** NaN where there are none. */
  #twoDigits(at: number): number {
    const tens = this.#bytes[at]! - zero
    const ones = this.#bytes[at + 1]! - zero
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
  }

  /** NaN where Gnocchi has left it out. */
  #anyTime(): number {
    const end = this.#bytes.indexOf(quote, this.#at) + 1
    const text = this.#parsed(this.#at - 1, end)
    this.#at = end
    if (text === lostTime) return Number.NaN
    const milliseconds = typeof text === 'string' ? Date.parse(text) : Number.NaN
    if (Number.isNaN(milliseconds)) throw new NoRows()
    return milliseconds
  }

  /** NaN for a value that is no number. */
  #number(): number {
    this.#skipSpace()
    const bytes = this.#bytes
    const start = this.#at
    const first = bytes[start] === minus ? start + 1 : start
    this.#mantissa = 0
    const whole = this.#digits(first)
    const hasPoint = bytes[first + whole] === point
    const places = hasPoint ? this.#digits(first + whole + 1) : 0
    const end = first + whole + (hasPoint ? 1 + places : 0)
    const isPlain =
      whole > 0 && whole + places <= 15 && (whole === 1 || bytes[first] !== zero) && hasPoint === places > 0
    if (!isPlain || (bytes[end] !== comma && bytes[end] !== bracketEnd)) return this.#anyNumber()
    this.#at = end
    const value = this.#mantissa / powersOfTen[places]!
    return first === start ? value : -value
  }

  /** Takes what digits there are into the mantissa; gives how many. */
  #digits(start: number): number {
    let at = start
    for (; ; at++) {
      const digit = this.#bytes[at]! - zero
      if (!(digit >= 0 && digit <= 9)) return at - start
      this.#mantissa = this.#mantissa * 10 + digit
    }
  }

  #anyNumber(): number {
    const start = this.#at
    let end = start
    while (end < this.#bytes.length && this.#bytes[end] !== comma && this.#bytes[end] !== bracketEnd) end++
    this.#at = end
    if (noNumber.test(this.#bytes.toString('latin1', start, end))) return Number.NaN
    const value = this.#parsed(start, end)
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new NoRows()
    return value
  }

  #parsed(start: number, end: number): unknown {
    try {
      return JSON.parse(this.#bytes.toString('utf8', start, end))
    } catch {
      throw new NoRows()
    }
  }

  #isThere(wanted: Buffer, at: number): boolean {
    for (let index = 0; index < wanted.length; index++) if (this.#bytes[at + index] !== wanted[index]) return false
    return true
  }

  #expect(byte: number): void {
    if (!this.#has(byte)) throw new NoRows()
  }

  /** Goes beyond it where it comes next. */
  #has(byte: number): boolean {
    this.#skipSpace()
    if (this.#bytes[this.#at] !== byte) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte !== 32 && byte !== 10 && byte !== 13 && byte !== 9) return
      this.#at++
    }
  }
}
