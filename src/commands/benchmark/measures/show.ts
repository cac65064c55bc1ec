import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../base-command.ts'
import {granularityFlag, localTimeFlag, metricArg, resourceIdFlag, workersFlag} from '../../../flags.ts'
import {showFlags} from '../../../output-flags.ts'
import {benchmark, usualWorkers} from '../../../lib/measures/benchmark.ts'
import {findMetricId} from '../../../lib/gnocchi/metric-names.ts'
import {figureColumns} from '../../../lib/render/benchmark.ts'

/** The official client takes them, and has one row. */
const sortFlags = {
  'sort-column': Flags.string({multiple: true, multipleNonGreedy: true, hidden: true}),
  'sort-ascending': Flags.boolean({hidden: true}),
  'sort-descending': Flags.boolean({hidden: true}),
}

export default class BenchmarkMeasuresShow extends BaseCommand {
  static override summary = 'Measure how quickly measures can be shown.'
  static override usage = '<%= command.id %> METRIC -n COUNT [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> web-1/cpu -n 1000 -w 4']
  static override args = {metric: metricArg}
  static override flags = {
    ...showFlags,
    ...workersFlag,
    ...resourceIdFlag,
    count: Flags.integer({char: 'n', description: 'how often to show them', required: true, min: 1}),
    utc: Flags.boolean({description: "taken for the official client's sake", hidden: true}),
    aggregation: Flags.string({description: 'method that the archive policy keeps', helpValue: '<method>'}),
    start: localTimeFlag('from then on'),
    stop: localTimeFlag('before then'),
    granularity: granularityFlag('of this granularity only'),
    refresh: Flags.boolean({description: 'have Gnocchi process what it has been sent first'}),
    resample: granularityFlag('have Gnocchi put them together to this granularity'),
    ...sortFlags,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(BenchmarkMeasuresShow)
    const gnocchi = await this.open(flags)
    const id = await findMetricId(gnocchi, args.metric, {resourceId: flags['resource-id']})
    const {aggregation: method, granularity: granularitySeconds, refresh, start, stop, count} = flags
    const reading = {method, granularitySeconds, refresh, start: start?.at, stop: stop?.at}
    const jobs = Array.from({length: count}, () => id)
    const workers = flags.workers ?? usualWorkers()
    const read = await benchmark('show', jobs, workers, (metric) =>
      flags.resample === undefined
        ? gnocchi.measures.get(metric, reading)
        : gnocchi.measures.getResampled(metric, reading, flags.resample),
    )
    const {failures} = read
    const figures = {...read.figures, 'measures per request': read.results[0]?.length ?? 0}
    failures.forEach((line) => this.talk(`warning: ${line}`, {level: 'warn'}))
    await this.printOne(figures, figureColumns(figures), flags)
  }
}
