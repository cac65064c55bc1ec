import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'

export default class ArchivePolicyRuleDelete extends BaseCommand {
  static override summary = 'Delete an archive policy rule; metrics keep the policy it gave them.'
  static override usage = '<%= command.id %> NAME'
  static override examples = ['<%= config.bin %> <%= command.id %> memory']
  static override args = {name: Args.string({description: 'rule', required: true, ignoreStdin: true})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyRuleDelete)
    const gnocchi = await this.open(flags)
    await gnocchi.archivePolicyRules.delete(args.name)
  }
}
