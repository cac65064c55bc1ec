import type {ProduceEvent} from '../produce.ts'
import {roughly} from '../duration.ts'
import type {Round} from '../sampling/sample-hosts.ts'
import {isoTime} from '../time.ts'

export interface HostStatus {
  host: string
  /** `unknown`: it has not answered yet. */
  state: 'up' | 'down' | 'unknown'
  since: string | null
  lastSample: string | null
  /** Stays when the host is back. */
  lastError: string | null
}

/** What a running producer tells of itself: plain data, times as ISO 8601 in UTC. */
export interface Status {
  pid: number
  started: string
  updated: string
  /** When it ended by itself; null while it runs, and for ever when it was killed. */
  ended: string | null
  /** null: it makes one round. */
  intervalSeconds: number | null
  rounds: number
  missedTicks: number
  lastRound: string | null
  sampled: number
  sent: number
  /** For the spool's limits, or because the disk was full. */
  dropped: number
  setAside: number
  /** When Gnocchi last answered a batch with 202. */
  lastAccepted: string | null
  /** Why samples are not going out, and since when; null while they are. */
  sendError: {since: string; message: string} | null
  backlog: {waiting: number; parked: number; oldest: string | null}
  /** This machine's clock against Keystone's, as of the last login. */
  clockAheadSeconds: number
  hosts: HostStatus[]
}

export interface StatusSources {
  intervalSeconds: number | undefined
  /** Labels of the hosts that are sampled now. */
  hosts: () => readonly string[]
  backlog: () => {waiting: number; parked: number; oldest: Date | undefined}
  clockAheadSeconds: () => number
}

/** Keeps count of what a run does: what happened in, the status out. */
export class StatusKeeper {
  readonly #sources: StatusSources
  readonly #counts: Omit<Status, 'updated' | 'backlog' | 'clockAheadSeconds' | 'hosts'>
  readonly #hosts = new Map<string, HostStatus>()
  #lastTick: Date | undefined

  constructor(sources: StatusSources) {
    this.#sources = sources
    this.#counts = {
      pid: process.pid,
      started: isoTime(new Date()),
      ended: null,
      intervalSeconds: sources.intervalSeconds ?? null,
      rounds: 0,
      missedTicks: 0,
      lastRound: null,
      sampled: 0,
      sent: 0,
      dropped: 0,
      setAside: 0,
      lastAccepted: null,
      sendError: null,
    }
  }

  notice(event: ProduceEvent): void {
    const counts = this.#counts
    const now = isoTime(new Date())
    switch (event.kind) {
      case 'round':
        counts.rounds++
        counts.sampled += event.round.samples.length
        counts.missedTicks += this.#missedBefore(event.at)
        counts.lastRound = now
        this.#noticeHosts(event.round, event.at)
        break
      case 'sent':
        counts.sent += event.samples
        counts.lastAccepted = now
        break
      case 'set aside':
        counts.setAside += event.samples
        break
      case 'dropped':
        counts.dropped += event.samples
        break
      case 'send failed':
        counts.sendError = {since: counts.sendError?.since ?? now, message: event.error.message}
        break
      case 'all sent':
        counts.sendError = null
        break
      case 'ended':
        counts.ended = now
    }
  }

  /** As it is now. */
  status(): Status {
    const {hosts, backlog, clockAheadSeconds} = this.#sources
    const {waiting, parked, oldest} = backlog()
    return {
      ...this.#counts,
      updated: isoTime(new Date()),
      backlog: {waiting, parked, oldest: oldest ? isoTime(oldest) : null},
      clockAheadSeconds: Number(clockAheadSeconds().toFixed(1)),
      hosts: hosts().map(
        (host) => this.#hosts.get(host) ?? {host, state: 'unknown', since: null, lastSample: null, lastError: null},
      ),
    }
  }

  /** How many rounds there should have been since the last one. */
  #missedBefore(at: Date): number {
    const last = this.#lastTick
    const {intervalSeconds} = this.#sources
    this.#lastTick = at
    if (!last || intervalSeconds === undefined) return 0
    return Math.max(0, Math.round((at.getTime() - last.getTime()) / 1000 / intervalSeconds) - 1)
  }

  #noticeHosts({samples, failures}: Round, at: Date): void {
    for (const {host, at: sampledAt} of samples) this.#hosts.set(host, up(this.#hosts.get(host), host, sampledAt))
    for (const {host, error} of failures)
      this.#hosts.set(host.label, down(this.#hosts.get(host.label), host.label, at, error.message))
  }
}

const up = (was: HostStatus | undefined, host: string, at: Date): HostStatus => ({
  host,
  state: 'up',
  since: was?.state === 'up' ? was.since : isoTime(at),
  lastSample: isoTime(at),
  lastError: was?.lastError ?? null,
})

const down = (was: HostStatus | undefined, host: string, at: Date, error: string): HostStatus => ({
  host,
  state: 'down',
  since: was?.state === 'down' ? was.since : isoTime(at),
  lastSample: was?.lastSample ?? null,
  lastError: error,
})

const fewestRoundSeconds = 5
const longestSendErrorSeconds = 300

const secondsSince = (time: string, now: Date): number => (now.getTime() - Date.parse(time)) / 1000

/** Why rounds do not come when they should; undefined when they do. Three intervals, at least 5 s, are in time. */
export function stalled({intervalSeconds, started, lastRound}: Status, now: Date): string | undefined {
  if (intervalSeconds === null) return undefined
  const seconds = secondsSince(lastRound ?? started, now)
  return seconds > Math.max(fewestRoundSeconds, 3 * intervalSeconds)
    ? `no round has ended for ${roughly(seconds)}; there is to be one each ${roughly(intervalSeconds)}`
    : undefined
}

/** Why a producer is not well; undefined when it is. A host that is down is the host's trouble. */
export function unwell(status: Status, now: Date): string | undefined {
  const {sendError, backlog} = status
  const late = stalled(status, now)
  if (late !== undefined) return late
  return sendError && secondsSince(sendError.since, now) > longestSendErrorSeconds
    ? `nothing could be sent for ${roughly(secondsSince(sendError.since, now))} (${backlog.waiting} samples wait): ${sendError.message}`
    : undefined
}

/** How long the oldest sample that is to be sent has waited, in seconds; 0 when none waits. */
export const backlogAgeSeconds = ({backlog: {oldest}}: Status, now: Date): number =>
  oldest === null ? 0 : Math.max(0, secondsSince(oldest, now))
