import {durationInWords, lastSecond} from '../duration.ts'
import {GnocchiError} from '../errors.ts'
import type {Aggregate, Range} from './measures.ts'

/** A row as it came: of a period finer than a second, Gnocchi writes the time wrong. */
export interface LooseRow {
  /** undefined where Gnocchi has left it out. */
  at: Date | undefined
  granularitySeconds: number
  value: number | null
}

/** How many rows there are of a granularity in a range. */
type Count = (granularitySeconds: number, range: Required<Range>) => Promise<number>

/** Requests that finding out the times of one answer may take: some seconds. */
const mostRequests = 1000

/** Rows that lie somewhere in [from, to), in ms, in this order. */
interface Segment {
  rows: LooseRow[]
  from: number
  to: number
}

/**
 * Gives rows finer than a second their times back. Gnocchi 4.4 to 4.6 write `+00:00` for each that is not of a whole
 * second, later ones cut the fraction off (gnocchi/json.py to_primitive); but rows come in order, no two of one period,
 * and how many lie in a range can be asked. Where each period of a stretch has a row, nothing needs to be asked.
 * @throws GnocchiError when it would take too many requests, or periods are finer than a millisecond
 */
export async function placed(rows: readonly LooseRow[], range: Range, count: Count): Promise<Aggregate[]> {
  let requests = 0
  const placedRows: Aggregate[] = []
  for (const [granularitySeconds, block] of byGranularity(rows)) {
    if (granularitySeconds >= 1) {
      for (const row of block) placedRows.push(isPlaced(row) ? row : {...row, at: timeOf(row)})
      continue
    }
    const step = granularitySeconds * 1000
    if (!Number.isInteger(step))
      throw tooFine(granularitySeconds, 'periods finer than a millisecond have no place here')
    const ask: Ask = (from, to) => {
      if (++requests > mostRequests)
        throw tooFine(granularitySeconds, 'finding them out would take more than 1000 requests')
      return count(granularitySeconds, {start: new Date(from), stop: new Date(to)})
    }
    for (const segment of segments(block, step, range)) placedRows.push(...(await place(segment, step, ask)))
  }
  return placedRows
}

type Ask = (from: number, to: number) => Promise<number>

const tooFine = (granularitySeconds: number, why: string): GnocchiError =>
  new GnocchiError(
    `Gnocchi leaves out the times of periods of ${durationInWords(granularitySeconds)}, and ${why}`,
    {},
    ['ask for a shorter time with --start and --stop, or for --granularity 1s or coarser'],
  )

const isPlaced = (row: LooseRow): row is Aggregate => row.at !== undefined

function timeOf({at, granularitySeconds}: LooseRow): Date {
  if (at) return at
  throw new GnocchiError(`Gnocchi left out the time of a period of ${durationInWords(granularitySeconds)}`)
}

function byGranularity(rows: readonly LooseRow[]): Map<number, LooseRow[]> {
  const blocks = new Map<number, LooseRow[]>()
  for (const row of rows) {
    const block = blocks.get(row.granularitySeconds)
    if (block) block.push(row)
    else blocks.set(row.granularitySeconds, [row])
  }
  return blocks
}

/** Stretches between the times that are known. */
function segments(rows: readonly LooseRow[], step: number, {start, stop}: Range): Segment[] {
  if (rows.every(({at}) => at !== undefined)) return bySecond(rows)
  const found: Segment[] = []
  const first = start ? Math.floor(start.getTime() / step) * step : 0
  let from = first
  let loose: LooseRow[] = []
  const close = (to: number) => {
    if (loose.length > 0) found.push({rows: loose, from, to})
    loose = []
  }
  for (const row of rows) {
    if (!row.at) {
      loose.push(row)
      continue
    }
    const at = row.at.getTime()
    close(at)
    from = at + step
    found.push({rows: [row], from: at, to: from})
  }
  // Without an end, one second after the last row that is known, and so on, would do too: 2262 is the end of all time.
  close(stop ? Math.ceil(stop.getTime() / step) * step : lastSecond * 1000)
  return found
}

/** All times are known to the second: those of a second share it. */
function bySecond(rows: readonly LooseRow[]): Segment[] {
  const seconds = new Map<number, Segment>()
  for (const row of rows) {
    const from = timeOf(row).getTime()
    const segment = seconds.get(from)
    if (segment) segment.rows.push(row)
    else seconds.set(from, {rows: [row], from, to: from + 1000})
  }
  return [...seconds.values()]
}

async function place({rows, from, to}: Segment, step: number, ask: Ask): Promise<Aggregate[]> {
  const periods = Math.round((to - from) / step)
  if (rows.length === 0) return []
  if (rows.length >= periods) return rows.map((row, index) => ({...row, at: new Date(from + index * step)}))
  const middle = from + Math.floor(periods / 2) * step
  const before = await ask(from, middle)
  return [
    ...(await place({rows: rows.slice(0, before), from, to: middle}, step, ask)),
    ...(await place({rows: rows.slice(before), from: middle, to}, step, ask)),
  ]
}
