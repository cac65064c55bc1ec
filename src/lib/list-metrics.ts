import pMap from 'p-map'

import {GnocchiError} from './errors.ts'
import type {Gnocchi} from './gnocchi/client.ts'
import type {Metric} from './gnocchi/metrics.ts'
import type {Host} from './hosts-file/read.ts'

export interface HostMetric {
  host: string
  id: string | null
  /** `dead`: Gnocchi has no metric of that id. `foreign`: it belongs to another project. `none`: the file has no id. */
  state: 'ok' | 'dead' | 'foreign' | 'none'
  metric: Metric | null
}

/** Each host's metric as it is on the server. @throws GnocchiError when Gnocchi is unwell */
export const listMetrics = (gnocchi: Gnocchi, hosts: readonly Host[]): Promise<HostMetric[]> =>
  pMap(
    hosts,
    async ({label: host, metric: id}): Promise<HostMetric> => {
      if (!id) return {host, id: null, state: 'none', metric: null}
      try {
        return {host, id, state: 'ok', metric: await gnocchi.metrics.get(id)}
      } catch (error) {
        if (!(error instanceof GnocchiError)) throw error
        if (error.status === 404) return {host, id, state: 'dead', metric: null}
        if (error.status === 403) return {host, id, state: 'foreign', metric: null}
        throw error
      }
    },
    {concurrency: 8},
  )
