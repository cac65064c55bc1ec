import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {resourceArg, resourceBodyFlags, resourceTypeFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {withResource} from '../../lib/gnocchi/metric-names.ts'
import {resourceFields} from '../../lib/render/resources.ts'
import {attributesOf, metricsOf, updateResource} from '../../lib/resources/resource-body.ts'

export default class ResourceUpdate extends BaseCommand {
  static override summary = 'Change attributes and metrics of a resource.'
  static override description =
    'Each change makes a revision: gnocchictl resource history. What another changes at the same time is not undone.'
  static override usage = '<%= command.id %> RESOURCE [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1 --type host -a cores:16',
    '<%= config.bin %> <%= command.id %> web-1 -a ended_at:2026-11-24T10:00:00Z --unset user_id',
    '<%= config.bin %> <%= command.id %> web-1 -n disk.usage:low -d memory.usage',
  ]
  static override args = resourceArg
  static override flags = {
    ...showFlags,
    ...resourceTypeFlag,
    ...resourceBodyFlags,
    'delete-metric': Flags.string({
      char: 'd',
      description: 'take the metric of this name off the resource; it lives on by itself; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<name>',
    }),
    unset: Flags.option({
      description: 'make this null again; may be repeated. Gnocchi takes null for no other attribute',
      options: ['user_id', 'project_id'] as const,
      multiple: true,
      multipleNonGreedy: true,
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ResourceUpdate)
    const {type, attribute = [], unset = [], 'add-metric': add = [], 'create-metric': create = []} = flags
    const gnocchi = await this.open(flags)
    const change = {
      attributes: attributesOf(attribute, await gnocchi.resourceTypes.get(type), unset),
      metrics: await metricsOf(gnocchi, add, create),
      remove: flags['delete-metric'] ?? [],
    }
    const update = (id: string) => updateResource(gnocchi, {id, type, ...change})
    const {resource, detached} = await withResource(gnocchi, args.resource, update, type)
    for (const [name, id] of Object.entries(detached))
      this.talk(`metric ${name} lives on by itself; to delete it: gnocchictl metric delete ${id}`)
    await this.printOne(resource, resourceFields(resource), flags)
  }
}
