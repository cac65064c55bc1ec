import {BaseCommand, hostsFileFlag, outputFlags} from '../../base-command.ts'
import {listMetrics} from '../../lib/list-metrics.ts'
import {hostMetricColumns} from '../../lib/render/metrics.ts'

export default class MetricsList extends BaseCommand {
  static override summary =
    "List the hosts' metrics as they are on the server, and which ids of the hosts file are dead."
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -f csv']
  static override flags = {...hostsFileFlag, ...outputFlags}

  async run(): Promise<void> {
    const {flags} = await this.parse(MetricsList)
    const {hosts} = await this.hostsFile(flags.config)
    const gnocchi = await this.open(flags)
    this.print(await listMetrics(gnocchi, hosts), hostMetricColumns, flags)
  }
}
