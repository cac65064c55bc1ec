import {byMetric, Sender, type Delivery, type DeliveryEvent} from './delivery/sender.ts'
import {roughly} from './duration.ts'
import {UsageError, type AppError} from './errors.ts'
import type {Report} from './log.ts'
import type {Round, Sample} from './sampling/sample-hosts.ts'
import {isoTime} from './time.ts'

/** What happens in a run, for whoever keeps count of it. */
export type ProduceEvent =
  | DeliveryEvent
  | {kind: 'round'; at: Date; round: Round}
  /** Neither on disk any more nor sent. */
  | {kind: 'dropped'; samples: number}
  | {kind: 'ended'}

export interface Produce extends Omit<Delivery, 'notice'> {
  /** When to sample. */
  ticks: AsyncIterable<Date>
  sampleAll: (at: Date) => Promise<Round>
  /** Told of each sample once it is safe: on disk, or, when that is full, with Gnocchi. */
  onSample: (sample: Sample) => void
  notice?: ((event: ProduceEvent) => void) | undefined
}

export interface Summary {
  rounds: number
  sampled: number
  sent: number
  /** Still in the spool: to be sent by the next run. */
  kept: number
  parked: number
  /** Neither on disk nor sent: the disk was full to the end. */
  lost: number
  /** Hosts that gave no sample at all, each with its last error. */
  silentHosts: Map<string, AppError>
  /** Why what is kept could not be sent. */
  sendError: Error | undefined
}

/**
 * Samples at each tick and delivers, until the ticks end; then sends what is left.
 * What a host or Gnocchi does wrong ends nothing: it is told, and stands in the summary.
 * @throws where the spool can be neither read nor written at the start
 */
export async function produce({ticks, sampleAll, onSample, ...delivery}: Produce): Promise<Summary> {
  const {spool, report, notice} = delivery
  const sender = new Sender(delivery)
  spool.unpark() // whoever starts it may have mended what was wrong
  const {waiting, oldest} = spool.count()
  if (oldest) {
    report(
      `sending ${waiting} sample${waiting === 1 ? '' : 's'} kept from an earlier run, the oldest of ${isoTime(oldest)}`,
      {backlog: waiting},
    )
    sender.wake()
  }
  const keeper = new Keeper({...delivery, onSample})
  const hosts = trackHosts(report)
  let rounds = 0
  let sampled = 0
  for await (const at of ticks) {
    const round = await sampleAll(at)
    hosts.update(round, at)
    keeper.keep(round.samples)
    rounds++
    sampled += round.samples.length
    notice?.({kind: 'round', at, round})
    if (round.samples.length > 0) sender.wake()
  }
  const {sentOfHeld, sendError} = await sendRest(sender, keeper)
  if (sendError) notice?.({kind: 'send failed', error: sendError})
  notice?.({kind: 'ended'})
  const {waiting: kept, parked} = spool.count()
  const sent = sender.sent + sentOfHeld
  return {rounds, sampled, sent, kept, parked, lost: keeper.lost(), silentHosts: hosts.silent(), sendError}
}

/** What the disk holds, then what it never took. */
async function sendRest(sender: Sender, keeper: Keeper): Promise<{sentOfHeld: number; sendError: Error | undefined}> {
  let sendError: Error | undefined
  try {
    await sender.finish()
  } catch (error) {
    const {code, message} = error as Error & {code?: unknown}
    if (code !== 'ERR_SQLITE_ERROR') return {sentOfHeld: 0, sendError: error as Error}
    // A full disk keeps the spool from forgetting what was sent, not what it never took from being sent.
    sendError = new UsageError(`the spool cannot be written: ${message}`, [
      'make room on its disk: the next run sends again what is kept there, which does no harm',
    ])
  }
  try {
    return {sentOfHeld: await keeper.sendHeld(), sendError}
  } catch (error) {
    return {sentOfHeld: 0, sendError: error as Error}
  }
}

/** Samples that a full disk does not take: a day of ten hosts at ten seconds. */
const mostHeld = 86_400

/** So long without a sample dropped, and the spool is no longer at its limit. */
const quietSeconds = 3600

