import type {CheckedHost} from '../check-hosts.ts'
import type {FileSampler} from '../sampling/samplers.ts'
import type {SeenKey} from '../ssh/open-host.ts'
import type {ShownKey} from '../trust-hosts.ts'
import type {Column} from './formats.ts'

/** What is known of a key, in a word. */
const keyState: Record<SeenKey['verdict']['kind'], string> = {
  known: 'known',
  unknown: 'new',
  changed: 'changed',
  revoked: 'revoked',
  certificate: 'certificate only',
}

const yesOrNo = (value: boolean): string => (value ? 'yes' : 'no')

/** For hosts that were tried with this sampler. */
export const checkColumns = ({column, unit}: Pick<FileSampler, 'column' | 'unit'>): readonly Column<CheckedHost>[] => [
  {name: 'host', value: ({host}) => host},
  {name: 'reachable', value: ({reachable}) => reachable, text: ({reachable}) => yesOrNo(reachable)},
  {
    name: 'host_key',
    title: 'host key',
    value: ({key}) => (key ? keyState[key.verdict.kind] : null),
    text: ({key}) => (key ? `${keyState[key.verdict.kind]}\n${key.fingerprint}` : ''),
  },
  {name: 'key_type', programsOnly: true, value: ({key}) => key?.type ?? null},
  {name: 'fingerprint', programsOnly: true, value: ({key}) => key?.fingerprint ?? null},
  {name: 'authentication', value: ({way}) => way ?? null},
  {name: 'method', value: ({method}) => method ?? null},
  {
    ...column,
    value: ({value}) => value ?? null,
    text: ({value}) => (value === undefined ? '' : `${value.toFixed(2)} ${unit}`),
  },
  {
    name: 'latency_ms',
    title: 'latency',
    value: ({latencyMs}) => (latencyMs === undefined ? null : Math.round(latencyMs * 10) / 10),
    text: ({latencyMs}) => (latencyMs === undefined ? '' : `${latencyMs.toFixed(1)} ms`),
  },
  // The host stands in the first column.
  {
    name: 'problem',
    value: ({host, problem}) => (problem ? problem.message.replace(`${host}: `, '') : null),
  },
]

export const keyColumns: readonly Column<ShownKey>[] = [
  {name: 'host', value: ({host}) => host},
  {name: 'host_key', title: 'host key', value: ({key}) => (key ? keyState[key.verdict.kind] : null)},
  {name: 'key_type', title: 'type', value: ({key}) => key?.type ?? null},
  {name: 'fingerprint', value: ({key}) => key?.fingerprint ?? null},
  {name: 'problem', value: ({problem}) => problem ?? null},
]
