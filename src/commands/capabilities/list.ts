import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {capabilityColumns} from '../../lib/render/capabilities.ts'

export default class CapabilitiesList extends BaseCommand {
  static override summary = 'List what the server can compute: the aggregation methods of archive policies.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -f json']
  static override flags = showFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(CapabilitiesList)
    const gnocchi = await this.open(flags)
    await this.printOne(await gnocchi.capabilities.list(), capabilityColumns, flags)
  }
}
