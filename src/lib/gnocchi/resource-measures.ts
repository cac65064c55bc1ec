import {GnocchiError} from '../errors.ts'
import {wireMeasure, type Measure} from './measures.ts'
import {unsendable} from './sendable.ts'
import {notGnocchi, type Transport} from './transport.ts'

/** Measures for a metric by its name, and how to make it where it is not there yet. */
export interface NamedMeasures {
  measures: readonly Measure[]
  archivePolicy?: string | undefined
  unit?: string | undefined
}

/** By resource id, then by metric name. */
export type ResourceBatch = ReadonlyMap<string, ReadonlyMap<string, NamedMeasures>>

/** What was not stored, and why: `web-1/memory.usage`, or a resource with all of its metrics. */
export interface RefusedName {
  resource: string
  metric: string
  reason: string
}

/** Metric ids by name of a resource, undefined when there is no such resource. */
type MetricsOf = (resource: string) => Promise<Record<string, string> | undefined>

/**
 * `now` is the cloud's clock, as far as it is known: no measure from its future leaves. `metricsOf` says which metrics
 * a resource lacks: Gnocchi's refusal has the resource's UUID, not the id that was sent.
 */
export const resourceMeasures = (transport: Transport, metricsOf: MetricsOf, now: () => Date = () => new Date()) => {
  /**
   * POST /v1/batch/resources/metrics/measures {resource: {name: [{timestamp, value}] | {archive_policy_name, unit,
   * measures}}} -> 202, queued; all or nothing, but for the metrics made with `create`, which stay.
   * @throws GnocchiError 400 "Unknown metrics: {UUID}/a, {UUID}/b"; with `create` 400 {cause: "Unknown resources",
   *   detail: [{resource_id, original_resource_id}]}; 403 without saying for which
   * @see gnocchi/rest/api.py ResourcesMetricsMeasuresBatchController.post
   */
  const post = async (batch: ResourceBatch, create: boolean): Promise<void> => {
    const json = Object.fromEntries(
      [...batch].map(([resource, metrics]) => [
        resource,
        Object.fromEntries([...metrics].map(([name, named]) => [name, wire(named)])),
      ]),
    )
    const {status, where} = await transport('POST', 'v1/batch/resources/metrics/measures', {
      json,
      searchParams: create ? {create_metrics: 'true'} : {},
      repeatable: true,
    })
    if (status !== 202) throw new GnocchiError(`${where} answered ${status}, not 202`, {status}, notGnocchi)
  }

  /**
   * Stores a batch. Resolves with what was refused for good, by Gnocchi or here for a measure that would do harm there,
   * after storing all the rest.
   * @throws GnocchiError when Gnocchi is unwell: nothing is known to be stored, send it again later
   */
  const send = async (batch: ResourceBatch, create = false): Promise<RefusedName[]> => {
    const refused: RefusedName[] = []
    const taken = keep(batch, (resource, metric, {measures}) => {
      // An empty list gets a 202 and stops the processing of a 128th of all metrics (gnocchi/incoming/ceph.py).
      if (measures.length === 0) return false
      const reason = measures.map((measure) => unsendable(measure, now())).find((why) => why !== undefined)
      if (reason !== undefined) refused.push({resource, metric, reason})
      return reason === undefined
    })
    if (taken.size === 0) return refused
    try {
      await post(taken, create)
      return refused
    } catch (error) {
      if (!(error instanceof GnocchiError) || error.said === undefined || error.status !== 400) throw error
      const unknown = await unknownOf(taken, error.said)
      if (unknown.length === 0) throw error
      const isUnknown = (resource: string, metric: string) =>
        unknown.some((one) => one.resource === resource && one.metric === metric)
      return [
        ...refused,
        ...unknown,
        ...(await send(
          keep(taken, (resource, metric) => !isUnknown(resource, metric)),
          create,
        )),
      ]
    }
  }

  /** Of a batch that was refused: what Gnocchi does not know of it. */
  const unknownOf = async (batch: ResourceBatch, said: unknown): Promise<RefusedName[]> => {
    const resources = unknownResources(said)
    const metrics = unknownMetrics(said)
    const unknown: RefusedName[] = []
    for (const [resource, named] of batch) {
      const isMissing = resources.has(resource.toLowerCase())
      const suspects = [...named.keys()].filter((metric) => isMissing || metrics.has(metric))
      if (suspects.length === 0) continue
      const known = isMissing ? undefined : await metricsOf(resource)
      const reason = `Gnocchi knows no such ${known ? 'metric' : 'resource'}`
      for (const metric of suspects) if (known?.[metric] === undefined) unknown.push({resource, metric, reason})
    }
    return unknown
  }

  return {send}
}

const wire = ({measures, archivePolicy, unit}: NamedMeasures): object =>
  archivePolicy === undefined && unit === undefined
    ? measures.map(wireMeasure)
    : {
        ...(archivePolicy === undefined ? {} : {archive_policy_name: archivePolicy}),
        ...(unit === undefined ? {} : {unit}),
        measures: measures.map(wireMeasure),
      }

function keep(
  batch: ResourceBatch,
  isKept: (resource: string, metric: string, named: NamedMeasures) => boolean,
): ResourceBatch {
  const kept = [...batch].map(
    ([resource, metrics]) =>
      [resource, new Map([...metrics].filter(([metric, named]) => isKept(resource, metric, named)))] as const,
  )
  return new Map(kept.filter(([, metrics]) => metrics.size > 0))
}

/** Names of metrics in "Unknown metrics: {UUID}/a, {UUID}/b": of the resource, the UUID stands there. */
function unknownMetrics(said: unknown): Set<string> {
  const [, list = ''] = /^Unknown metrics: (.*)$/s.exec(typeof said === 'string' ? said : '') ?? []
  return new Set(list.split(', ').map((name) => name.slice(name.indexOf('/') + 1)))
}

function unknownResources(said: unknown): Set<string> {
  const {cause, detail} = (typeof said === 'object' && said !== null ? said : {}) as {cause?: unknown; detail?: unknown}
  if (cause !== 'Unknown resources' || !Array.isArray(detail)) return new Set()
  const names = detail.flatMap((one: unknown) => Object.values((one ?? {}) as Record<string, unknown>))
  return new Set(names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()))
}
