/** A drawing of braille dots, two wide and four high in each cell; a cell has the colour of what was drawn there last. */
export interface Canvas {
  /** In dots. */
  width: number
  height: number
  line(x0: number, y0: number, x1: number, y1: number, ink: number): void
  /** A mark of its own, two dots wide and high: a point without neighbours would be overlooked. */
  spot(x: number, y: number, ink: number): void
  /** Fills what nothing else is drawn in: the cells of a column of dots from y0 to y1. */
  shade(x: number, y0: number, y1: number, ink: number): void
  /** A line of dashes through cells that are empty otherwise. */
  rule(y: number, ink: number): void
  /** Runs of characters of one ink, row by row; ink -1 is none. */
  rows(): {text: string; ink: number}[][]
}

/** Bits of the dots in a braille character: column 0 from above, then column 1. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

const blank = -1

/** An empty one, its size in cells of the terminal. */
export function openCanvas(columns: number, rows: number): Canvas {
  const [width, height] = [columns * 2, rows * 4]
  const bits = new Uint8Array(columns * rows)
  const inks = new Int8Array(columns * rows).fill(blank)
  const under = new Map<number, {character: string; ink: number}>()
  const dot = (x: number, y: number, ink: number) => {
    if (x < 0 || y < 0 || x >= width || y >= height) return
    const cell = (y >> 2) * columns + (x >> 1)
    bits[cell]! |= dots[x & 1]![y & 3]!
    inks[cell] = ink
  }
  const at = (cell: number) => {
    if (bits[cell]) return {character: String.fromCharCode(0x28_00 + bits[cell]), ink: inks[cell]!}
    return under.get(cell) ?? {character: ' ', ink: blank}
  }
  return {
    width,
    height,
    line(x0, y0, x1, y1, ink) {
      const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))
      for (let n = 0; n <= steps; n++) {
        const along = steps === 0 ? 0 : n / steps
        dot(Math.round(x0 + (x1 - x0) * along), Math.round(y0 + (y1 - y0) * along), ink)
      }
    },
    spot(x, y, ink) {
      for (const [right, down] of [[0, 0], [1, 0], [0, 1], [1, 1]] as const) dot((x & ~1) + right, (y & ~1) + down, ink) // prettier-ignore
    },
    shade(x, y0, y1, ink) {
      for (let row = Math.max(0, y0 >> 2); row <= Math.min(rows - 1, y1 >> 2); row++)
        under.set(row * columns + Math.min(columns - 1, x >> 1), {character: '░', ink})
    },
    rule(y, ink) {
      for (let column = 0; column < columns; column++) under.set((y >> 2) * columns + column, {character: '╌', ink})
    },
    rows() {
      return Array.from({length: rows}, (_, row) => {
        const runs: {text: string; ink: number}[] = []
        for (let column = 0; column < columns; column++) {
          const {character, ink} = at(row * columns + column)
          const last = runs.at(-1)
          if (last?.ink === ink) last.text += character
          else runs.push({text: character, ink})
        }
        return runs
      })
    },
  }
}
