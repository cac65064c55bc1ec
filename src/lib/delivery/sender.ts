import {setTimeout as sleep} from 'node:timers/promises'

import pMap from 'p-map'

import {roughly} from '../duration.ts'
import {oldestTakenAt} from '../gnocchi/archive-policies.ts'
import type {Measure, Refused} from '../gnocchi/measures.ts'
import type {Newest} from '../gnocchi/newest.ts'
import {unsendable} from '../gnocchi/sendable.ts'
import type {Report} from '../log.ts'
import {isoTime} from '../time.ts'
import type {Sample} from '../sampling/sample-hosts.ts'
import type {Spool, SpooledSample} from './spool.ts'

/** Gnocchi's batch call: resolves with the metrics it refuses for good, rejects when it is unwell. */
export type SendBatch = (batch: ReadonlyMap<string, readonly Measure[]>) => Promise<Refused[]>

/** What happens to samples on their way. */
export type DeliveryEvent =
  /** Gnocchi has them. */
  | {kind: 'sent'; samples: number}
  | {kind: 'set aside'; samples: number}
  | {kind: 'send failed'; error: Error}
  /** Nothing waits any more. */
  | {kind: 'all sent'}

export interface Delivery {
  spool: Spool
  send: SendBatch
  /** What Gnocchi drops without a word is known from this; undefined for a metric that it does not have. */
  newestOf: (metric: string, since: Date) => Promise<Newest | undefined>
  /** Now by the cloud's clock, as far as it is known. */
  now: () => Date
  report: Report
  notice?: ((event: DeliveryEvent) => void) | undefined
}

const largestBatch = 10_000
const smallestBatch = 10

/** A batch that took longer is not followed by a larger one. */
const quickSeconds = 5

/** What is known while there is something to send: refusals that were said, and what Gnocchi had of late samples' metrics. */
export interface Known {
  said: Set<string>
  newest: Map<string, Newest | undefined>
  /** How many samples the next batch may have. */
  batchSize: number
}

const nothingKnown = (): Known => ({said: new Set(), newest: new Map(), batchSize: largestBatch})

/** Sends one batch. After one that did not get through, a smaller one: what a thin line carries in time, or a proxy takes. */
async function sendBatch(
  send: SendBatch,
  samples: readonly SpooledSample[],
  known: Known,
): Promise<Map<string, string>> {
  const begun = performance.now()
  try {
    const refused = await send(byMetric(samples))
    const tookSeconds = (performance.now() - begun) / 1000
    if (tookSeconds < quickSeconds) known.batchSize = Math.min(largestBatch, known.batchSize * 2)
    return new Map(refused.map(({metric, reason}) => [metric, reason]))
  } catch (error) {
    known.batchSize = Math.max(smallestBatch, Math.floor(samples.length / 4))
    throw error
  }
}

/**
 * Sends all that the spool holds, oldest first; resolves with how many Gnocchi took. Samples leave the spool only after
 * the 202, so they may be sent twice, which counts once, but are never lost. What Gnocchi would refuse, or take and
 * drop, is set aside with the reason, which is said once for each metric: `known` remembers it between calls.
 * @throws what `send` throws: what was not sent is still in the spool
 */
export async function sendAll(delivery: Delivery, known = nothingKnown()): Promise<number> {
  const {spool, send, report, notice} = delivery
  const next = () => spool.oldest(known.batchSize)
  let sent = 0
  for (let samples = next(); samples.length > 0; samples = next()) {
    const sendable = await withoutHopeless(delivery, samples, known.newest)
    if (sendable.length === 0) continue
    const refused = await sendBatch(send, sendable, known)
    const taken = sendable.filter(({metric}) => !refused.has(metric))
    spool.sent(taken)
    sent += taken.length
    notice?.({kind: 'sent', samples: taken.length})
    for (const [metric, reason] of refused) {
      const host = sendable.find((sample) => sample.metric === metric)!.host
      const parked = spool.parkMetric(metric, reason)
      notice?.({kind: 'set aside', samples: parked})
      if (!known.said.has(metric))
        report(
          `${host}: metric ${metric} was refused: ${reason}; ${samplesOf(parked)} set aside (gnocchictl spool show)`,
          {level: 'warn', host, metric},
        )
      known.said.add(metric)
    }
  }
  known.newest.clear()
  notice?.({kind: 'all sent'})
  return sent
}

const samplesOf = (count: number): string => (count === 1 ? '1 sample is' : `${count} samples are`)

/** The samples that Gnocchi would store; the others are set aside. */
async function withoutHopeless(
  {spool, newestOf, now, report, notice}: Delivery,
  samples: SpooledSample[],
  newest: Known['newest'],
): Promise<SpooledSample[]> {
  // Oldest first: the first one of a metric is the latest to come.
  const late = new Map<string, Date>()
  for (const {metric, at} of samples)
    if (isLate(spool, now(), metric, at) && !late.has(metric) && !newest.has(metric)) late.set(metric, at)
  await pMap(late, async ([metric, since]) => newest.set(metric, await newestOf(metric, since)), {concurrency: 10})
  const hopeless = new Map<string, {host: string; reason: string; samples: SpooledSample[]}>()
  for (const sample of samples) {
    const reason =
      unsendable(sample, now()) ?? tooLate(sample, spool.newestSent(sample.metric), newest.get(sample.metric))
    if (reason === undefined) continue
    const key = `${sample.host} ${reason}`
    const group = hopeless.get(key) ?? {host: sample.host, reason, samples: []}
    group.samples.push(sample)
    hopeless.set(key, group)
  }
  for (const {host, reason, samples: group} of hopeless.values()) {
    spool.park(group, reason)
    notice?.({kind: 'set aside', samples: group.length})
    report(`${host}: ${samplesOf(group.length)} set aside: ${reason}`, {level: 'warn', host})
  }
  const gone = new Set([...hopeless.values()].flatMap((group) => group.samples))
  return gone.size === 0 ? samples : samples.filter((sample) => !gone.has(sample))
}

