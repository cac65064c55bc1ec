import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {resourceTypeFields} from '../../lib/render/resources.ts'

export default class ResourceTypeShow extends BaseCommand {
  static override summary = 'Show the attributes of a resource type.'
  static override usage = '<%= command.id %> NAME [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> host']
  static override args = {
    name: Args.string({description: 'name of the resource type', required: true, ignoreStdin: true}),
  }
  static override flags = showFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceTypeShow)
    const gnocchi = await this.open(flags)
    const type = await gnocchi.resourceTypes.get(args.name)
    await this.printOne(type, resourceTypeFields(type), flags)
  }
}
