import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {resourceListFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {checkResourceMarker} from '../../lib/gnocchi/resource-query.ts'
import {resourceColumns} from '../../lib/render/resources.ts'

export default class ResourceList extends BaseCommand {
  static override summary = 'List the resources that you may see.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --type host --sort revision_start:desc --limit 10',
    '<%= config.bin %> <%= command.id %> -c original_resource_id -f value',
  ]
  static override flags = {
    ...listFlags,
    ...resourceListFlags,
    history: Flags.boolean({description: 'each resource as it was in each of its revisions'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ResourceList)
    const {type, details, history, limit, sort} = flags
    const marker = checkResourceMarker(flags.marker, history)
    const gnocchi = await this.open(flags)
    const resources = gnocchi.resources.list({type, details, history, limit, marker, sort})
    await this.printPages(resources, resourceColumns, flags, 'no resources')
  }
}
