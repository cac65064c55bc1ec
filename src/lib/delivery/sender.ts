import {setTimeout as sleep} from 'node:timers/promises'

import type {Measure, Refused} from '../gnocchi/measures.ts'
import type {Spool, SpooledSample} from './spool.ts'

/** Gnocchi's batch call: resolves with the metrics it refuses for good, rejects when it is unwell. */
export type SendBatch = (batch: ReadonlyMap<string, readonly Measure[]>) => Promise<Refused[]>

export interface Delivery {
  spool: Spool
  send: SendBatch
  report: (line: string) => void
}

const batchSize = 10_000

/**
 * Sends all that the spool holds, oldest first; resolves with how many Gnocchi took. Samples leave the spool only after
 * the 202, so they may be sent twice, which counts once, but are never lost.
 * @throws what `send` throws: what was not sent is still in the spool
 */
export async function sendAll({spool, send, report}: Delivery): Promise<number> {
  let sent = 0
  for (let samples = spool.oldest(batchSize); samples.length > 0; samples = spool.oldest(batchSize)) {
    const refused = new Map((await send(byMetric(samples))).map(({metric, reason}) => [metric, reason]))
    const taken = samples.filter(({metric}) => !refused.has(metric))
    spool.remove(taken)
    sent += taken.length
    for (const [metric, reason] of refused) {
      const host = samples.find((sample) => sample.metric === metric)!.host
      const parked = spool.park(metric, reason)
      report(
        `${host}: metric ${metric} was refused: ${reason}; ${parked} of its samples are set aside in ${spool.file}`,
      )
    }
  }
  return sent
}

function byMetric(samples: readonly SpooledSample[]): Map<string, Measure[]> {
  return samples.reduce((batch, {metric, at, value}) => {
    const measures = batch.get(metric)
    if (measures) measures.push({at, value})
    else batch.set(metric, [{at, value}])
    return batch
  }, new Map<string, Measure[]>())
}

const longestPauseSeconds = 30

export interface Sender {
  /** There is something in the spool. */
  wake(): void
  /** Stops trying in the background, waits for what is under way, and resolves with how many were sent in all. */
  stop(): Promise<number>
}

/**
 * Empties the spool in the background, each time it is woken. When Gnocchi is unwell it says so once, tries again with
 * growing pauses, and says when it is well again. Sampling never waits for it.
 */
export function startSender(delivery: Delivery): Sender {
  const stopped = new AbortController()
  let sent = 0
  let pauseSeconds = 0
  let woken = false
  let running: Promise<void> | undefined

  const run = async () => {
    while (woken && !stopped.signal.aborted) {
      woken = false
      try {
        sent += await sendAll(delivery)
        if (pauseSeconds > 0) delivery.report('Gnocchi takes measures again; all that was kept is sent')
        pauseSeconds = 0
      } catch (error) {
        if (pauseSeconds === 0)
          delivery.report(
            `${(error as Error).message}; samples are kept in ${delivery.spool.file} until they can be sent`,
          )
        pauseSeconds = Math.min(longestPauseSeconds, pauseSeconds === 0 ? 1 : pauseSeconds * 2)
        woken = true
        // Up to a fifth more or less: a thousand producers must not come back in the same second.
        await sleep(pauseSeconds * 1000 * (0.8 + 0.4 * Math.random()), undefined, {signal: stopped.signal}).catch(
          () => undefined,
        )
      }
    }
  }
  return {
    wake() {
      woken = true
      if (!stopped.signal.aborted) running ??= run().finally(() => (running = undefined))
    },
    async stop() {
      stopped.abort()
      await running
      return sent
    },
  }
}
