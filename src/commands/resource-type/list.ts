import {BaseCommand} from '../../base-command.ts'
import {listFlags} from '../../output-flags.ts'
import {resourceTypeColumns} from '../../lib/render/resources.ts'

export default class ResourceTypeList extends BaseCommand {
  static override summary = 'List the types of resources and their attributes.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -c name -f value',
  ]
  static override flags = listFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(ResourceTypeList)
    const gnocchi = await this.open(flags)
    await this.print(await gnocchi.resourceTypes.list(), resourceTypeColumns, flags)
  }
}
