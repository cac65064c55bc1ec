import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {deleteEach, tellDeleted} from '../../lib/resources/delete-each.ts'
import {withResource} from '../../lib/gnocchi/metric-names.ts'

export default class ResourceDelete extends BaseCommand {
  static override summary = 'Delete resources of any type, and their metrics.'
  static override description =
    'One that cannot be deleted is said and the others are deleted all the same. Those that a query finds: gnocchictl resource batch delete.'
  static override usage = '<%= command.id %> RESOURCE… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1',
    '<%= config.bin %> <%= command.id %> web-1 web-2 --dry-run',
  ]
  static override args = {
    resource: Args.string({
      name: 'RESOURCE',
      description: 'their UUIDs, or the ids their makers gave them',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    'dry-run': Flags.boolean({description: 'say what would be deleted, and delete nothing'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceDelete)
    const dryRun = flags['dry-run']
    const gnocchi = await this.open(flags)
    const find = async (given: string) => (await withResource(gnocchi, given, (id) => gnocchi.resources.get(id))).id
    const remove = (id: string) => gnocchi.resources.delete(id)
    const outcomes = await deleteEach(args.resource, find, dryRun ? undefined : remove)
    tellDeleted(outcomes, dryRun, (line, about) => this.talk(line, about))
  }
}
