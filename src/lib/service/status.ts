import type {ProduceEvent} from '../produce.ts'
import {roughly} from '../duration.ts'
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

export interface StatusKeeper {
  notice: (event: ProduceEvent) => void
  /** As it is now. */
  status: () => Status
}

/** Keeps count of what a run does: what happened in, the status out. */
export function keepStatus({intervalSeconds, hosts, backlog, clockAheadSeconds}: StatusSources): StatusKeeper {
  const kept = {
    pid: process.pid,
    started: isoTime(new Date()),
    ended: null as string | null,
    intervalSeconds: intervalSeconds ?? null,
    rounds: 0,
    missedTicks: 0,
    lastRound: null as string | null,
    sampled: 0,
    sent: 0,
    dropped: 0,
    setAside: 0,
    lastAccepted: null as string | null,
    sendError: null as Status['sendError'],
  }
  const known = new Map<string, HostStatus>()
  let lastTick: Date | undefined

  const notice = (event: ProduceEvent) => {
    const now = isoTime(new Date())
    switch (event.kind) {
      case 'round':
        if (lastTick && intervalSeconds !== undefined)
          kept.missedTicks += Math.max(
            0,
            Math.round((event.at.getTime() - lastTick.getTime()) / 1000 / intervalSeconds) - 1,
          )
        lastTick = event.at
        kept.rounds++
        kept.sampled += event.round.samples.length
        kept.lastRound = now
        for (const host of event.round.samples) known.set(host.host, up(known.get(host.host), host.host, host.at))
        for (const {host, error} of event.round.failures)
          known.set(host.label, down(known.get(host.label), host.label, event.at, error.message))
        break
      case 'sent':
        kept.sent += event.samples
        kept.lastAccepted = now
        break
      case 'set aside':
        kept.setAside += event.samples
        break
      case 'dropped':
        kept.dropped += event.samples
        break
      case 'send failed':
        kept.sendError = {since: kept.sendError?.since ?? now, message: event.error.message}
        break
      case 'all sent':
        kept.sendError = null
        break
      case 'ended':
        kept.ended = now
    }
  }
  const status = (): Status => {
    const {waiting, parked, oldest} = backlog()
    return {
      ...kept,
      updated: isoTime(new Date()),
      backlog: {waiting, parked, oldest: oldest ? isoTime(oldest) : null},
      clockAheadSeconds: Number(clockAheadSeconds().toFixed(1)),
      hosts: hosts().map(
        (host) => known.get(host) ?? {host, state: 'unknown', since: null, lastSample: null, lastError: null},
      ),
    }
  }
  return {notice, status}
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
