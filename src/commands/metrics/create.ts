import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {hostsArg, sourceFlag} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {createMetrics} from '../../lib/create-metrics.ts'
import {findOrCreateMetric} from '../../lib/gnocchi/create-metric.ts'
import {chooseHosts} from '../../lib/hosts-file/choose.ts'
import {createdColumns} from '../../lib/render/metrics.ts'
import {hostSources, samplers} from '../../lib/sampling/samplers.ts'

export default class MetricsCreate extends BaseCommand {
  static override summary = 'Make the metric of each host that has none, and write its id into the hosts file.'
  static override description =
    'Each host gets a resource of its own name (type generic) with one metric. Run again, or after a crash half-way, it finds what it made before and makes nothing twice. Any metric, without a hosts file: gnocchictl metric create.'
  static override usage = '<%= command.id %> [HOST…] [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> 10.0.0.7 --archive-policy low',
    '<%= config.bin %> <%= command.id %> --dry-run',
  ]
  static override args = {hosts: hostsArg}
  static override flags = {
    ...hostsFileFlag,
    ...sourceFlag(hostSources),
    ...listFlags,
    'archive-policy': Flags.string({
      description: 'archive policy of new metrics',
      default: 'medium',
      helpValue: '<name>',
    }),
    'dry-run': Flags.boolean({description: 'say what would be done, and do nothing'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MetricsCreate)
    const file = await this.hostsFile(flags.config)
    const hosts = chooseHosts(file, args.hosts)
    const gnocchi = await this.open(flags)
    const ids = new Map<string, string>()
    const {metric: name, unit} = samplers[flags.source]
    const metric = {name, unit, archivePolicyName: flags['archive-policy']}
    try {
      const created = await createMetrics({
        hosts,
        find: async (resource) => (await gnocchi.resources.metricsOf(resource))?.[name],
        create: (resource) => findOrCreateMetric(gnocchi, resource, metric),
        dryRun: flags['dry-run'],
        onMetric: (host, id) => ids.set(host.label, id),
      })
      await this.print(created, createdColumns, flags)
    } finally {
      // Also after a failure half-way: what was made is kept.
      if (ids.size > 0) (await import('../../lib/hosts-file/write.ts')).writeMetricIds(file.path, ids)
    }
  }
}
