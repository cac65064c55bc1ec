import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {resourceIdFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {findMetric} from '../../lib/gnocchi/metric-names.ts'
import {metricDetails} from '../../lib/render/metrics.ts'

export default class MetricShow extends BaseCommand {
  static override summary = 'Show a metric, its archive policy and its resource.'
  static override usage = '<%= command.id %> METRIC [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1/memory.usage',
    '<%= config.bin %> <%= command.id %> memory.usage -r web-1',
    '<%= config.bin %> <%= command.id %> a657d89e-a2d0-458b-b457-d600a7e95ca6 -f json',
  ]
  static override args = {
    metric: Args.string({description: 'id, resource/name, or a name', required: true, ignoreStdin: true}),
  }
  static override flags = {...showFlags, ...resourceIdFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MetricShow)
    const gnocchi = await this.open(flags)
    const found = await findMetric(gnocchi, args.metric, {resourceId: flags['resource-id']})
    // What is found in a list comes without its resource.
    const metric = found.resource === undefined ? await gnocchi.metrics.get(found.id) : found
    await this.printOne(metric, metricDetails(metric), flags)
  }
}
