import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'

export default class ResourceTypeDelete extends BaseCommand {
  static override summary = 'Delete a resource type that no resource has (only the admin may).'
  static override usage = '<%= command.id %> NAME'
  static override examples = ['<%= config.bin %> <%= command.id %> host']
  static override args = {
    name: Args.string({description: 'name of the resource type', required: true, ignoreStdin: true}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceTypeDelete)
    const gnocchi = await this.open(flags)
    await gnocchi.resourceTypes.delete(args.name)
  }
}
