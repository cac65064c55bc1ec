import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {listFlags} from '../../output-flags.ts'
import {listMetrics} from '../../lib/list-metrics.ts'
import {hostMetricColumns} from '../../lib/render/metrics.ts'

export default class MetricsList extends BaseCommand {
  static override summary =
    "List the hosts' metrics as they are on the server, and which ids of the hosts file are dead."
  static override description = 'All metrics that Gnocchi has, and no hosts file: gnocchictl metric list.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -f csv']
  static override flags = {...hostsFileFlag, ...listFlags}

  async run(): Promise<void> {
    const {flags} = await this.parse(MetricsList)
    const {hosts} = await this.hostsFile(flags.config)
    const gnocchi = await this.open(flags)
    await this.print(await listMetrics(gnocchi, hosts), hostMetricColumns, flags)
  }
}
