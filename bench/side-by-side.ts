// Contestants take turns in one run, so that whatever else the machine does meets them all alike.

/** One measurement: milliseconds. */
export type Measure = () => Promise<number>

const warmUps = 2

/** `rounds` measurements of each, A, B, A, B, ..., after a warm-up. */
export async function sideBySide<Name extends string>(
  contestants: Record<Name, Measure>,
  rounds: number,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries<Measure>(contestants)
  const measured = new Map(entries.map(([name]) => [name, [] as number[]]))
  for (let round = -warmUps; round < rounds; round++)
    for (const [name, measure] of entries) {
      const ms = await measure()
      if (round >= 0) measured.get(name)!.push(ms)
    }
  return Object.fromEntries(measured) as Record<Name, number[]>
}

/** The smallest of `values` that so much of them (0 to 1) is not above: the nearest rank. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
