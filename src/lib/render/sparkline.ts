const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/** A line of bars as high as the values are between their least and greatest; a blank for none, the middle when all are equal. */
export function sparkline(values: readonly (number | null)[], most = 60): string {
  const shown = values.length > most ? thinned(values, most) : values
  const known = shown.filter((value) => value !== null)
  const low = known.reduce((least, value) => Math.min(least, value), Infinity)
  const high = known.reduce((greatest, value) => Math.max(greatest, value), -Infinity)
  return shown
    .map((value) => {
      if (value === null) return ' '
      // Halved, for the difference of two numbers may be infinite.
      const share = high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.4
      return bars[Math.min(7, Math.floor(share * 8))]
    })
    .join('')
}

/** `most` means of neighbours. */
function thinned(values: readonly (number | null)[], most: number): (number | null)[] {
  return Array.from({length: most}, (_, index) => {
    const [from, to] = [index, index + 1].map((n) => Math.floor((n * values.length) / most))
    const some = values.slice(from, to).filter((value) => value !== null)
    return some.length === 0 ? null : some.reduce((sum, value) => sum + value / some.length, 0)
  })
}
