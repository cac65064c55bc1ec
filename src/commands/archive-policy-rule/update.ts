import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {ruleColumns} from '../../lib/render/archive-policy-rule.ts'

export default class ArchivePolicyRuleUpdate extends BaseCommand {
  static override summary = 'Rename an archive policy rule; nothing else of one can change.'
  static override usage = '<%= command.id %> NAME -n NEW-NAME [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> memory -n all-memory']
  static override args = {name: Args.string({description: 'rule', required: true, ignoreStdin: true})}
  static override flags = {
    ...showFlags,
    name: Flags.string({char: 'n', description: 'new name', required: true, helpValue: '<name>'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyRuleUpdate)
    const gnocchi = await this.open(flags)
    await this.printOne(await gnocchi.archivePolicyRules.rename(args.name, flags.name), ruleColumns, flags)
  }
}
