import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {pageFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {UsageError} from '../../lib/errors.ts'
import {withResource} from '../../lib/gnocchi/metric-names.ts'
import {begun} from '../../lib/gnocchi/pages.ts'
import {pickMetrics} from '../../lib/resources/pick-metrics.ts'
import {metricColumns} from '../../lib/render/metrics.ts'
import {asUuid} from '../../lib/shape.ts'

export default class MetricList extends BaseCommand {
  static override summary = 'List the metrics that you may see, all of them or those you pick.'
  static override description =
    'Gnocchi lists metrics without a resource to the admin alone. The metrics of the hosts file: gnocchictl metrics list.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --name memory.usage --archive-policy medium',
    '<%= config.bin %> <%= command.id %> --resource web-1 -f value -c id',
    '<%= config.bin %> <%= command.id %> --sort name:desc --limit 10',
  ]
  static override flags = {
    ...listFlags,
    ...pageFlags,
    name: Flags.string({description: 'only those of this name', helpValue: '<name>', helpGroup: 'PICK'}),
    unit: Flags.string({description: 'only those of this unit', helpValue: '<unit>', helpGroup: 'PICK'}),
    'archive-policy': Flags.string({
      aliases: ['archive-policy-name'],
      description: 'only those under this archive policy',
      helpValue: '<name>',
      helpGroup: 'PICK',
    }),
    resource: Flags.string({
      description: 'only those of this resource: its UUID, or the id its maker gave it',
      helpValue: '<id>',
      exclusive: ['marker', 'sort'],
      helpGroup: 'PICK',
    }),
    creator: Flags.string({
      description: 'only those made by user and project, as in the field creator',
      helpValue: '<user:project>',
      exclusive: ['user-id', 'project-id'],
      helpGroup: 'PICK',
    }),
    'user-id': Flags.string({description: 'only those made by this user', helpValue: '<id>', helpGroup: 'PICK'}),
    'project-id': Flags.string({description: 'only those made in this project', helpValue: '<id>', helpGroup: 'PICK'}),
    id: Flags.string({description: 'only the one of this id', helpValue: '<id>', helpGroup: 'PICK'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(MetricList)
    const {limit, sort, name, unit, creator, resource} = flags
    const unsortable = sort?.find((key) => /^(archive_policy|resource)(:|$)/.test(key))
    if (unsortable !== undefined)
      throw new UsageError(`--sort: Gnocchi cannot sort by ${unsortable}`, ['archive_policy_name or resource_id'])
    const choice = {
      ...{limit, sort, name, unit, creator},
      marker: uuidOf('marker', flags.marker),
      id: uuidOf('id', flags.id),
      archivePolicyName: flags['archive-policy'],
      userId: flags['user-id'],
      projectId: flags['project-id'],
    }
    const gnocchi = await this.open(flags)
    const metrics =
      resource === undefined
        ? pickMetrics(gnocchi, choice)
        : await withResource(gnocchi, resource, (id) => begun(pickMetrics(gnocchi, {...choice, resource: id})))
    await this.printPages(metrics, () => metricColumns, flags, 'no metrics')
  }
}

function uuidOf(flag: string, given: string | undefined): string | undefined {
  const id = given === undefined ? undefined : asUuid(given)
  if (id === undefined && given !== undefined) throw new UsageError(`--${flag}: "${given}" is no id of a metric`)
  return id
}
