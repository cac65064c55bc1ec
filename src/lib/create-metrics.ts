import pMap from 'p-map'

import type {Host} from './hosts-file/read.ts'

export interface CreatedMetric {
  host: string
  metric: string | null
  /** `would create`: nothing was done, as asked for with --dry-run. */
  state: 'created' | 'found' | 'in file' | 'would create'
}

export interface CreateMetrics {
  hosts: readonly Host[]
  /** The id of the metric that the resource of a host's name has already. */
  find: (resource: string) => Promise<string | undefined>
  /** The same, made now with its resource, or found if another run has made it since. */
  create: (resource: string) => Promise<string>
  dryRun: boolean
  /** Told of each id as soon as it is known. */
  onMetric: (host: Host, id: string) => void
}

/**
 * A metric for each host without one, on a resource named after the host. Found rather than made twice: the resource
 * is the memory of an earlier run, whatever became of the hosts file.
 * @throws GnocchiError 400: no such archive policy; ids found before it were told
 */
export async function createMetrics({hosts, find, create, dryRun, onMetric}: CreateMetrics): Promise<CreatedMetric[]> {
  return pMap(
    hosts,
    async (host): Promise<CreatedMetric> => {
      if (host.metric) return {host: host.label, metric: host.metric, state: 'in file'}
      const found = await find(host.label)
      if (!found && dryRun) return {host: host.label, metric: null, state: 'would create'}
      const id = found ?? (await create(host.label))
      if (!dryRun) onMetric(host, id)
      return {host: host.label, metric: id, state: found ? 'found' : 'created'}
    },
    {concurrency: 8},
  )
}
