import {maybe, object, orNull, text, uuid} from '../shape.ts'
import {decodeArchivePolicy, type ArchivePolicy} from './archive-policies.ts'
import {decoded, type Transport} from './transport.ts'

export interface Metric {
  id: string
  name: string | null
  unit: string | null
  archivePolicy: ArchivePolicy
  /** The resource's own id, null for a metric without one. */
  resourceId: string | null
}

const wireMetric = object({
  id: uuid,
  name: orNull(text),
  unit: orNull(text),
  archive_policy: decodeArchivePolicy,
  resource: maybe(object({original_resource_id: text})),
})

export const metrics = (transport: Transport) => ({
  /**
   * GET /v1/metric/{id} -> 200 metric with its archive policy and resource
   * @throws GnocchiError 404: no such metric, or it was deleted; 403: it belongs to another project
   * @see gnocchi/rest/api.py MetricController.get_all
   */
  async get(id: string): Promise<Metric> {
    const answer = await transport('GET', `v1/metric/${encodeURIComponent(id)}`)
    const {archive_policy: archivePolicy, resource, ...metric} = decoded(answer, 'a metric', wireMetric)
    return {...metric, archivePolicy, resourceId: resource?.original_resource_id ?? null}
  },
})
