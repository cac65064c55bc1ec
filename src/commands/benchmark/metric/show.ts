import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../base-command.ts'
import {metricsArg, resourceIdFlag, workersFlag} from '../../../flags.ts'
import {showFlags} from '../../../output-flags.ts'
import {benchmark, usualWorkers} from '../../../lib/measures/benchmark.ts'
import {nameMetrics} from '../../../lib/measures/name-metrics.ts'
import {figureColumns} from '../../../lib/render/benchmark.ts'

export default class BenchmarkMetricShow extends BaseCommand {
  static override summary = 'Measure how quickly metrics can be shown.'
  static override usage = '<%= command.id %> METRIC… -n COUNT [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> web-1/cpu -n 1000 -w 4']
  static override args = {metric: metricsArg}
  static override flags = {
    ...showFlags,
    ...workersFlag,
    ...resourceIdFlag,
    count: Flags.integer({char: 'n', description: 'how often to show each metric', required: true, min: 1}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(BenchmarkMetricShow)
    const gnocchi = await this.open(flags)
    const metrics = await nameMetrics(gnocchi, args.metric, flags['resource-id'])
    const jobs = Array.from({length: flags.count}, () => metrics.map(({id}) => id)).flat()
    const workers = flags.workers ?? usualWorkers()
    const {figures, failures} = await benchmark('show', jobs, workers, (id) => gnocchi.metrics.get(id))
    failures.forEach((line) => this.talk(`warning: ${line}`, {level: 'warn'}))
    await this.printOne(figures, figureColumns(figures), flags)
  }
}
