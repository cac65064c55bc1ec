import {BaseCommand} from '../../base-command.ts'
import {listFlags} from '../../output-flags.ts'
import {ruleColumns} from '../../lib/render/archive-policy-rule.ts'

export default class ArchivePolicyRuleList extends BaseCommand {
  static override summary = 'List the archive policy rules, in the order in which Gnocchi tries them on a name.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -c name -f value',
  ]
  static override flags = listFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(ArchivePolicyRuleList)
    const gnocchi = await this.open(flags)
    await this.print(await gnocchi.archivePolicyRules.list(), ruleColumns, flags, 'there is no archive policy rule')
  }
}
