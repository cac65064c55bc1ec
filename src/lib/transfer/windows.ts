/** So many rows are 10 MB of an answer: far from the 64 MiB that are the most. */
const mostPeriods = 100_000

/** Cuts a time into parts of so many periods at most, oldest first; each begins where a period does. */
export function* windows(start: Date, stop: Date, granularitySeconds: number): Generator<{start: Date; stop: Date}> {
  const period = granularitySeconds * 1000
  const width = period * mostPeriods
  const last = stop.getTime()
  for (let from = Math.floor(start.getTime() / period) * period; from < last; from += width)
    yield {start: new Date(from), stop: new Date(Math.min(from + width, last))}
}
