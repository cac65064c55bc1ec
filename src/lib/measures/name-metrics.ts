import pMap from 'p-map'

import type {Gnocchi} from '../gnocchi/client.ts'
import {findMetric, findMetricId} from '../gnocchi/metric-names.ts'
import type {Metric} from '../gnocchi/metrics.ts'
import type {NamedMetric} from './show-measures.ts'

/** The metrics that a person means, each asked for whole when it is needed, and once. @throws as findMetric */
export const nameMetrics = (
  gnocchi: Pick<Gnocchi, 'metrics' | 'resources'>,
  names: readonly string[],
  resourceId?: string,
): Promise<NamedMetric[]> =>
  pMap(
    names,
    async (name) => {
      const id = await findMetricId(gnocchi, name, {resourceId})
      let found: Promise<Metric> | undefined
      return {name, id, metric: () => (found ??= findMetric(gnocchi, id))}
    },
    {concurrency: 8},
  )
