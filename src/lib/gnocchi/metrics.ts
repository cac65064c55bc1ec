import {decodeArchivePolicy, type ArchivePolicy, type WireArchivePolicy} from './archive-policies.ts'
import type {Transport} from './transport.ts'

export interface Metric {
  id: string
  name: string | null
  unit: string | null
  archivePolicy: ArchivePolicy
  /** The resource's own id, null for a metric without one. */
  resourceId: string | null
}

interface WireMetric {
  id: string
  name: string | null
  unit: string | null
  archive_policy: WireArchivePolicy
  resource?: {id: string; original_resource_id: string} | null
}

export const metrics = (transport: Transport) => ({
  /**
   * GET /v1/metric/{id} -> 200 metric with its archive policy and resource
   * @throws GnocchiError 404: no such metric, or it was deleted; 403: it belongs to another project
   * @see gnocchi/rest/api.py MetricController.get_all
   */
  async get(id: string): Promise<Metric> {
    const {body} = await transport('GET', `v1/metric/${encodeURIComponent(id)}`)
    const {id: own, name, unit, archive_policy: policy, resource} = body as WireMetric
    return {
      id: own,
      name,
      unit,
      archivePolicy: decodeArchivePolicy(policy),
      resourceId: resource?.original_resource_id ?? null,
    }
  },
})
