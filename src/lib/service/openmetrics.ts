import {backlogAgeSeconds, type Status} from './status.ts'

/** https://prometheus.io/docs/specs/om/open_metrics_spec/ §5.2 */
export const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

interface Family {
  type: 'counter' | 'gauge'
  unit?: string
  help: string
  /** Undefined: nothing to tell yet. */
  value?: (status: Status, now: Date) => number | undefined
  /** One value for each host. */
  byHost?: (host: Status['hosts'][number]) => number | undefined
}

const time = (iso: string | null): number | undefined => (iso === null ? undefined : Date.parse(iso) / 1000)

/** What `/metrics` has. To add a figure, add an entry; the name of one with a unit ends in it, a counter's in `_total`. */
const families = {
  rounds: {type: 'counter', help: 'Rounds of all hosts.', value: ({rounds}) => rounds},
  missed_ticks: {type: 'counter', help: 'Rounds left out because one took too long.', value: (s) => s.missedTicks},
  samples: {type: 'counter', help: 'Samples read from hosts.', value: ({sampled}) => sampled},
  samples_sent: {type: 'counter', help: 'Samples that Gnocchi took (202).', value: ({sent}) => sent},
  samples_dropped: {type: 'counter', help: "Samples dropped for the spool's limits.", value: ({dropped}) => dropped},
  samples_parked: {type: 'counter', help: 'Samples set aside: Gnocchi would not store them.', value: (s) => s.setAside},
  backlog_samples: {type: 'gauge', help: 'Samples on disk, to be sent.', value: ({backlog}) => backlog.waiting},
  backlog_parked_samples: {type: 'gauge', help: 'Samples on disk, set aside.', value: ({backlog}) => backlog.parked},
  backlog_age_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest sample to be sent.',
    value: backlogAgeSeconds,
  },
  host_up: {
    type: 'gauge',
    help: '1: the host gave its last sample, 0: it did not.',
    byHost: ({state}) => (state === 'unknown' ? undefined : Number(state === 'up')),
  },
  sending: {type: 'gauge', help: '1: the last attempt to send went well.', value: (s) => Number(s.sendError === null)},
  last_accepted_timestamp_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'When Gnocchi last took samples (202).',
    value: ({lastAccepted}) => time(lastAccepted),
  },
  last_round_timestamp_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'When the last round ended.',
    value: ({lastRound}) => time(lastRound),
  },
  start_time_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: 'When this producer was started.',
    value: ({started}) => time(started),
  },
  clock_ahead_seconds: {
    type: 'gauge',
    unit: 'seconds',
    help: "How far this machine's clock is ahead of Keystone's, as of the last login.",
    value: (s) => s.clockAheadSeconds,
  },
} satisfies Record<string, Family>

/** The status in OpenMetrics text. */
export function openMetrics(status: Status, now: Date): string {
  const lines = Object.entries<Family>(families).flatMap(([short, {type, unit, help, value, byHost}]) => {
    const name = `gnocchictl_${short}`
    const sample = type === 'counter' ? `${name}_total` : name
    const one = value?.(status, now)
    return [
      `# TYPE ${name} ${type}`,
      ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
      `# HELP ${name} ${help}`,
      ...(one === undefined ? [] : [`${sample} ${one}`]),
      ...(byHost === undefined ? [] : hostLines(sample, status, byHost)),
    ]
  })
  return [...lines, '# EOF', ''].join('\n')
}

const hostLines = (name: string, {hosts}: Status, byHost: NonNullable<Family['byHost']>): string[] =>
  hosts.flatMap((host) => {
    const value = byHost(host)
    return value === undefined ? [] : [`${name}{host="${escaped(host.host)}"} ${value}`]
  })

const escaped = (label: string): string => label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
