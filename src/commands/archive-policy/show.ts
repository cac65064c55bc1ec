import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {policyDetails} from '../../lib/render/archive-policy.ts'

export default class ArchivePolicyShow extends BaseCommand {
  static override summary =
    'Show how finely and for how long an archive policy keeps measures, and how late one may come.'
  static override usage = '<%= command.id %> [NAME] [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> low -f json']
  static override args = {name: Args.string({description: 'archive policy', default: 'medium', ignoreStdin: true})}
  static override flags = showFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyShow)
    const gnocchi = await this.open(flags)
    await this.printOne(await gnocchi.archivePolicies.get(args.name), policyDetails(new Date()), flags)
  }
}