/** Where a sample goes, and who is told. */
type Ways = Pick<Produce, 'spool' | 'send' | 'onSample' | 'report' | 'notice'>

/**
 * Puts samples on disk and tells of them. What a full disk does not take is held in memory, untold, and tried again
 * with each round; the oldest go when there are too many.
 */
class Keeper {
  readonly #ways: Ways
  #held: Sample[] = []
  #dropped = 0
  #limit = {at: -Infinity, dropped: 0, told: 0}

  constructor(ways: Ways) {
    this.#ways = ways
  }

  keep(samples: readonly Sample[]): void {
    const {spool, onSample, report, notice} = this.#ways
    const wasFull = this.#held.length > 0
    this.#held.push(...samples)
    try {
      const {dropped} = spool.add(this.#held)
      if (wasFull) report('the spool can be written again')
      if (dropped > 0) {
        notice?.({kind: 'dropped', samples: dropped})
        this.#tellOfLimit(dropped)
      }
      this.#held.forEach(onSample)
      this.#held = []
    } catch (error) {
      if (!wasFull)
        report(`the spool cannot be written: ${(error as Error).message}; samples are held in memory until it can`, {
          level: 'error',
        })
      const tooMany = Math.max(0, this.#held.length - mostHeld)
      if (tooMany > 0 && this.#dropped === 0)
        report(`memory holds no more than ${mostHeld} samples that the spool cannot take: the oldest are lost`, {
          level: 'error',
        })
      this.#held.splice(0, tooMany)
      this.#dropped += tooMany
      if (tooMany > 0) notice?.({kind: 'dropped', samples: tooMany})
    }
  }

  /** A spool at its limit drops some with each round, for days: said again when twice as many are gone, or after a pause. */
  #tellOfLimit(dropped: number): void {
    const now = performance.now()
    if (now - this.#limit.at > quietSeconds * 1000) this.#limit = {at: now, dropped: 0, told: 0}
    this.#limit.at = now
    this.#limit.dropped += dropped
    if (this.#limit.dropped < 2 * this.#limit.told) return
    this.#limit.told = this.#limit.dropped
    this.#ways.report(`the spool is at its limit: the ${this.#limit.dropped} oldest samples were dropped`, {
      level: 'warn',
    })
  }

  /** At the end, what never got onto the disk: sent at once, after all that did. */
  async sendHeld(): Promise<number> {
    const {send, onSample, report, notice} = this.#ways
    if (this.#held.length === 0) return 0
    const refused = new Map((await send(byMetric(this.#held))).map(({metric, reason}) => [metric, reason]))
    for (const [metric, reason] of refused)
      report(`metric ${metric} was refused: ${reason}; what was held of it is lost`, {level: 'warn'})
    const taken = this.#held.filter(({metric}) => !refused.has(metric))
    this.#held = this.#held.filter(({metric}) => refused.has(metric))
    notice?.({kind: 'sent', samples: taken.length})
    taken.forEach(onSample)
    return taken.length
  }

  /** How many were given up, or could be put nowhere. */
  lost(): number {
    return this.#dropped + this.#held.length
  }
}

/** One line when a host falls silent, one when the reason changes, one when it is back. */
function trackHosts(report: Report) {
  const down = new Map<string, {since: Date; error: AppError}>()
  const heard = new Set<string>()
  return {
    update({samples, failures}: Round, at: Date): void {
      for (const {host, error, retryInSeconds} of failures) {
        const known = down.get(host.label)
        if (known?.error.message !== error.message)
          report(
            `${error.message}; trying again in ${retryInSeconds} s${error.suggestions[0] ? ` (${error.suggestions[0]})` : ''}`,
            {level: 'warn', host: host.label},
          )
        down.set(host.label, {since: known?.since ?? at, error})
      }
      for (const {host} of samples) {
        heard.add(host)
        const was = down.get(host)
        if (was) report(`${host}: back after ${roughly((at.getTime() - was.since.getTime()) / 1000)}`, {host})
        down.delete(host)
      }
    },
    silent: () => new Map([...down].filter(([host]) => !heard.has(host)).map(([host, {error}]) => [host, error])),
  }
}
