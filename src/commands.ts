import type {Command} from '@oclif/core'

type Load = () => Promise<{default: typeof Command}>

/** Every command by what is typed, with a colon for the space: the path of its file. A test compares them. */
export const loaders: Record<string, Load> = {
  'archive-policy:list': () => import('./commands/archive-policy/list.ts'),
  'archive-policy:show': () => import('./commands/archive-policy/show.ts'),
  consume: () => import('./commands/consume.ts'),
  'hosts:check': () => import('./commands/hosts/check.ts'),
  'hosts:trust': () => import('./commands/hosts/trust.ts'),
  'measures:export': () => import('./commands/measures/export.ts'),
  'measures:import': () => import('./commands/measures/import.ts'),
  'metrics:create': () => import('./commands/metrics/create.ts'),
  'metrics:list': () => import('./commands/metrics/list.ts'),
  produce: () => import('./commands/produce/index.ts'),
  'produce:status': () => import('./commands/produce/status.ts'),
  'spool:drop': () => import('./commands/spool/drop.ts'),
  'spool:flush': () => import('./commands/spool/flush.ts'),
  'spool:show': () => import('./commands/spool/show.ts'),
}

/** Topics of two names: what is not found under the first is looked for under the second. */
const alsoCalled: Record<string, string> = {metrics: 'metric'}

/** The commands that are loaded, for oclif, which knows the others from its manifest: sixty of them cost at each start. */
export const commands: Record<string, typeof Command> = {}

/** Loads the command that a command line begins with, if it is one, and gives the line back with that command's own name. */
export async function loadCommand(argv: readonly string[]): Promise<string[]> {
  const flag = argv.findIndex((word) => word.startsWith('-'))
  // `metric list` and, as oclif has it, `metric:list`
  const words = [...(argv[0] ?? '').split(':'), ...argv.slice(1)]
  const most = Math.min(flag === -1 ? words.length : flag + words.length - argv.length, 3)
  for (const topic of [words[0]!, alsoCalled[words[0]!] ?? ''])
    for (let count = most; count > 0; count--) {
      const id = [topic, ...words.slice(1, count)].join(':')
      if (!loaders[id]) continue
      commands[id] = (await loaders[id]()).default
      return [topic, ...words.slice(1)]
    }
  return [...argv]
}

/** For what is made of all of them: the manifest, the docs, completion. */
export async function loadAllCommands(): Promise<void> {
  for (const [id, load] of Object.entries(loaders)) commands[id] = (await load()).default
}
