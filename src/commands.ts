import type {Command} from '@oclif/core'

type Load = () => Promise<{default: typeof Command}>

/** Every command by what is typed, with a colon for the space: the path of its file. A test compares them. */
export const loaders: Record<string, Load> = {
  aggregates: () => import('./commands/aggregates.ts'),
  'archive-policy:create': () => import('./commands/archive-policy/create.ts'),
  'archive-policy:delete': () => import('./commands/archive-policy/delete.ts'),
  'archive-policy:list': () => import('./commands/archive-policy/list.ts'),
  'archive-policy:show': () => import('./commands/archive-policy/show.ts'),
  'archive-policy:suggest': () => import('./commands/archive-policy/suggest.ts'),
  'archive-policy:update': () => import('./commands/archive-policy/update.ts'),
  'archive-policy-rule:create': () => import('./commands/archive-policy-rule/create.ts'),
  'archive-policy-rule:delete': () => import('./commands/archive-policy-rule/delete.ts'),
  'archive-policy-rule:list': () => import('./commands/archive-policy-rule/list.ts'),
  'archive-policy-rule:match': () => import('./commands/archive-policy-rule/match.ts'),
  'archive-policy-rule:show': () => import('./commands/archive-policy-rule/show.ts'),
  'archive-policy-rule:update': () => import('./commands/archive-policy-rule/update.ts'),
  'benchmark:measures:add': () => import('./commands/benchmark/measures/add.ts'),
  'benchmark:measures:show': () => import('./commands/benchmark/measures/show.ts'),
  'benchmark:metric:create': () => import('./commands/benchmark/metric/create.ts'),
  'benchmark:metric:show': () => import('./commands/benchmark/metric/show.ts'),
  'capabilities:list': () => import('./commands/capabilities/list.ts'),
  check: () => import('./commands/check.ts'),
  complete: () => import('./commands/complete.ts'),
  completion: () => import('./commands/completion/index.ts'),
  'completion:refresh': () => import('./commands/completion/refresh.ts'),
  consume: () => import('./commands/consume.ts'),
  doctor: () => import('./commands/doctor.ts'),
  'hosts:check': () => import('./commands/hosts/check.ts'),
  'hosts:trust': () => import('./commands/hosts/trust.ts'),
  'measures:add': () => import('./commands/measures/add.ts'),
  'measures:aggregation': () => import('./commands/measures/aggregation.ts'),
  'measures:batch-metrics': () => import('./commands/measures/batch-metrics.ts'),
  'measures:batch-resources-metrics': () => import('./commands/measures/batch-resources-metrics.ts'),
  'measures:export': () => import('./commands/measures/export.ts'),
  'measures:import': () => import('./commands/measures/import.ts'),
  'measures:show': () => import('./commands/measures/show.ts'),
  'metric:create': () => import('./commands/metric/create.ts'),
  'metric:delete': () => import('./commands/metric/delete.ts'),
  'metric:list': () => import('./commands/metric/list.ts'),
  'metric:show': () => import('./commands/metric/show.ts'),
  'metrics:create': () => import('./commands/metrics/create.ts'),
  'metrics:list': () => import('./commands/metrics/list.ts'),
  produce: () => import('./commands/produce/index.ts'),
  'produce:status': () => import('./commands/produce/status.ts'),
  'resource:batch:delete': () => import('./commands/resource/batch/delete.ts'),
  'resource:create': () => import('./commands/resource/create.ts'),
  'resource:delete': () => import('./commands/resource/delete.ts'),
  'resource:history': () => import('./commands/resource/history.ts'),
  'resource:list': () => import('./commands/resource/list.ts'),
  'resource:search': () => import('./commands/resource/search.ts'),
  'resource:show': () => import('./commands/resource/show.ts'),
  'resource:update': () => import('./commands/resource/update.ts'),
  'resource-type:create': () => import('./commands/resource-type/create.ts'),
  'resource-type:delete': () => import('./commands/resource-type/delete.ts'),
  'resource-type:list': () => import('./commands/resource-type/list.ts'),
  'resource-type:show': () => import('./commands/resource-type/show.ts'),
  'resource-type:update': () => import('./commands/resource-type/update.ts'),
  'server:version': () => import('./commands/server/version.ts'),
  'spool:drop': () => import('./commands/spool/drop.ts'),
  'spool:flush': () => import('./commands/spool/flush.ts'),
  'spool:show': () => import('./commands/spool/show.ts'),
  status: () => import('./commands/status.ts'),
}

