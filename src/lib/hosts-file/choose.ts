import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import type {Host, HostsFile} from './read.ts'

/**
 * The hosts of these names or addresses, in the file's order; all when no name is given.
 * @throws UsageError for a name that the file does not have
 */
export function chooseHosts({path, hosts}: HostsFile, names: readonly string[] = []): Host[] {
  const is = (host: Host, name: string) => host.label === name || host.ip === name
  for (const name of names) {
    if (hosts.some((host) => is(host, name))) continue
    const labels = hosts.map(({label}) => label)
    const near = didYouMean(name, labels)
    throw new UsageError(`${path} has no host ${name}${near ? `; did you mean ${near}?` : ''}`, [
      `it has ${labels.join(', ')}`,
    ])
  }
  return names.length === 0 ? hosts : hosts.filter((host) => names.some((name) => is(host, name)))
}

/**
 * Of those hosts, the label and the metric.
 * @throws UsageError as of both of these
 */
export const targetsOf = (file: HostsFile, names: readonly string[] = []): {host: string; metric: string}[] =>
  withMetrics(chooseHosts(file, names)).map(({label, metric}) => ({host: label, metric}))

/**
 * Of each host, its metric's id.
 * @throws UsageError naming the hosts without one
 */
export function withMetrics(hosts: readonly Host[]): (Host & {metric: string})[] {
  const without = hosts.filter(({metric}) => !metric).map(({label}) => label)
  if (without.length > 0)
    throw new UsageError(
      `${without.length === hosts.length ? 'no host has' : `${without.join(', ')}: ${without.length === 1 ? 'has' : 'have'}`} a metric${without.length === hosts.length ? '' : ' missing'}`,
      ['make them: gnocchictl metrics create'],
    )
  return hosts as (Host & {metric: string})[]
}
