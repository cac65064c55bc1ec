import {GnocchiError, UsageError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {findMetric} from '../gnocchi/metric-names.ts'
import {asUuid} from '../shape.ts'
import type {Target} from './import-measures.ts'

/** Finds the metrics that a file names; with `create`, makes those that there are not, and their resources. */
export function findOrCreate(
  gnocchi: Pick<Gnocchi, 'metrics' | 'resources'>,
  create: {archivePolicy: string | undefined} | undefined,
): (name: string) => Promise<Target> {
  return async (given) => {
    if (!create || asUuid(given) !== undefined) return findMetric(gnocchi, given)
    const [resource = '', name = '', ...rest] = given.split('/')
    if (resource === '' || name === '' || rest.length > 0)
      throw new UsageError(`"${given}" cannot be made: it names no resource`, ['write resource/name'])
    const find = () => gnocchi.metrics.getNamed(resource, name)
    try {
      return await find()
    } catch (error) {
      if (!(error instanceof GnocchiError) || error.status !== 404) throw error
    }
    const metric = {name, archivePolicy: create.archivePolicy}
    // Neither makes what another has made since.
    if ((await gnocchi.resources.create(resource, metric)) === undefined)
      await gnocchi.resources.addMetric(resource, metric)
    return find()
  }
}
