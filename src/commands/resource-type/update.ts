import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {attributeDefinitionFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {resourceTypeFields} from '../../lib/render/resources.ts'
import {parseAttributes} from '../../lib/resources/resource-type-attributes.ts'

export default class ResourceTypeUpdate extends BaseCommand {
  static override summary = 'Add attributes to a resource type, or remove them (only the admin may).'
  static override description =
    'All resources of the type change with it. A required attribute needs a value for those that are there: fill=VALUE. One that is there already gets the options that are given.'
  static override usage = '<%= command.id %> NAME [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> host -a room:string:true:fill=unknown',
    '<%= config.bin %> <%= command.id %> host --remove-attribute room',
  ]
  static override args = {
    name: Args.string({description: 'name of the resource type', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...showFlags,
    ...attributeDefinitionFlag,
    'remove-attribute': Flags.string({
      char: 'r',
      description: 'remove this attribute; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<name>',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceTypeUpdate)
    const change = {add: parseAttributes(flags.attribute ?? []), remove: flags['remove-attribute'] ?? []}
    const gnocchi = await this.open(flags)
    const type = await gnocchi.resourceTypes.update(args.name, change)
    await this.printOne(type, resourceTypeFields(type), flags)
  }
}
