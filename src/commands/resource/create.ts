import {BaseCommand} from '../../base-command.ts'
import {resourceBodyFlags, resourceTypeFlag, newResourceArg} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {checkPathName} from '../../lib/gnocchi/names.ts'
import {resourceFields} from '../../lib/render/resources.ts'
import {attributesOf, metricsOf} from '../../lib/resources/resource-body.ts'

export default class ResourceCreate extends BaseCommand {
  static override summary = 'Make a resource, with attributes and metrics.'
  static override usage = '<%= command.id %> RESOURCE [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1',
    '<%= config.bin %> <%= command.id %> web-1 --type host -a cores:8 -n memory.usage:medium -n disk.usage:low',
    '<%= config.bin %> <%= command.id %> web-1 -m memory.usage:a657d89e-a2d0-458b-b457-d600a7e95ca6',
  ]
  static override args = newResourceArg
  static override flags = {...showFlags, ...resourceTypeFlag, ...resourceBodyFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceCreate)
    const {type, attribute = [], 'add-metric': add = [], 'create-metric': create = []} = flags
    checkPathName('resource id', args.resource)
    const gnocchi = await this.open(flags)
    const attributes = attributesOf(attribute, await gnocchi.resourceTypes.get(type))
    const metrics = await metricsOf(gnocchi, add, create)
    const body = {id: args.resource, ...attributes, ...(Object.keys(metrics).length > 0 ? {metrics} : {})}
    const resource = await gnocchi.resources.create(body, type)
    await this.printOne(resource, resourceFields(resource), flags)
  }
}
