import {GnocchiError, UsageError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {findMetric} from '../gnocchi/metric-names.ts'
import {asUuid} from '../shape.ts'
import type {Target} from './import-measures.ts'

type Client = Pick<Gnocchi, 'metrics' | 'resources'>

/**
 * Finds the metrics that a file names; with `create`, makes those that there are not, and their resources. Files name
 * many metrics of one resource: all that it has are asked for at once.
 */
export function findOrCreate(
  gnocchi: Client,
  create: {archivePolicy: string | undefined} | undefined,
): (name: string) => Promise<Target> {
  const known = new Map<string, Promise<ReadonlyMap<string, Target>>>()
  const metricsOf = (resource: string) => {
    const asked = known.get(resource) ?? ofResource(gnocchi, resource)
    known.set(resource, asked)
    return asked
  }
  return async (given) => {
    const [resource = '', name = '', ...rest] = given.split('/')
    if (asUuid(given) !== undefined || resource === '' || name === '' || rest.length > 0) {
      if (!create || asUuid(given) !== undefined) return findMetric(gnocchi, given)
      throw new UsageError(`"${given}" cannot be made: it names no resource`, ['write resource/name'])
    }
    const found = (await metricsOf(resource)).get(name)
    if (found) return found
    // Who else made it, and what is nearly called so, is asked for there.
    return create ? make(gnocchi, resource, name, create.archivePolicy) : findMetric(gnocchi, given)
  }
}

async function ofResource(gnocchi: Client, resource: string): Promise<ReadonlyMap<string, Target>> {
  const metrics = await unlessMissing(gnocchi.metrics.ofResource(resource))
  return new Map(metrics?.map((metric) => [metric.name ?? metric.id, metric]))
}

async function make(
  gnocchi: Client,
  resource: string,
  name: string,
  archivePolicy: string | undefined,
): Promise<Target> {
  const metric = {name, archivePolicy}
  // Neither makes what another has made since.
  if ((await gnocchi.resources.create(resource, metric)) === undefined)
    await gnocchi.resources.addMetric(resource, metric)
  return {...(await gnocchi.metrics.getNamed(resource, name)), isNew: true}
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof GnocchiError && error.status === 404) return undefined
    throw error
  }
}