/** Topics of two names: what is not found under the first is looked for under the second. */
export const alsoCalled: Record<string, string> = {metrics: 'metric'}

const secondName = (topic: string): string => (Object.hasOwn(alsoCalled, topic) ? alsoCalled[topic]! : '')

/** The commands that are loaded, for oclif, which knows the others from its manifest: sixty of them cost at each start. */
export const commands: Record<string, typeof Command> = {}

/**
 * Loads the command that a command line begins with, if it is one, and gives the line back as oclif takes it: that
 * command's own name first, then flags that stood in front of it. `help metric list` is `metric list --help`.
 */
export async function loadCommand(argv: readonly string[]): Promise<string[]> {
  const {leading, rest} =
    argv[0]?.startsWith('-') && argv[0] !== '--version'
      ? (await import('./leading-flags.ts')).splitLeadingFlags(argv)
      : {leading: [], rest: argv}
  if (rest[0] === 'help') return loadCommand([...rest.slice(1), '--help', ...leading])
  if (rest.length === 0) return leading.some((word) => word === '--help' || word === '-h') ? ['--help'] : []
  const {words, command} = await findCommand(rest)
  return [...words.slice(0, command), ...leading, ...words.slice(command)]
}

/** The line with the command's own name, and of how many words that is. */
async function findCommand(argv: readonly string[]): Promise<{words: string[]; command: number}> {
  const flag = argv.findIndex((word) => word.startsWith('-'))
  // `metric list` and, as oclif has it, `metric:list`
  const words = [...(argv[0] ?? '').split(':'), ...argv.slice(1)]
  const most = Math.min(flag === -1 ? words.length : flag + words.length - argv.length, 3)
  for (const topic of [words[0]!, secondName(words[0]!)])
    for (let count = most; count > 0; count--) {
      const id = [topic, ...words.slice(1, count)].join(':')
      if (!Object.hasOwn(loaders, id)) continue
      commands[id] = (await loaders[id]!()).default
      return {words: [topic, ...words.slice(1)], command: count}
    }
  for (let count = most; count > 0; count--) {
    const [id, ...others] = cutShort(words.slice(0, count))
    if (id === undefined || others.length > 0) continue
    commands[id] = (await loaders[id]!()).default
    return {words: [...id.split(':'), ...words.slice(count)], command: count}
  }
  return {words: [...argv], command: argv.length}
}

/** Of no command that the official client lacks is a beginning taken: nobody's fingers know it so, and `spool d` would drop. */
const onlyOurs = new Set(['check', 'completion', 'consume', 'doctor', 'hosts', 'metrics', 'produce', 'spool'])

/** What the words are beginnings of, one of each word: `met lis` is `metric list`, as for the official client. */
const cutShort = (words: readonly string[]): string[] =>
  Object.keys(loaders).filter((id) => {
    const parts = id.split(':')
    return (
      parts.length === words.length &&
      !onlyOurs.has(parts[0]!) &&
      parts.every((part, index) => words[index] !== '' && part.startsWith(words[index]!))
    )
  })

const topics = new Set(Object.keys(loaders).map((id) => id.replace(/:.*/, '')))

/** The first word of the command on a line that may be too wrong to find a command on it. */
export const topicOf = (argv: readonly string[]): string | undefined =>
  argv.map((word) => word.replace(/:.*/, '')).find((word) => topics.has(word))

/** For what is made of all of them: the manifest, the docs, completion. */
export async function loadAllCommands(): Promise<void> {
  for (const [id, load] of Object.entries(loaders)) commands[id] = (await load()).default
}
