import type {AggregateRows} from './aggregate-rows.ts'
import type {Gnocchi} from './client.ts'
import type {Range, Reading} from './measures.ts'

/** What is read of one metric, at one granularity. */
export type PartedReading = Reading & {granularitySeconds: number}

/** One request of several for the same series. */
export interface MeasurePart {
  read: () => Promise<AggregateRows>
  /** How much of the series has been read with it, of 1. */
  done: number
}

/** What Gnocchi keeps as one object. @see gnocchi/carbonara.py SplitKey.POINTS_PER_SPLIT */
const splitPeriods = 3600
/** Of whole objects, so that none is read twice. A part is decoded and written while Gnocchi is at work on the next ones. */
const partPeriods = 7 * splitPeriods
/** To be under way at the same time. Gnocchi takes longer to write an answer than it takes here to read it. */
export const partsInFlight = 4

export interface PartsClient {
  measures: Pick<Gnocchi['measures'], 'getRows'>
  aggregates: Pick<Gnocchi['aggregates'], 'periodsHeld'>
}

/**
 * The requests for a series of any length, oldest rows first: memory holds a few answers, and Gnocchi's processes share
 * the work. Which parts of the time hold any is asked of Gnocchi first, for a series may begin anywhere; what
 * is newest is asked for at the same time, and most series are no longer than that.
 * `mostPeriods`: as many as the archive policy keeps, where that is known. `now`: the cloud's clock.
 * @throws GnocchiError as `measures.getRows`
 */
export async function* measureParts(
  {measures, aggregates}: PartsClient,
  id: string,
  {refresh, ...reading}: PartedReading,
  {now, mostPeriods = Infinity}: {now: Date; mostPeriods?: number | undefined},
): AsyncGenerator<MeasurePart, void, void> {
  const {granularitySeconds, start, stop} = reading
  const step = granularitySeconds * 1000
  const end = Math.min(now.getTime(), stop?.getTime() ?? Infinity)
  const cut = Math.floor((Math.floor(end / step) - partPeriods) / splitPeriods) * splitPeriods * step
  const isOne = mostPeriods <= partPeriods || cut <= (start?.getTime() ?? 0)
  const newest = measures.getRows(id, {...reading, refresh, start: isOne ? start : new Date(cut)})
  // Whoever reads that part gets its error; until then, others may come.
  newest.catch(() => undefined)
  // It has what is queued processed first, for the others to see the same.
  if (refresh) await newest
  if (!isOne) {
    const ranges = await rangesWithRows(aggregates, id, {...reading, stop: new Date(cut)}).catch(
      async (error: unknown) => {
        // Where both are refused, it says why in the words of a plain question.
        await newest
        throw error
      },
    )
    for (const [nth, range] of ranges.entries())
      yield {read: () => measures.getRows(id, {...reading, ...range}), done: (nth + 1) / (ranges.length + 1)}
  }
  yield {read: () => newest, done: 1}
}

/** The parts of the time that hold anything, of so many periods each, counted from 1970. */
async function rangesWithRows(
  aggregates: PartsClient['aggregates'],
  id: string,
  reading: PartedReading & {stop: Date},
): Promise<Range[]> {
  const {granularitySeconds, start, stop} = reading
  const width = partPeriods * granularitySeconds * 1000
  const found = await aggregates.periodsHeld(id, reading, width / 1000)
  const begins = new Set(found.map((at) => Math.floor(at.getTime() / width) * width))
  return [...begins]
    .sort((a, b) => a - b)
    .map((begin) => ({
      start: new Date(Math.max(begin, start?.getTime() ?? 0)),
      stop: new Date(Math.min(begin + width, stop.getTime())),
    }))
    .filter((range) => range.start < range.stop)
}
