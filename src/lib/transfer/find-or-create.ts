import {UsageError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {findOrCreateMetric} from '../gnocchi/create-metric.ts'
import {findMetric} from '../gnocchi/metric-names.ts'
import {suggesting, unless} from '../gnocchi/transport.ts'
import {asUuid} from '../shape.ts'
import type {Target} from './import-measures.ts'

const canCreate = ['--create makes it', 'see those there are: gnocchictl metric list']

type Client = Pick<Gnocchi, 'metrics' | 'resources'>

/**
 * Finds the metrics that a file names; with `create`, makes those that there are not, and their resources. Files name
 * many metrics of one resource: all that it has are asked for at once.
 */
export function findOrCreate(
  gnocchi: Client,
  create: {archivePolicyName: string | undefined} | undefined,
): (name: string) => Promise<Target> {
  const known = new Map<string, Promise<ReadonlyMap<string, Target>>>()
  const metricsOf = (resource: string) => {
    const asked = known.get(resource) ?? ofResource(gnocchi, resource)
    known.set(resource, asked)
    return asked
  }
  return async (given) => {
    if (given.includes('\ufffd'))
      throw new UsageError(`the name "${given}" is not written in UTF-8`, ['iconv -f LATIN1 -t UTF-8 FILE makes it so'])
    const [resource = '', name = '', ...rest] = given.split('/')
    if (asUuid(given) !== undefined || resource === '' || name === '' || rest.length > 0) {
      if (!create || asUuid(given) !== undefined) return findMetric(gnocchi, given)
      throw new UsageError(`"${given}" cannot be made: it names no resource`, ['write resource/name'])
    }
    const found = (await metricsOf(resource)).get(name)
    if (found) return found
    // Who else made it, and what is nearly called so, is asked for there.
    if (!create) return findMetric(gnocchi, given).catch(suggesting(404, canCreate))
    const id = await findOrCreateMetric(gnocchi, resource, {name, ...create})
    return {...(await gnocchi.metrics.get(id)), isNew: true}
  }
}

async function ofResource(gnocchi: Client, resource: string): Promise<ReadonlyMap<string, Target>> {
  const metrics = await unless(404, gnocchi.metrics.ofResource(resource))
  return new Map(metrics?.map((metric) => [metric.name ?? metric.id, metric]))
}
