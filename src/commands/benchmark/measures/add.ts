import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../base-command.ts'
import {localTimeFlag, metricArg, resourceIdFlag, workersFlag} from '../../../flags.ts'
import {showFlags} from '../../../output-flags.ts'
import {benchmark, randomMeasures, usualWorkers, type Figures} from '../../../lib/measures/benchmark.ts'
import {GnocchiError, UsageError} from '../../../lib/errors.ts'
import {findMetricId} from '../../../lib/gnocchi/metric-names.ts'
import {figureColumns} from '../../../lib/render/benchmark.ts'

export default class BenchmarkMeasuresAdd extends BaseCommand {
  static override summary = 'Measure how quickly measures can be added.'
  static override usage = '<%= command.id %> METRIC -n COUNT [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> web-1/cpu -n 100000 -b 1000 -w 4']
  static override args = {metric: metricArg}
  static override flags = {
    ...showFlags,
    ...workersFlag,
    ...resourceIdFlag,
    count: Flags.integer({char: 'n', description: 'how many measures to send in all', required: true, min: 1}),
    batch: Flags.integer({char: 'b', description: 'measures of each request', default: 1, min: 1}),
    'timestamp-start': localTimeFlag('time of the first measure; a year ago when left out', 's'),
    'timestamp-end': localTimeFlag('time of the last measure; now when left out', 'e'),
    wait: Flags.boolean({description: 'then have Gnocchi process them, and say how long it took'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(BenchmarkMeasuresAdd)
    const end = flags['timestamp-end']?.at ?? new Date()
    const start = flags['timestamp-start']?.at ?? new Date(end.getTime() - 365 * 86_400_000)
    if (end <= start) throw new UsageError('--timestamp-end must be after --timestamp-start')
    const batch = Math.min(flags.batch, flags.count)
    if ((end.getTime() - start.getTime()) / 1000 < batch)
      throw new UsageError(
        `--batch: ${batch} measures a second apart have no room from --timestamp-start to --timestamp-end`,
      )
    const gnocchi = await this.open(flags)
    const id = await findMetricId(gnocchi, args.metric, {resourceId: flags['resource-id']})
    const measures = new Map([[id, randomMeasures(batch, start, end)]])
    const jobs = Array.from({length: Math.floor(flags.count / batch)}, () => measures)
    const workers = flags.workers ?? usualWorkers()
    const sent = await benchmark('push', jobs, workers, async (one) => {
      const [refused] = await gnocchi.measures.send(one)
      if (refused) throw new GnocchiError(refused.reason)
    })
    const {failures} = sent
    const figures: Figures = {
      ...sent.figures,
      'measures per request': batch,
      'measures push speed': `${(batch * Number.parseFloat(String(sent.figures['push speed']))).toFixed(2)} push/s`,
    }
    if (flags.wait) {
      const began = performance.now()
      // One metric is processed when it is asked for: nobody but the admin may see how much is left of all.
      await gnocchi.measures.get(id, {refresh: true})
      figures['extra wait to process measures'] = `${((performance.now() - began) / 1000).toFixed(3)} seconds`
    }
    failures.forEach((line) => this.talk(`warning: ${line}`, {level: 'warn'}))
    await this.printOne(figures, figureColumns(figures), flags)
  }
}