/** Behind what was sent from here, or so old that another producer may have sent newer ones. */
function isLate(spool: Spool, now: Date, metric: string, at: Date): boolean {
  const newest = spool.newestSent(metric)
  return (newest !== undefined && at < newest) || now.getTime() - at.getTime() > lateSeconds * 1000
}

const lateSeconds = 60

/** A measure that is older than the newest one of its metric may fall behind what the policy still takes. */
function tooLate({at}: SpooledSample, sent: Date | undefined, known: Newest | undefined): string | undefined {
  if (!known) return undefined
  const newest = [sent, known.at].filter((moment) => moment !== undefined).sort((a, b) => Number(b) - Number(a))[0]
  if (!newest || at >= newest) return undefined
  const takenFrom = oldestTakenAt(known.archivePolicy, newest)
  if (at >= takenFrom) return undefined
  const late = roughly((takenFrom.getTime() - at.getTime()) / 1000)
  return `${late} too late: the metric has a measure of ${isoTime(newest)}${newest === known.at ? ' or later' : ''}, and its archive policy takes none from before ${isoTime(takenFrom)} then`
}

/** Samples as Gnocchi's batch call takes them, each metric's in the order given. */
export function byMetric(samples: readonly Sample[]): Map<string, Measure[]> {
  const batch = new Map<string, Measure[]>()
  for (const {metric, at, value} of samples) {
    const measures = batch.get(metric)
    if (measures) measures.push({at, value})
    else batch.set(metric, [{at, value}])
  }
  return batch
}

const longestPauseSeconds = 30

/**
 * Empties the spool in the background, each time it is woken. When Gnocchi is unwell it says so once, and each other reason
 * that it meets meanwhile; it tries again with growing pauses, and says when it is well again. Sampling never waits for it.
 */
export class Sender {
  readonly #delivery: Delivery
  readonly #known = nothingKnown()
  readonly #stopped = new AbortController()
  #sent = 0
  #pauseSeconds = 0
  // A password that was changed during an outage is another trouble than the outage: each is said, once.
  readonly #troubles = new Set<string>()
  #woken = false
  #running: Promise<void> | undefined

  constructor(delivery: Delivery) {
    const notice = (event: DeliveryEvent) => {
      if (event.kind === 'sent') {
        this.#sent += event.samples
        this.#pauseSeconds = 0
      }
      delivery.notice?.(event)
    }
    this.#delivery = {...delivery, notice}
  }

  /** How many Gnocchi took in all, also of what a failure ended. */
  get sent(): number {
    return this.#sent
  }

  /** There is something in the spool. */
  wake(): void {
    this.#woken = true
    this.#start()
  }

  /** Stops trying in the background, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  /** Stops, and sends what is left here and now. @throws what sendAll does */
  async finish(): Promise<void> {
    await this.stop()
    await sendAll(this.#delivery, this.#known)
  }

  #start(): void {
    if (this.#stopped.signal.aborted) return
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      if (this.#woken) this.#start() // woken between the last look and here
    })
  }

  async #run(): Promise<void> {
    while (this.#woken && !this.#stopped.signal.aborted) {
      this.#woken = false
      try {
        const sent = await sendAll(this.#delivery, this.#known)
        this.#pauseSeconds = 0
        // Where nothing was there to send any more, it is not known to be over.
        if (sent === 0 || this.#troubles.size === 0) continue
        this.#delivery.report('Gnocchi takes measures again; all that was kept is sent')
        this.#troubles.clear()
      } catch (error) {
        this.#tell(error as Error)
        this.#woken = true
        await this.#pause()
      }
    }
  }

  #tell(error: Error): void {
    const {notice, report, spool} = this.#delivery
    notice?.({kind: 'send failed', error})
    const {message} = error
    if (!this.#troubles.has(message))
      report(`${message}; samples are kept in ${spool.file} until they can be sent`, {
        level: 'error',
        backlog: spool.count().waiting,
      })
    this.#troubles.add(message)
  }

  /** Longer each time, up to a fifth more or less: a thousand producers must not come back in the same second. */
  async #pause(): Promise<void> {
    this.#pauseSeconds = Math.min(longestPauseSeconds, this.#pauseSeconds === 0 ? 1 : this.#pauseSeconds * 2)
    const milliseconds = this.#pauseSeconds * 1000 * (0.8 + 0.4 * Math.random())
    await sleep(milliseconds, undefined, {signal: this.#stopped.signal}).catch(() => undefined)
  }
}
