import {sendAll, startSender, type Delivery} from './delivery/sender.ts'
import {roughly} from './duration.ts'
import type {AppError} from './errors.ts'
import type {Round, Sample} from './sampling/sample-hosts.ts'

export interface Produce extends Delivery {
  /** When to sample. */
  ticks: AsyncIterable<Date>
  sampleAll: (at: Date) => Promise<Round>
  /** Told of each sample once it is safe on disk. */
  onSample: (sample: Sample) => void
}

export interface Summary {
  rounds: number
  sampled: number
  sent: number
  /** Still in the spool: to be sent by the next run. */
  kept: number
  parked: number
  /** Hosts that gave no sample at all, each with its last error. */
  silentHosts: Map<string, AppError>
  /** Why what is kept could not be sent. */
  sendError: Error | undefined
}

/** Samples at each tick and delivers, until the ticks end; then sends what is left. */
export async function produce({ticks, sampleAll, onSample, ...delivery}: Produce): Promise<Summary> {
  const {spool, report} = delivery
  const sender = startSender(delivery)
  if (spool.waiting() > 0) {
    report(`sending ${spool.waiting()} samples kept from an earlier run`)
    sender.wake()
  }
  const hosts = trackHosts(report)
  let rounds = 0
  let sampled = 0
  for await (const at of ticks) {
    const round = await sampleAll(at)
    hosts.update(round, at)
    spool.add(round.samples)
    round.samples.forEach(onSample)
    rounds++
    sampled += round.samples.length
    if (round.samples.length > 0) sender.wake()
  }
  let sent = await sender.stop()
  let sendError: Error | undefined
  try {
    sent += await sendAll(delivery)
  } catch (error) {
    sendError = error as Error
  }
  return {rounds, sampled, sent, kept: spool.waiting(), parked: spool.parked(), silentHosts: hosts.silent(), sendError}
}

/** One line when a host falls silent, one when the reason changes, one when it is back. */
function trackHosts(report: (line: string) => void) {
  const down = new Map<string, {since: Date; error: AppError}>()
  const heard = new Set<string>()
  return {
    update({samples, failures}: Round, at: Date): void {
      for (const {host, error, retryInSeconds} of failures) {
        const known = down.get(host.label)
        if (known?.error.message !== error.message)
          report(
            `${error.message}; trying again in ${retryInSeconds} s${error.suggestions[0] ? ` (${error.suggestions[0]})` : ''}`,
          )
        down.set(host.label, {since: known?.since ?? at, error})
      }
      for (const {host} of samples) {
        heard.add(host)
        const was = down.get(host)
        if (was) report(`${host}: back after ${roughly((at.getTime() - was.since.getTime()) / 1000)}`)
        down.delete(host)
      }
    },
    silent: () => new Map([...down].filter(([host]) => !heard.has(host)).map(([host, {error}]) => [host, error])),
  }
}
