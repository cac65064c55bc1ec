/** What is known by name only on the cloud, kept in an index. */
export const indexed = ['metric', 'resource', 'policy', 'rule', 'resource-type', 'method'] as const
export type Indexed = (typeof indexed)[number]

export type Kind = Indexed | 'host' | 'cloud' | 'file'

const ofFlags: Record<string, Kind> = {
  agg: 'method',
  aggregation: 'method',
  'aggregation-method': 'method',
  reaggregation: 'method',
  'archive-policy': 'policy',
  'archive-policy-name': 'policy',
  metric: 'metric',
  resource: 'resource',
  'resource-id': 'resource',
  'resource-type': 'resource-type',
  type: 'resource-type',
  host: 'host',
  'os-cloud': 'cloud',
  config: 'file',
  'log-file': 'file',
  'os-cacert': 'file',
  'os-cert': 'file',
  'os-key': 'file',
  output: 'file',
  report: 'file',
  spool: 'file',
  'ssh-config': 'file',
}

/** What an argument called `name` is within a topic. */
const ofNames: Record<string, Kind> = {
  'archive-policy': 'policy',
  'archive-policy-rule': 'rule',
  'resource-type': 'resource-type',
  metric: 'metric',
  metrics: 'metric',
  resource: 'resource',
}

const ofArguments: Record<string, Kind> = {
  file: 'file',
  hosts: 'host',
  metric: 'metric',
  metrics: 'metric',
  resource: 'resource',
}

/** To complete a flag or an argument, add its name here. */
export const kindOfFlag = (name: string): Kind | undefined => ofFlags[name]

export function kindOfArgument(id: string, name: string): Kind | undefined {
  const [topic = '', verb] = id.split(':')
  const spelled = name.replaceAll('_', '-').toLowerCase()
  // What is made has a new name; the metrics of hosts are made by the hosts'.
  if (verb === 'create' && spelled !== 'hosts') return undefined
  if (id === 'archive-policy-rule:match') return 'metric'
  return spelled === 'name' ? ofNames[topic] : ofArguments[spelled]
}
