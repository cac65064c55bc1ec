import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {attributeDefinitionFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {resourceTypeFields} from '../../lib/render/resources.ts'
import {parseAttributes} from '../../lib/resources/resource-type-attributes.ts'

export default class ResourceTypeCreate extends BaseCommand {
  static override summary = 'Make a resource type (only the admin may).'
  static override usage = '<%= command.id %> NAME [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> host -a display_name:string:true:max_length=255 -a cores:number:false:min=1',
    '<%= config.bin %> <%= command.id %> rack -a room:string:false -a powered:bool:false',
  ]
  static override args = {
    name: Args.string({description: 'name of the resource type', required: true, ignoreStdin: true}),
  }
  static override flags = {...showFlags, ...attributeDefinitionFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceTypeCreate)
    const attributes = parseAttributes(flags.attribute ?? [])
    const gnocchi = await this.open(flags)
    const type = await gnocchi.resourceTypes.create(args.name, attributes)
    await this.printOne(type, resourceTypeFields(type), flags)
  }
}
