import {allOf, pages} from '../gnocchi/pages.ts'
import type {Transport} from '../gnocchi/transport.ts'
import {byName, list, maybe, object, orNull, text} from '../shape.ts'
import type {NameIndex} from './index-file.ts'

/** More of them are of no use to who presses Tab. */
const most = 20_000

const wireResource = object({original_resource_id: maybe(text), id: text, metrics: byName(text)})

const wireMetric = object({name: orNull(text), resource_id: orNull(text)})

const wirePolicy = object({name: text, aggregation_methods: list(text)})

const wireNamed = object({name: text})

/**
 * Names of everything that a command takes, in as few requests as there are pages. Metrics and resources may be many:
 * `early` is given the others as soon as they are there.
 * @throws GnocchiError, AuthError
 */
export async function readNames(
  transport: Transport,
  early: (names: Omit<NameIndex, 'metric' | 'resource'>) => void = () => undefined,
): Promise<NameIndex> {
  const all = <T>(path: string, what: string, shape: (value: unknown) => T, limit = Infinity) =>
    allOf(pages(transport, path, {searchParams: {}, what, shape, limit}))
  const readFew = async () => {
    const [policies, rules, types] = await Promise.all([
      all('v1/archive_policy', 'archive policies', wirePolicy),
      all('v1/archive_policy_rule', 'archive policy rules', wireNamed),
      all('v1/resource_type', 'resource types', wireNamed),
    ])
    const few = {
      policy: sorted(policies.map(({name}) => name)),
      rule: sorted(rules.map(({name}) => name)),
      'resource-type': sorted(types.map(({name}) => name)),
      method: sorted(policies.flatMap(({aggregation_methods: methods}) => methods)),
    }
    early(few)
    return few
  }
  const [few, resources, metrics] = await Promise.all([
    readFew(),
    all('v1/resource/generic', 'resources', wireResource, most),
    all('v1/metric', 'metrics', wireMetric, most),
  ])
  const owners = resources.map(({original_resource_id: own, id, metrics}) => ({name: own ?? id, metrics}))
  const ofResources = owners.flatMap(({name, metrics}) => Object.keys(metrics).map((metric) => `${name}/${metric}`))
  const ofNobody = metrics.flatMap(({name, resource_id: owner}) => (name !== null && owner === null ? [name] : []))
  return {...few, metric: sorted([...ofResources, ...ofNobody]), resource: sorted(owners.map(({name}) => name))}
}

/** Each once; what a terminal would obey stays out. */
const sorted = (names: readonly string[]): string[] =>
  [...new Set(names)].filter((name) => !/[\p{Cc}\p{Cf}]/u.test(name)).sort()
