import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {resourceIdFlag} from '../../flags.ts'
import {deleteEach, tellDeleted} from '../../lib/resources/delete-each.ts'
import {findMetric, findMetricId} from '../../lib/gnocchi/metric-names.ts'

export default class MetricDelete extends BaseCommand {
  static override summary = 'Delete metrics and their measures.'
  static override description =
    'One that cannot be deleted is said and the others are deleted all the same. Gnocchi frees their space within minutes.'
  static override usage = '<%= command.id %> METRIC… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1/memory.usage web-2/memory.usage',
    '<%= config.bin %> <%= command.id %> memory.usage disk.usage -r web-1',
    '<%= config.bin %> <%= command.id %> web-1/memory.usage --dry-run',
  ]
  static override args = {
    metric: Args.string({
      name: 'METRIC',
      description: 'ids, resource/name, or names',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    ...resourceIdFlag,
    'dry-run': Flags.boolean({description: 'say what would be deleted, and delete nothing'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MetricDelete)
    const where = {resourceId: flags['resource-id']}
    const dryRun = flags['dry-run']
    const gnocchi = await this.open(flags)
    const find = async (given: string) =>
      dryRun ? (await findMetric(gnocchi, given, where)).id : findMetricId(gnocchi, given, where)
    const remove = (id: string) => gnocchi.metrics.delete(id)
    const outcomes = await deleteEach(args.metric, find, dryRun ? undefined : remove)
    tellDeleted(outcomes, dryRun, (line, about) => this.talk(line, about))
  }
}
