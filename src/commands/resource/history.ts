import {BaseCommand} from '../../base-command.ts'
import {resourceArg, resourceListFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {withResource} from '../../lib/gnocchi/metric-names.ts'
import {begun} from '../../lib/gnocchi/pages.ts'
import {resourceColumns} from '../../lib/render/resources.ts'

export default class ResourceHistory extends BaseCommand {
  static override summary = 'Show a resource as it was in each of its revisions, the oldest first.'
  static override usage = '<%= command.id %> RESOURCE [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1',
    '<%= config.bin %> <%= command.id %> web-1 --type host --sort revision_start:desc --limit 1',
  ]
  static override args = resourceArg
  static override flags = {...listFlags, ...resourceListFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceHistory)
    const {type, details, limit, marker, sort} = flags
    const gnocchi = await this.open(flags)
    const revisions = await withResource(
      gnocchi,
      args.resource,
      (id) => begun(gnocchi.resources.history(id, {type, details, limit, marker, sort})),
      type,
    )
    await this.printPages(revisions, (rows) => resourceColumns(rows, {withMetrics: true}), flags, 'no revisions')
  }
}
