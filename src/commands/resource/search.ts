import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {queryArg, resourceListFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {checkResourceMarker, parseQuery} from '../../lib/gnocchi/resource-query.ts'
import {resourceColumns} from '../../lib/render/resources.ts'

export default class ResourceSearch extends BaseCommand {
  static override summary = 'List the resources that a query finds.'
  static override usage = '<%= command.id %> QUERY [flags]'
  static override examples = [
    `<%= config.bin %> <%= command.id %> 'original_resource_id like "web-%"'`,
    `<%= config.bin %> <%= command.id %> 'started_at > "-1h" and ended_at = null' --type host`,
    `<%= config.bin %> <%= command.id %> '{"like": {"original_resource_id": "web-%"}}'`,
  ]
  static override args = queryArg
  static override flags = {
    ...listFlags,
    ...resourceListFlags,
    history: Flags.boolean({description: 'look for it in each revision of the resources'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceSearch)
    const {type, details, history, limit, sort} = flags
    const query = parseQuery(args.query)
    const marker = checkResourceMarker(flags.marker, history)
    const gnocchi = await this.open(flags)
    const resources = gnocchi.resources.search(query, {type, details, history, limit, marker, sort})
    await this.printPages(resources, resourceColumns, flags, 'the query finds no resource')
  }
}
