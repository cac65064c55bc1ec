import pMap from 'p-map'

import {GnocchiError} from './errors.ts'
import type {Gnocchi} from './gnocchi/client.ts'
import type {NewMetric} from './gnocchi/resources.ts'
import type {Host} from './hosts-file/read.ts'

export interface CreatedMetric {
  host: string
  metric: string | null
  /** `would create`: nothing was done, as asked for with --dry-run. */
  state: 'created' | 'found' | 'in file' | 'would create'
}

export interface CreateMetrics {
  gnocchi: Gnocchi
  hosts: readonly Host[]
  metric: NewMetric
  dryRun: boolean
  /** Told of each id as soon as it is known. */
  onMetric: (host: Host, id: string) => void
}

/**
 * A metric for each host without one, on a resource named after the host. Found rather than made twice: the resource
 * is the memory of an earlier run, whatever became of the hosts file.
 * @throws GnocchiError 400: no such archive policy; ids found before it were told
 */
export async function createMetrics({
  gnocchi,
  hosts,
  metric,
  dryRun,
  onMetric,
}: CreateMetrics): Promise<CreatedMetric[]> {
  return pMap(
    hosts,
    async (host): Promise<CreatedMetric> => {
      if (host.metric) return {host: host.label, metric: host.metric, state: 'in file'}
      const found = (await gnocchi.resources.metricsOf(host.label))?.[metric.name]
      if (!found && dryRun) return {host: host.label, metric: null, state: 'would create'}
      const id = found ?? (await create(gnocchi, host.label, metric))
      if (!dryRun) onMetric(host, id)
      return {host: host.label, metric: id, state: found ? 'found' : 'created'}
    },
    {concurrency: 8},
  )
}

async function create(gnocchi: Gnocchi, resource: string, metric: NewMetric): Promise<string> {
  const id =
    (await gnocchi.resources.create(resource, metric)) ??
    (await gnocchi.resources.addMetric(resource, metric)) ??
    // Another run made it since we looked.
    (await gnocchi.resources.metricsOf(resource))?.[metric.name]
  if (id) return id
  throw new GnocchiError(
    `resource ${resource}: metric ${metric.name} is there and is not; was it deleted just now?`,
    {},
    ['run again'],
  )
}
