import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {ruleColumns} from '../../lib/render/archive-policy-rule.ts'

export default class ArchivePolicyRuleShow extends BaseCommand {
  static override summary = 'Show which names an archive policy rule is for, and the policy it gives them.'
  static override usage = '<%= command.id %> NAME [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> default']
  static override args = {name: Args.string({description: 'rule', required: true, ignoreStdin: true})}
  static override flags = showFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyRuleShow)
    const gnocchi = await this.open(flags)
    await this.printOne(await gnocchi.archivePolicyRules.get(args.name), ruleColumns, flags)
  }
}
