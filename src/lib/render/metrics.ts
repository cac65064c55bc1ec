import type {CreatedMetric} from '../create-metrics.ts'
import type {CreatedMetric as NewMetric, Metric} from '../gnocchi/metrics.ts'
import type {HostMetric} from '../list-metrics.ts'
import type {Cell, Column} from './formats.ts'

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

export const metricColumns: readonly Column<Metric>[] = [
  {name: 'id', value: ({id}) => id},
  {name: 'archive_policy/name', value: ({archivePolicy}) => archivePolicy.name},
  {name: 'name', value: ({name}) => name, python: true},
  {name: 'unit', value: ({unit}) => unit, python: true},
  {name: 'resource_id', value: ({resourceId}) => resourceId, python: true},
]

const metricFields: readonly Column<Pick<Metric, 'id' | 'creator' | 'name' | 'unit'>>[] = [
  {name: 'id', value: ({id}) => id},
  {name: 'creator', value: ({creator}) => creator, python: true},
  {name: 'name', value: ({name}) => name, python: true},
  {name: 'unit', value: ({unit}) => unit, python: true},
]

/** One metric, and its resource. */
export const metricDetails = ({resource}: Metric): Column<Metric>[] => [
  ...metricFields,
  {name: 'archive_policy/name', value: ({archivePolicy}) => archivePolicy.name},
  ...(resource
    ? Object.entries(resource.fields).map(([name, value]) => ({
        name: `resource/${name}`,
        value: () => value as Cell,
        python: true as const,
      }))
    : [{name: 'resource/id', value: () => null, python: true as const}]),
]

/** A metric that was just made, without a resource and with one: as Gnocchi answers. */
export const madeColumns: readonly Column<NewMetric>[] = [
  ...metricFields,
  {name: 'resource_id', value: ({resourceId}) => resourceId, python: true},
  {name: 'archive_policy_name', value: ({archivePolicyName}) => archivePolicyName, python: true},
]
export const madeNamedColumns: readonly Column<Metric>[] = [
  ...metricFields,
  {name: 'resource_id', value: ({resourceId}) => resourceId, python: true},
  {name: 'archive_policy/name', value: ({archivePolicy}) => archivePolicy.name},
]
