import {setTimeout as sleep} from 'node:timers/promises'

import {roughly} from '../duration.ts'
import {oldestTakenAt, type ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Measure, Refused} from '../gnocchi/measures.ts'
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
  /** The archive policy of a metric: what it drops without a word is known from it. */
  policyOf: (metric: string) => Promise<ArchivePolicy>
  /** Now by the cloud's clock, as far as it is known. */
  now: () => Date
  report: Report
  notice?: ((event: DeliveryEvent) => void) | undefined
}

const batchSize = 10_000

/**
 * Sends all that the spool holds, oldest first; resolves with how many Gnocchi took. Samples leave the spool only after
 * the 202, so they may be sent twice, which counts once, but are never lost. What Gnocchi would refuse, or take and
 * drop, is set aside with the reason, which is said once for each metric: `said` remembers it between calls.
 * @throws what `send` throws: what was not sent is still in the spool
 */
export async function sendAll(delivery: Delivery, said = new Set<string>()): Promise<number> {
  const {spool, send, report, notice} = delivery
  let sent = 0
  for (let samples = spool.oldest(batchSize); samples.length > 0; samples = spool.oldest(batchSize)) {
    const sendable = await withoutHopeless(delivery, samples)
    if (sendable.length === 0) continue
    const refused = new Map((await send(byMetric(sendable))).map(({metric, reason}) => [metric, reason]))
    const taken = sendable.filter(({metric}) => !refused.has(metric))
    spool.sent(taken)
    sent += taken.length
    notice?.({kind: 'sent', samples: taken.length})
    for (const [metric, reason] of refused) {
      const host = sendable.find((sample) => sample.metric === metric)!.host
      const parked = spool.parkMetric(metric, reason)
      notice?.({kind: 'set aside', samples: parked})
      if (!said.has(metric))
        report(
          `${host}: metric ${metric} was refused: ${reason}; ${samplesOf(parked)} set aside (gnocchictl spool show)`,
          {level: 'warn', host, metric},
        )
      said.add(metric)
    }
  }
  notice?.({kind: 'all sent'})
  return sent
}

const samplesOf = (count: number): string => (count === 1 ? '1 sample is' : `${count} samples are`)

/** The samples that Gnocchi would store; the others are set aside. */
async function withoutHopeless(
  {spool, policyOf, now, report, notice}: Delivery,
  samples: SpooledSample[],
): Promise<SpooledSample[]> {
  const hopeless = new Map<string, {host: string; reason: string; samples: SpooledSample[]}>()
  for (const sample of samples) {
    const reason = unsendable(sample, now()) ?? (await tooLate(spool, policyOf, sample))
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

/** A measure that is older than the newest one of its metric may fall behind what the policy still takes. */
async function tooLate(
  spool: Spool,
  policyOf: Delivery['policyOf'],
  {metric, at}: SpooledSample,
): Promise<string | undefined> {
  const newest = spool.newestSent(metric)
  if (!newest || at >= newest) return undefined
  const takenFrom = oldestTakenAt(await policyOf(metric), newest)
  if (at >= takenFrom) return undefined
  const late = roughly((takenFrom.getTime() - at.getTime()) / 1000)
  return `${late} too late: the metric has a measure of ${isoTime(newest)}, and its archive policy takes none from before ${isoTime(takenFrom)} then`
}

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

export interface Sender {
  /** There is something in the spool. */
  wake(): void
  /** Stops trying in the background, waits for what is under way, and resolves with how many were sent in all. */
  stop(): Promise<number>
}

/**
 * Empties the spool in the background, each time it is woken. When Gnocchi is unwell it says so once, and each other reason
 * that it meets meanwhile; it tries again with growing pauses, and says when it is well again. Sampling never waits for it.
 */
export function startSender(delivery: Delivery): Sender {
  const stopped = new AbortController()
  const said = new Set<string>()
  let sent = 0
  let pauseSeconds = 0
  // A password that was changed during an outage is another trouble than the outage: each is said, once.
  const troubles = new Set<string>()
  let woken = false
  let running: Promise<void> | undefined

  const run = async () => {
    while (woken && !stopped.signal.aborted) {
      woken = false
      try {
        sent += await sendAll(delivery, said)
        if (pauseSeconds > 0) delivery.report('Gnocchi takes measures again; all that was kept is sent')
        pauseSeconds = 0
        troubles.clear()
      } catch (error) {
        delivery.notice?.({kind: 'send failed', error: error as Error})
        const {message} = error as Error
        if (!troubles.has(message))
          delivery.report(`${message}; samples are kept in ${delivery.spool.file} until they can be sent`, {
            level: 'error',
            backlog: delivery.spool.count().waiting,
          })
        troubles.add(message)
        pauseSeconds = Math.min(longestPauseSeconds, pauseSeconds === 0 ? 1 : pauseSeconds * 2)
        woken = true
        // Up to a fifth more or less: a thousand producers must not come back in the same second.
        await sleep(pauseSeconds * 1000 * (0.8 + 0.4 * Math.random()), undefined, {signal: stopped.signal}).catch(
          () => undefined,
        )
      }
    }
  }
  const start = () => {
    if (stopped.signal.aborted) return
    running ??= run().finally(() => {
      running = undefined
      if (woken) start() // woken between the last look and here
    })
  }
  return {
    wake() {
      woken = true
      start()
    },
    async stop() {
      stopped.abort()
      await running
      return sent
    },
  }
}
