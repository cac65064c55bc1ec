import {isoInstant} from '../instant.ts'
import {isoTime} from '../time.ts'
import {writeNumber, writeWhole} from '../write-number.ts'
import type {Measure} from './measures.ts'
import {unsendable} from './sendable.ts'

/**
 * Measures of one metric as they are sent, `{"timestamp": …, "value": …},…`, in bytes: a million objects would take more
 * time and memory than all the rest of an import. What does harm in Gnocchi does not get in: who holds it may send it.
 *
 * Times of whole seconds are sent as a number, which Gnocchi reads in half the time that it takes for a text. It reads all
 * of a metric's as it reads the first: where one has a fraction of a second, all are texts.
 * @see gnocchi/utils.py to_timestamps: numbers are doubles times 10e8, exact for a whole second
 */
export class MeasureText {
  /** How many measures there are. */
  length = 0
  #bytes: Buffer = none
  #used = 0
  #inSeconds = true

  /** Adds a measure, or says why it must never be sent. `now` is the cloud's clock. */
  add(at: Date, value: number, timestamp: string, now: Date): string | undefined {
    const harm = unsendable({at, value}, now)
    if (harm !== undefined) return harm
    if (this.#inSeconds && !isWholeSecond(at, timestamp)) this.#writeOut()
    this.#reserve(longest + timestamp.length)
    const bytes = this.#bytes
    let used = this.#used
    if (used > 0) bytes[used++] = 44
    used = write(bytes, used, beforeTime)
    used = this.#inSeconds ? writeWhole(bytes, used, at.getTime() / 1000) : writeQuoted(bytes, used, timestamp)
    used = write(bytes, used, beforeValue)
    used = writeNumber(bytes, used, value)
    bytes[used++] = 125
    this.#used = used
    this.length++
    return undefined
  }

  addAll(others: MeasureText): void {
    if (others.#used === 0) return
    if (this.#inSeconds !== others.#inSeconds) for (const either of [this, others]) either.#writeOut()
    this.#reserve(others.#used + 1)
    if (this.#used > 0) this.#bytes[this.#used++] = 44
    this.#used += others.writeTo(this.#bytes, this.#used)
    this.length += others.length
  }

  get byteLength(): number {
    return this.#used
  }

  /** Gives how many bytes it has written. */
  writeTo(target: Buffer, at: number): number {
    return this.#bytes.copy(target, at, 0, this.#used)
  }

  /** The older half of them, and the newer. They share the bytes with this one, which must be neither changed nor cleared. */
  halves(): [MeasureText, MeasureText] {
    const half = Math.ceil(this.length / 2)
    let end = 0
    for (let count = 0; count < half; count++) end = this.#bytes.indexOf(125, end) + 1
    return [this.#part(0, end, half), this.#part(Math.min(end + 1, this.#used), this.#used, this.length - half)]
  }

  #part(start: number, end: number, length: number): MeasureText {
    const part = new MeasureText()
    part.#bytes = this.#bytes.subarray(start, end)
    part.#used = end - start
    part.length = length
    part.#inSeconds = this.#inSeconds
    return part
  }

  /** Makes texts of the times that are numbers. */
  #writeOut(): void {
    if (!this.#inSeconds) return
    this.#inSeconds = false
    const seconds = this.#bytes.toString('latin1', 0, this.#used)
    const texts = seconds.replaceAll(
      /(?<="timestamp":)\d+/g,
      (digits) => `"${isoTime(new Date(Number(digits) * 1000))}"`,
    )
    this.#used = 0
    this.#reserve(texts.length)
    this.#used = this.#bytes.write(texts, 'latin1')
  }

  /** Its memory is used again for others. */
  clear(): void {
    giveBack(this.#bytes)
    this.#bytes = none
    this.#used = 0
    this.#inSeconds = true
    this.length = 0
  }

  #reserve(more: number): void {
    const needed = this.#used + more
    if (needed <= this.#bytes.length) return
    const larger = takeBytes(needed)
    this.writeTo(larger, 0)
    giveBack(this.#bytes)
    this.#bytes = larger
  }
}

/** What is to be sent of some points; or why one of them must never be. */
export function measureText(points: readonly Measure[], now: Date): MeasureText | string {
  const text = new MeasureText()
  for (const {at, nanoseconds = 0, value, timestamp} of points) {
    // A time that is none has no text.
    const harm = unsendable({at, value}, now) ?? text.add(at, value, timestamp ?? isoInstant({at, nanoseconds}), now)
    if (harm !== undefined) return harm
  }
  return text
}

/** Beyond that year, a double of nanoseconds no longer holds each second. */
const lastExact = Date.UTC(2116, 0)

/** The text has what a Date has no room for. */
const isWholeSecond = (at: Date, timestamp: string): boolean =>
  at.getTime() % 1000 === 0 && timestamp.length === '2026-11-24T10:00:00Z'.length && at.getTime() < lastExact

function write(bytes: Buffer, start: number, ascii: Buffer): number {
  for (let index = 0; index < ascii.length; index++) bytes[start + index] = ascii[index]!
  return start + ascii.length
}

function writeQuoted(bytes: Buffer, start: number, text: string): number {
  let at = start
  bytes[at++] = 34
  for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index)
  bytes[at++] = 34
  return at
}

const beforeTime = Buffer.from('{"timestamp":')
const beforeValue = Buffer.from(',"value":')
/** Of a measure without its time, which stands in quotes: a number has 25 characters at most. */
const longest = beforeTime.length + beforeValue.length + 2 + 25 + 2

const none = Buffer.alloc(0)
const smallest = 256
/** Of what is kept to be used again. */
const mostSpare = 2 ** 25
const spare = new Map<number, Buffer[]>()
let spareBytes = 0

/**
 * Memory of so many bytes or somewhat more. What is outside of V8's heap is freed only when it is next collected: taken
 * anew each time, it would be a hundred megabytes until then.
 */
export function takeBytes(least: number): Buffer {
  let size = smallest
  while (size < least) size *= 2
  const kept = spare.get(size)?.pop()
  if (!kept) return Buffer.allocUnsafeSlow(size)
  spareBytes -= size
  return kept
}

/** Who gives back uses it no more. */
export function giveBack(bytes: Buffer): void {
  // A part of another's is not its own.
  if (bytes.length === 0 || bytes.length !== bytes.buffer.byteLength || spareBytes + bytes.length > mostSpare) return
  spareBytes += bytes.length
  const kept = spare.get(bytes.length)
  if (kept) kept.push(bytes)
  else spare.set(bytes.length, [bytes])
}
