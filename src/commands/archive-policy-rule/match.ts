import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {matchRule} from '../../lib/policies/match-rule.ts'
import {matchColumns} from '../../lib/render/archive-policy-rule.ts'

export default class ArchivePolicyRuleMatch extends BaseCommand {
  static override summary = 'Show which rule, and so which archive policy, a metric of that name would get.'
  static override description =
    'The first rule in the order of archive-policy-rule list whose pattern matches: neither the longest nor the oldest one. Upper and lower case are told apart.'
  static override usage = '<%= command.id %> METRIC-NAME [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> memory.usage',
    '<%= config.bin %> <%= command.id %> memory.usage -f value -c archive_policy_name',
  ]
  static override args = {name: Args.string({description: 'name of a metric', required: true, ignoreStdin: true})}
  static override flags = showFlags

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyRuleMatch)
    const gnocchi = await this.open(flags)
    await this.printOne(await matchRule(gnocchi, args.name), matchColumns, flags)
  }
}
