import {GnocchiError} from '../errors.ts'
import type {Gnocchi} from './client.ts'
import {withResource} from './metric-names.ts'
import {definition, type Metric, type NewNamedMetric} from './metrics.ts'
import {unless} from './transport.ts'

type Client = Pick<Gnocchi, 'metrics' | 'resources'>

/**
 * A new metric of a resource; with `find`, the one of that name that it has already, as it is.
 * @throws GnocchiError 409 without `find`; 404: no such resource; 400: no such policy
 */
export async function createMetric(
  gnocchi: Client,
  resource: string,
  metric: NewNamedMetric,
  {find = false}: {find?: boolean} = {},
): Promise<Metric> {
  return withResource(gnocchi, resource, async (id) => {
    const create = gnocchi.metrics.createNamed(id, metric)
    return find ? ((await unless(409, create)) ?? gnocchi.metrics.getNamed(id, metric.name)) : create
  })
}

/**
 * The id of a metric of a resource, both made where there are none. What is there is taken as it is: its unit and policy
 * may differ. One request where the resource is new, two where the metric alone is, three where neither is.
 * @throws GnocchiError 400: no such policy, no rule that matches the name; without status: deleted meanwhile
 * @throws UsageError for a name or unit that Gnocchi answers with silence
 */
export async function findOrCreateMetric(gnocchi: Client, resource: string, metric: NewNamedMetric): Promise<string> {
  const {name} = metric
  const made = await unless(409, gnocchi.resources.create({id: resource, metrics: definition(metric)}))
  const id =
    made?.metrics[name] ??
    (await unless(409, gnocchi.metrics.createNamed(resource, metric)))?.id ??
    (await gnocchi.resources.metricsOf(resource))?.[name]
  if (id !== undefined) return id
  throw new GnocchiError(`resource ${resource}: metric ${name} is there and is not; was it deleted just now?`, {}, [
    'run again',
  ])
}
