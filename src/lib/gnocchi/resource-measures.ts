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

/** `now` is the cloud's clock, as far as it is known: no measure from its future leaves. */
export const resourceMeasures = (transport: Transport, now: () => Date = () => new Date()) => {
  /**
   * POST /v1/batch/resources/metrics/measures {resource: {name: [{timestamp, value}] | {archive_policy_name, unit,
   * measures}}} -> 202, queued; all or nothing, but for the metrics made with `create`, which stay.
   * @throws GnocchiError 400 "Unknown metrics: web-1/a, web-2/b"; with `create` 400 {cause: "Unknown resources",
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
      const unknown = namedIn(error.said)
      const isNamed = (resource: string, metric: string) =>
        unknown.has(resource) || unknown.has(`${resource}/${metric}`)
      const rest = keep(taken, (resource, metric) => !isNamed(resource, metric))
      keep(taken, (resource, metric) => {
        if (isNamed(resource, metric))
          refused.push({
            resource,
            metric,
            reason: `Gnocchi knows no such ${unknown.has(resource) ? 'resource' : 'metric'}`,
          })
        return true
      })
      if (rest.size === taken.size && count(rest) === count(taken)) throw error
      return [...refused, ...(await send(rest, create))]
    }
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

const count = (batch: ResourceBatch): number => [...batch.values()].reduce((sum, metrics) => sum + metrics.size, 0)

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

/** What a refusal names: `web-1/memory.usage` of "Unknown metrics: …", resources of "Unknown resources". */
function namedIn(said: unknown): Set<string> {
  if (typeof said === 'string') {
    const [, names = ''] = /^Unknown metrics: (.*)$/s.exec(said) ?? []
    return new Set(names.split(', ').filter(Boolean))
  }
  const {cause, detail} = (said ?? {}) as {cause?: unknown; detail?: unknown}
  if (!Array.isArray(detail)) return new Set()
  if (cause === 'Unknown metrics') return new Set(detail.filter((name) => typeof name === 'string'))
  return new Set(
    detail.flatMap((one: unknown) => {
      const {resource_id: id, original_resource_id: own} = (one ?? {}) as Record<string, unknown>
      return [id, own].filter((name) => typeof name === 'string')
    }),
  )
}
