import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {resourceIdFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {UsageError} from '../../lib/errors.ts'
import {createMetric} from '../../lib/gnocchi/create-metric.ts'
import {madeColumns, madeNamedColumns} from '../../lib/render/metrics.ts'

export default class MetricCreate extends BaseCommand {
  static override summary = 'Make a metric, of a resource or by itself.'
  static override description =
    'Without an archive policy, the archive policy rule that matches the name says which. Names of metrics without a resource need not differ: made twice, there are two. The metrics of a hosts file: gnocchictl metrics create.'
  static override usage = '<%= command.id %> [NAME] [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> memory.usage --resource-id web-1 --archive-policy-name medium --unit %',
    '<%= config.bin %> <%= command.id %> memory.usage -r web-1 -a medium --if-not-exists -f value -c id',
    '<%= config.bin %> <%= command.id %> -a low',
  ]
  static override args = {
    name: Args.string({description: 'name of the metric', ignoreStdin: true}),
  }
  static override flags = {
    ...showFlags,
    ...resourceIdFlag,
    'archive-policy-name': Flags.string({
      char: 'a',
      aliases: ['archive-policy'],
      description: 'archive policy',
      helpValue: '<name>',
    }),
    unit: Flags.string({char: 'u', description: 'unit, at most 31 characters', helpValue: '<unit>'}),
    'if-not-exists': Flags.boolean({
      description: 'show the one of that name which the resource has already, if it has',
      dependsOn: ['resource-id'],
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MetricCreate)
    const {name} = args
    const resource = flags['resource-id']
    const metric = {unit: flags.unit, archivePolicyName: flags['archive-policy-name']}
    if (resource === undefined) {
      const gnocchi = await this.open(flags)
      await this.printOne(await gnocchi.metrics.create({name, ...metric}), madeColumns, flags)
      return
    }
    if (name === undefined) throw new UsageError('a metric of a resource needs a name')
    const gnocchi = await this.open(flags)
    const made = await createMetric(gnocchi, resource, {name, ...metric}, {find: flags['if-not-exists']})
    await this.printOne(made, madeNamedColumns, flags)
  }
}
