import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../base-command.ts'
import {resourceIdFlag, workersFlag} from '../../../flags.ts'
import {showFlags} from '../../../output-flags.ts'
import {benchmark, usualWorkers} from '../../../lib/measures/benchmark.ts'
import {figureColumns} from '../../../lib/render/benchmark.ts'

export default class BenchmarkMetricCreate extends BaseCommand {
  static override summary = 'Measure how quickly metrics can be created and deleted.'
  static override usage = '<%= command.id %> -n COUNT [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> -n 1000 -w 4 -a low']
  static override flags = {
    ...showFlags,
    ...workersFlag,
    ...resourceIdFlag,
    'archive-policy-name': Flags.string({
      char: 'a',
      description: 'archive policy of the metrics',
      helpValue: '<policy>',
    }),
    count: Flags.integer({char: 'n', description: 'how many metrics to create', required: true, min: 1}),
    keep: Flags.boolean({char: 'k', description: 'do not delete them'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(BenchmarkMetricCreate)
    const {metrics} = await this.open(flags)
    const {'archive-policy-name': archivePolicyName, 'resource-id': resource, count} = flags
    const workers = flags.workers ?? usualWorkers()
    // Metrics of a resource must have names; those of no run before may be met.
    const run = `benchmark-${Date.now()}`
    const names = Array.from({length: count}, (_, index) => `${run}-${index}`)
    const create = (name: string): Promise<{id: string}> =>
      resource === undefined
        ? metrics.create({archivePolicyName})
        : metrics.createNamed(resource, {name, archivePolicyName})
    const created = await benchmark('create', names, workers, create)
    const ids = flags.keep ? undefined : created.results.map(({id}) => id)
    const deleted = ids && (await benchmark('delete', ids, workers, (id) => metrics.delete(id)))
    const figures = {...created.figures, ...deleted?.figures}
    const failures = [...created.failures, ...(deleted?.failures ?? [])]
    failures.forEach((line) => this.talk(`warning: ${line}`, {level: 'warn'}))
    await this.printOne(figures, figureColumns(figures), flags)
  }
}
