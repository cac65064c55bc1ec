import {GnocchiError} from '../errors.ts'
import {byName, list, object, orNull, text, uuid} from '../shape.ts'
import {decoded, type Transport} from './transport.ts'

export interface NewMetric {
  name: string
  unit: string
  archivePolicy: string
}

const wireResource = object({metrics: byName(uuid)})

const wireMetrics = list(object({id: uuid, name: orNull(text)}))

const wireMetric = ({unit, archivePolicy}: NewMetric) => ({unit, archive_policy_name: archivePolicy})

/**
 * Resources of the type `generic`. Their ids are any text without a slash; Gnocchi makes a UUID of it that differs per
 * creator (gnocchi/utils.py ResourceUUID), so two projects may both have a host 10.0.0.1.
 */
export const resources = (transport: Transport) => ({
  /**
   * Metric ids of a resource by metric name, or undefined when there is no such resource.
   * GET /v1/resource/generic/{id} -> 200 {id, metrics: {name: id}, ...}
   * @see gnocchi/rest/api.py ResourceController.get
   */
  async metricsOf(id: string): Promise<Record<string, string> | undefined> {
    try {
      const answer = await transport('GET', `v1/resource/generic/${encodeURIComponent(id)}`)
      return decoded(answer, 'a resource', wireResource).metrics
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 404) return undefined
      throw error
    }
  },

  /**
   * A new resource with one metric; resolves with the metric's id, or undefined when the resource is there already.
   * POST /v1/resource/generic {id, metrics: {name: {archive_policy_name, unit}}} -> 201 {metrics: {name: id}}, 409
   * @throws GnocchiError 400: unknown archive policy
   * @see gnocchi/rest/api.py ResourcesController.post
   */
  async create(id: string, metric: NewMetric): Promise<string | undefined> {
    try {
      const json = {id, metrics: {[metric.name]: wireMetric(metric)}}
      const answer = await transport('POST', 'v1/resource/generic', {json})
      return decoded(answer, 'a resource', wireResource).metrics[metric.name]
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 409) return undefined
      throw error
    }
  },

  /**
   * A new metric on a resource; resolves with its id, or undefined when one of that name is there already.
   * POST /v1/resource/generic/{id}/metric {name: {...}} -> 200 [all metrics of the resource, any order], 409
   * @see gnocchi/rest/api.py NamedMetricController.post
   */
  async addMetric(id: string, metric: NewMetric): Promise<string | undefined> {
    try {
      const json = {[metric.name]: wireMetric(metric)}
      const answer = await transport('POST', `v1/resource/generic/${encodeURIComponent(id)}/metric`, {json})
      // All metrics come back, not the new one alone: the official client takes the first and prints a wrong id.
      return decoded(answer, 'a list of metrics', wireMetrics).find(({name}) => name === metric.name)?.id
    } catch (error) {
      if (error instanceof GnocchiError && error.status === 409) return undefined
      throw error
    }
  },
})
