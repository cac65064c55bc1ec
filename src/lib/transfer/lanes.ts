import {setTimeout as sleep} from 'node:timers/promises'

import {GnocchiError} from '../errors.ts'
import {MeasureText} from '../gnocchi/measure-text.ts'
import type {Refused} from '../gnocchi/measures.ts'

/** Measures of a request, by metric id; at most so many as `Pace` says. */
interface Batch {
  metrics: Map<string, MeasureText>
  count: number
  /** Where in the file its first measure stands, in bytes. */
  from: number
  /** When that was read, by the clock of the process. */
  since: number
}

interface Lane {
  filling: Batch | undefined
  flying: Batch | undefined
  flight: Promise<void>
}

interface LanesOptions {
  /** Requests under way at the same time. */
  inFlight: number
  send: (batch: ReadonlyMap<string, MeasureText>) => Promise<Refused[]>
  /** Told after each request that Gnocchi has taken. */
  onStored: () => void
  report: (line: string) => void
  /** Before the second try; twice as long before each one after it. */
  firstPauseMs?: number | undefined
}

/** Measures of a request: after requests that were too large for the server, to begin with, and of a quick server. */
const [fewest, first, most] = [100, 10_000, 20_000]
/**
 * A server that has much else to do is slow for small requests too, and smaller ones give it more to do: slowness alone,
 * which stays far from the 30 s that an answer may take, does not make them smaller than this.
 */
const fewestWhenSlow = 5000
const [quickMs, slowMs] = [2000, 8000]
const tries = 6
/** What is read waits no longer than this for more of its lane: it is not sure, and a resumed import would read it again. */
export const longestWaitMs = 3000

/**
 * Several requests at once, and yet the measures of each metric in the order they were added: a metric has one lane, and
 * a lane has one request under way. Gnocchi drops what is older than its back window once newer has been processed.
 * Memory holds two batches for each lane at most, as long as `drain` is awaited where some `isDue`.
 */
export class Lanes {
  stored = 0
  requests = 0
  readonly refused = new Map<string, {reason: string; measures: number}>()
  readonly #options: LanesOptions
  readonly #lanes: Lane[]
  readonly #laneOf = new Map<string, Lane>()
  #size = first
  #failure: Error | undefined

