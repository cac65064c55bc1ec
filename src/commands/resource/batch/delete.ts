import {Flags} from '@oclif/core'

import {BaseCommand} from '../../../base-command.ts'
import {queryArg, resourceTypeFlag} from '../../../flags.ts'
import {showFlags} from '../../../output-flags.ts'
import {deleteFound} from '../../../lib/resources/delete-resources.ts'
import {allOf} from '../../../lib/gnocchi/pages.ts'
import {parseQuery} from '../../../lib/gnocchi/resource-query.ts'
import {deletedColumns, toDeleteColumns} from '../../../lib/render/resources.ts'

export default class ResourceBatchDelete extends BaseCommand {
  static override summary = 'Delete all resources that a query finds, and their metrics.'
  static override usage = '<%= command.id %> QUERY [flags]'
  static override examples = [
    `<%= config.bin %> <%= command.id %> 'original_resource_id like "test-%"' --dry-run`,
    `<%= config.bin %> <%= command.id %> 'ended_at < "-90 days"' --type host`,
  ]
  static override args = queryArg
  static override flags = {
    ...showFlags,
    ...resourceTypeFlag,
    'dry-run': Flags.boolean({description: 'show what would be deleted, and delete nothing'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceBatchDelete)
    const query = parseQuery(args.query)
    const gnocchi = await this.open(flags)
    if (flags['dry-run'])
      await this.printOne(await allOf(gnocchi.resources.search(query, {type: flags.type})), toDeleteColumns, flags)
    else await this.printOne(await deleteFound(gnocchi, query, flags.type), deletedColumns, flags)
  }
}
