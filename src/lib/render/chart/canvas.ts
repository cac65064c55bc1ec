/** Bits of the dots in a braille character: column 0 from above, then column 1. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

const blank = -1

/** A drawing of braille dots, two wide and four high in each cell; a cell has the colour of what was drawn there last. */
export class Canvas {
  /** In dots. */
  readonly width: number
  readonly height: number
  readonly #columns: number
  readonly #rows: number
  readonly #bits: Uint8Array
  readonly #inks: Int8Array
  /** What shows in cells without a dot. */
  readonly #under = new Map<number, {character: string; ink: number}>()

  /** An empty one, its size in cells of the terminal. */
  constructor(columns: number, rows: number) {
    this.width = columns * 2
    this.height = rows * 4
    this.#columns = columns
    this.#rows = rows
    this.#bits = new Uint8Array(columns * rows)
    this.#inks = new Int8Array(columns * rows).fill(blank)
  }

  line(x0: number, y0: number, x1: number, y1: number, ink: number): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))
    for (let n = 0; n <= steps; n++) {
      const along = steps === 0 ? 0 : n / steps
      this.#dot(Math.round(x0 + (x1 - x0) * along), Math.round(y0 + (y1 - y0) * along), ink)
    }
  }

  /** A mark of its own, two dots wide and high: a point without neighbours would be overlooked. */
  spot(x: number, y: number, ink: number): void {
    for (const [right, down] of [[0, 0], [1, 0], [0, 1], [1, 1]] as const) this.#dot((x & ~1) + right, (y & ~1) + down, ink) // prettier-ignore
  }

  /** Fills what nothing else is drawn in: the cells of a column of dots from y0 to y1. */
  shade(x: number, y0: number, y1: number, ink: number): void {
    for (let row = Math.max(0, y0 >> 2); row <= Math.min(this.#rows - 1, y1 >> 2); row++)
      this.#under.set(row * this.#columns + Math.min(this.#columns - 1, x >> 1), {character: '░', ink})
  }

  /** A line of dashes through cells that are empty otherwise. */
  rule(y: number, ink: number): void {
    for (let column = 0; column < this.#columns; column++)
      this.#under.set((y >> 2) * this.#columns + column, {character: '╌', ink})
  }

  /** Runs of characters of one ink, row by row; ink -1 is none. */
  rows(): {text: string; ink: number}[][] {
    return Array.from({length: this.#rows}, (_, row) => {
      const runs: {text: string; ink: number}[] = []
      for (let column = 0; column < this.#columns; column++) {
        const {character, ink} = this.#at(row * this.#columns + column)
        const last = runs.at(-1)
        if (last?.ink === ink) last.text += character
        else runs.push({text: character, ink})
      }
      return runs
    })
  }

  #dot(x: number, y: number, ink: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return
    const cell = (y >> 2) * this.#columns + (x >> 1)
    this.#bits[cell]! |= dots[x & 1]![y & 3]!
    this.#inks[cell] = ink
  }

  #at(cell: number): {character: string; ink: number} {
    const bits = this.#bits[cell]
    if (bits) return {character: String.fromCharCode(0x28_00 + bits), ink: this.#inks[cell]!}
    return this.#under.get(cell) ?? {character: ' ', ink: blank}
  }
}