  constructor(options: LanesOptions) {
    this.#options = options
    this.#lanes = Array.from({length: options.inFlight}, () => ({
      filling: undefined,
      flying: undefined,
      flight: Promise.resolve(),
    }))
  }

  /** Takes a copy. */
  add(metric: string, measures: MeasureText, from: number): void {
    const refused = this.refused.get(metric)
    if (refused) {
      refused.measures += measures.length
      return
    }
    let lane = this.#laneOf.get(metric)
    if (!lane) this.#laneOf.set(metric, (lane = this.#lanes[this.#laneOf.size % this.#lanes.length]!))
    const batch = (lane.filling ??= {metrics: new Map<string, MeasureText>(), count: 0, from, since: performance.now()})
    let texts = batch.metrics.get(metric)
    if (!texts) batch.metrics.set(metric, (texts = new MeasureText()))
    texts.addAll(measures)
    batch.count += measures.length
  }

  /** There are batches that are full, or old. */
  get isDue(): boolean {
    return this.#lanes.some((lane) => this.#isDue(lane))
  }

  /** Sends those; waits where the one before is still under way. @throws GnocchiError */
  async drain(): Promise<void> {
    const due = this.#lanes.filter((lane) => this.#isDue(lane))
    // Each as soon as its own lane is free: none waits for the others'.
    await Promise.all(due.map((lane) => this.#start(lane)))
  }

  #isDue({filling}: Lane): boolean {
    return filling !== undefined && (filling.count >= this.#size || performance.now() - filling.since > longestWaitMs)
  }

  /** Sends all the rest, and waits for it. @throws GnocchiError */
  async flush(): Promise<void> {
    for (const lane of this.#lanes) if (lane.filling) await this.#start(lane)
    await Promise.all(this.#lanes.map(({flight}) => flight))
    if (this.#failure) throw this.#failure
  }

  /** Up to where in the file all is stored, when it has been read to `readTo`. */
  storedTo(readTo: number): number {
    const missing = this.#lanes.flatMap(({filling, flying}) => [filling?.from ?? readTo, flying?.from ?? readTo])
    return Math.min(readTo, ...missing)
  }

  async #start(lane: Lane): Promise<void> {
    await lane.flight
    if (this.#failure) throw this.#failure
    const batch = lane.filling
    if (!batch) return
    lane.filling = undefined
    lane.flying = batch
    lane.flight = this.#deliver(batch.metrics, batch.count)
      .then(() => {
        lane.flying = undefined
        for (const texts of batch.metrics.values()) texts.clear()
        this.#options.onStored()
      })
      .catch((error: unknown) => {
        this.#failure ??= error as Error
      })
  }

  async #deliver(metrics: Map<string, MeasureText>, count: number, attempt = 1): Promise<void> {
    if (this.#failure) throw this.#failure
    const begun = performance.now()
    try {
      const refused = await this.#options.send(metrics)
      this.#count(metrics, count, refused)
      this.#adapt(performance.now() - begun, count)
    } catch (error) {
      const again = waysOut(error, count, attempt)
      if (!again) throw error
      this.#size = Math.max(fewest, Math.floor(this.#size / 2))
      if (again === 'later') await this.#pause(error as GnocchiError, attempt)
      // What comes twice counts once, so that a part of it may be there already.
      const parts = count > this.#size ? halves(metrics) : [metrics]
      for (const part of parts) await this.#deliver(part, countOf(part), attempt + 1)
    }
  }

  #count(metrics: ReadonlyMap<string, MeasureText>, count: number, refused: readonly Refused[]): void {
    this.requests++
    this.stored += count
    for (const {metric, reason} of refused) {
      const measures = metrics.get(metric)?.length ?? 0
      this.stored -= measures
      this.refused.set(metric, {reason, measures})
    }
  }

  async #pause({message}: GnocchiError, attempt: number): Promise<void> {
    const pauseMs = (this.#options.firstPauseMs ?? 1000) * 2 ** (attempt - 1)
    this.#options.report(`${message}; trying again in ${pauseMs / 1000} s`)
    await sleep(pauseMs)
  }

  #adapt(milliseconds: number, count: number): void {
    if (milliseconds > slowMs && count > fewestWhenSlow) this.#size = Math.max(fewestWhenSlow, Math.floor(count / 2))
    else if (milliseconds < quickMs && count >= this.#size) this.#size = Math.min(most, this.#size * 2)
  }
}

/** A request that is too large is sent in parts; one that Gnocchi was too unwell for, later. */
function waysOut(error: unknown, count: number, attempt: number): 'in parts' | 'later' | undefined {
  if (!(error instanceof GnocchiError)) return undefined
  if (error.status === 413) return count > 1 ? 'in parts' : undefined
  // Without words of Gnocchi's own it is a page of a proxy in front, whatever its status.
  return (error.said === undefined || error.status! >= 500) && attempt < tries ? 'later' : undefined
}

const countOf = (metrics: Map<string, MeasureText>): number =>
  [...metrics.values()].reduce((sum, {length}) => sum + length, 0)

/** By metrics, or of one metric by time: the older half goes first. */
function halves(metrics: Map<string, MeasureText>): Map<string, MeasureText>[] {
  const entries = [...metrics]
  const middle = Math.ceil(entries.length / 2)
  if (entries.length > 1) return [new Map(entries.slice(0, middle)), new Map(entries.slice(middle))]
  const [[id, measures]] = entries as [[string, MeasureText]]
  return measures.halves().map((half) => new Map([[id, half]]))
}
