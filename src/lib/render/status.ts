import {roughly} from '../duration.ts'
import {backlogAgeSeconds, type HostStatus, type Status} from '../service/status.ts'
import type {Cell, Column} from './formats.ts'

/** `running`; `stopped`: it ended by itself; `killed`: it did not say that it ends; `never`: there was none. */
export type ProducerState = 'running' | 'stopped' | 'killed' | 'never'

/** What `produce status` shows; without a status there was no producer. */
export interface Shown {
  state: ProducerState
  status: Status | undefined
}

const ago = (time: string, now: Date): string => `${roughly((now.getTime() - Date.parse(time)) / 1000)} ago`

export const statusColumns = (now: Date): readonly Column<Shown>[] => {
  const column = (
    name: string,
    value: (status: Status) => Cell,
    rest: {title?: string; text?: (status: Status) => string; programsOnly?: true} = {},
  ): Column<Shown> => {
    const {text, ...others} = rest
    return {
      name,
      ...others,
      value: ({status}) => (status ? value(status) : null),
      ...(text ? {text: ({status}) => (status ? text(status) : '')} : {}),
    }
  }
  const moment = (name: string, value: (status: Status) => string | null, title: string) => {
    const text = (status: Status) => {
      const time = value(status)
      return time === null ? 'not yet' : `${time.replace(/\.\d+Z$/, 'Z')} (${ago(time, now)})`
    }
    return column(name, value, {title, text})
  }
  return [
    {name: 'state', value: ({state}) => state},
    column('pid', ({pid}) => pid, {title: 'process'}),
    moment('started', ({started}) => started, 'started'),
    moment('updated', ({updated}) => updated, 'as of'),
    column('ended', ({ended}) => ended, {programsOnly: true}),
    column('interval_seconds', (status) => status.intervalSeconds, {
      title: 'interval',
      text: ({intervalSeconds}) => (intervalSeconds === null ? 'one round' : `${intervalSeconds} s`),
    }),
    column('rounds', ({rounds}) => rounds),
    column('missed_ticks', ({missedTicks}) => missedTicks, {title: 'missed ticks'}),
    moment('last_round', ({lastRound}) => lastRound, 'last round'),
    column('sampled', ({sampled}) => sampled),
    column('sent', ({sent}) => sent),
    column('dropped', ({dropped}) => dropped),
    column('set_aside', ({setAside}) => setAside, {title: 'set aside'}),
    moment('last_accepted', ({lastAccepted}) => lastAccepted, 'last 202'),
    column('backlog', ({backlog}) => backlog.waiting, {
      text: (status) =>
        status.backlog.waiting === 0
          ? '0'
          : `${status.backlog.waiting}, the oldest for ${roughly(backlogAgeSeconds(status, now))}`,
    }),
    column('backlog_age_seconds', (status) => Math.round(backlogAgeSeconds(status, now)), {programsOnly: true}),
    column('parked', ({backlog}) => backlog.parked, {title: 'set aside on disk'}),
    column('send_error', ({sendError}) => sendError?.message ?? null, {
      title: 'send error',
      text: ({sendError}) =>
        sendError ? `for ${ago(sendError.since, now).replace(' ago', '')}: ${sendError.message}` : 'none',
    }),
    column('send_error_since', ({sendError}) => sendError?.since ?? null, {programsOnly: true}),
    column('clock_ahead_seconds', (status) => status.clockAheadSeconds, {
      title: 'clock ahead of Keystone',
      text: (status) => `${status.clockAheadSeconds} s`,
    }),
    column('hosts', ({hosts}) => hosts.map((host) => asCells(host)), {
      text: ({hosts}) => `${hosts.filter(({state}) => state === 'up').length} of ${hosts.length} up`,
    }),
  ]
}

const asCells = ({host, state, since, lastSample, lastError}: HostStatus): Cell => ({
  host,
  state,
  since,
  last_sample: lastSample,
  last_error: lastError,
})

export const hostStatusColumns = (now: Date): readonly Column<HostStatus>[] => [
  {name: 'host', value: ({host}) => host},
  {
    name: 'state',
    value: ({state, since}) => `${state}${since === null ? '' : ` for ${ago(since, now).replace(' ago', '')}`}`,
  },
  {name: 'last sample', value: ({lastSample}) => (lastSample === null ? 'none' : ago(lastSample, now))},
  {name: 'last error', value: ({lastError}) => lastError ?? ''},
]
