import type {CreatedMetric} from '../create-metrics.ts'
import type {HostMetric} from '../list-metrics.ts'
import type {Column} from './formats.ts'

export const createdColumns: readonly Column<CreatedMetric>[] = [
  {name: 'host', value: ({host}) => host},
  {name: 'metric', value: ({metric}) => metric},
  {name: 'state', value: ({state}) => state},
]

const stateInWords: Record<HostMetric['state'], string> = {
  ok: 'ok',
  dead: 'dead: remove the id, then metrics create',
  foreign: 'belongs to another project',
  none: 'none yet: metrics create',
}

export const hostMetricColumns: readonly Column<HostMetric>[] = [
  {name: 'host', value: ({host}) => host},
  {name: 'metric', value: ({id}) => id},
  {name: 'name', value: ({metric}) => metric?.name ?? null},
  {name: 'archive_policy', title: 'archive policy', value: ({metric}) => metric?.archivePolicy.name ?? null},
  {name: 'unit', value: ({metric}) => metric?.unit ?? null},
  {name: 'state', value: ({state}) => state, text: ({state}) => stateInWords[state]},
]
