import type {LooseRow} from './sub-second.ts'

/**
 * Aggregates as bare numbers, 24 bytes for each: there may be a million, and objects would take ten times that. Their
 * order is the answer's: the coarsest granularity first, then by time.
 */
export class AggregateRows {
  length = 0
  /** Whether the time of each is its own: those of periods finer than a second, Gnocchi writes wrong. */
  isPlaced = true
  /** Whether any has no number. */
  #someLack = false
  #cells: Float64Array

  /** With room for so many, and for more when they come. */
  constructor(expected: number) {
    this.#cells = new Float64Array(3 * Math.max(1, expected))
  }

  static of(rows: readonly LooseRow[]): AggregateRows {
    const made = new AggregateRows(rows.length)
    for (const {at, granularitySeconds, value} of rows)
      made.add(at?.getTime() ?? Number.NaN, granularitySeconds, value ?? Number.NaN)
    return made
  }

  add(milliseconds: number, granularitySeconds: number, value: number): void {
    const at = 3 * this.length++
    if (at === this.#cells.length) {
      const larger = new Float64Array(2 * at)
      larger.set(this.#cells)
      this.#cells = larger
    }
    this.#cells[at] = milliseconds
    this.#cells[at + 1] = granularitySeconds
    this.#cells[at + 2] = value
    if (Number.isNaN(milliseconds) || granularitySeconds < 1) this.isPlaced = false
    if (Number.isNaN(value)) this.#someLack = true
  }

  /** When the period begins, since 1970; NaN where Gnocchi has left it out. */
  milliseconds(row: number): number {
    return this.#cells[3 * row]!
  }

  granularitySeconds(row: number): number {
    return this.#cells[3 * row + 1]!
  }

  /** NaN where Gnocchi has NaN or an infinity. */
  value(row: number): number {
    return this.#cells[3 * row + 2]!
  }

  /** Those that have a number. */
  withNumbers(): AggregateRows {
    if (!this.#someLack) return this
    const found = new AggregateRows(this.length)
    for (let row = 0; row < this.length; row++)
      if (!Number.isNaN(this.value(row)))
        found.add(this.milliseconds(row), this.granularitySeconds(row), this.value(row))
    return found
  }

  toObjects(from = 0, to = this.length): LooseRow[] {
    return Array.from({length: Math.min(to, this.length) - from}, (_, index) => {
      const row = from + index
      const milliseconds = this.milliseconds(row)
      const value = this.value(row)
      return {
        at: Number.isNaN(milliseconds) ? undefined : new Date(milliseconds),
        granularitySeconds: this.granularitySeconds(row),
        value: Number.isNaN(value) ? null : value,
      }
    })
  }
}
