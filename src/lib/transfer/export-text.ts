import {isoTime} from '../time.ts'
import {writeNumber} from '../write-number.ts'
import type {ExportFormat} from './export-formats.ts'
import type {ExportPart} from './export-measures.ts'

const pieceBytes = 65_536
/** Of the longest time, and the longest number. */
const longestValues = '+275760-09-13T00:00:00.000Z'.length + 25

/**
 * An export as text, in pieces of 64 KiB. Each is written over the one before, which must be done with by then: memory
 * holds one, and a row leaves nothing behind to be collected.
 */
export class ExportText {
  /** Written so far. */
  rows = 0
  readonly #format: ExportFormat
  readonly #several: boolean
  readonly #time = new TimeText()
  #bytes = Buffer.allocUnsafeSlow(pieceBytes)
  #used: number

  /** `several`: rows say which aggregation they are of. */
  constructor(format: ExportFormat, several: boolean) {
    this.#format = format
    this.#several = several
    this.#used = this.#bytes.write(format.begin(several))
  }

  *part({metric, aggregation, rows}: ExportPart): Generator<Buffer, void, void> {
    const {separator} = this.#format
    const before = Buffer.from(`${separator}${this.#format.before(metric, this.#several ? aggregation : undefined)}`)
    const between = Buffer.from(this.#format.between)
    const after = Buffer.from(this.#format.after)
    const longest = before.length + between.length + after.length + longestValues
    for (let row = 0; row < rows.length; row++) {
      if (this.#used + longest > this.#bytes.length) yield* this.#piece(longest)
      const bytes = this.#bytes
      let at = this.#used
      at += before.copy(bytes, at, this.rows === 0 ? separator.length : 0)
      at = this.#time.write(bytes, at, rows.milliseconds(row))
      at += between.copy(bytes, at)
      at = writeNumber(bytes, at, rows.value(row))
      this.#used = at + after.copy(bytes, at)
      this.rows++
    }
    yield* this.#piece()
  }

  *end(): Generator<Buffer, void, void> {
    yield* this.#piece()
    yield Buffer.from(this.#format.end(this.rows === 0))
  }

  /** What there is, and room for at least so many bytes after it. */
  *#piece(room = 0): Generator<Buffer, void, void> {
    if (this.#used > 0) yield this.#bytes.subarray(0, this.#used)
    this.#used = 0
    if (room > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(room)
  }
}

const dayMilliseconds = 86_400_000

/** Times as isoTime writes them, nearly all on the day of the one before. */
class TimeText {
  /** `2026-11-24T`, and when that day begins. */
  readonly #day = Buffer.alloc(11)
  #dayBegins = Number.NaN

  /** Gives where it ends. */
  write(bytes: Buffer, start: number, milliseconds: number): number {
    const seconds = (milliseconds - this.#dayBegins) / 1000
    if (!(seconds >= 0 && seconds * 1000 < dayMilliseconds && Number.isInteger(seconds)))
      return start + bytes.write(this.#another(milliseconds), start)
    this.#day.copy(bytes, start)
    writeTwoDigits(bytes, start + 11, Math.floor(seconds / 3600))
    bytes[start + 13] = 58
    writeTwoDigits(bytes, start + 14, Math.floor(seconds / 60) % 60)
    bytes[start + 16] = 58
    writeTwoDigits(bytes, start + 17, seconds % 60)
    bytes[start + 19] = 90
    return start + 20
  }

  #another(milliseconds: number): string {
    const text = isoTime(new Date(milliseconds))
    // Years beyond 9999 are longer.
    if (text[10] === 'T') {
      this.#day.write(text)
      this.#dayBegins = Math.floor(milliseconds / dayMilliseconds) * dayMilliseconds
    }
    return text
  }
}

function writeTwoDigits(bytes: Buffer, at: number, number: number): void {
  bytes[at] = 48 + Math.floor(number / 10)
  bytes[at + 1] = 48 + (number % 10)
}
