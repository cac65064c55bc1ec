import {BaseCommand} from '../../base-command.ts'
import {resourceArg, resourceTypeFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {withResource} from '../../lib/gnocchi/metric-names.ts'
import {resourceFields} from '../../lib/render/resources.ts'

export default class ResourceShow extends BaseCommand {
  static override summary = 'Show a resource and its metrics.'
  static override usage = '<%= command.id %> RESOURCE [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1',
    '<%= config.bin %> <%= command.id %> web-1 --type host -f json -c metrics',
  ]
  static override args = resourceArg
  static override flags = {...showFlags, ...resourceTypeFlag}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceShow)
    const gnocchi = await this.open(flags)
    const show = (id: string) => gnocchi.resources.get(id, flags.type)
    const resource = await withResource(gnocchi, args.resource, show, flags.type)
    await this.printOne(resource, resourceFields(resource), flags)
  }
}
