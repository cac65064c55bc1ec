import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {ruleColumns} from '../../lib/render/archive-policy-rule.ts'

export default class ArchivePolicyRuleCreate extends BaseCommand {
  static override summary = 'Make an archive policy rule: which policy metrics get that are made without one.'
  static override description =
    'Metrics that there are keep theirs. Gnocchi tries rules by their pattern, backwards through the alphabet; archive-policy-rule match shows which one a name gets.'
  static override usage = '<%= command.id %> NAME -a POLICY -m PATTERN [flags]'
  static override examples = ["<%= config.bin %> <%= command.id %> memory -a medium -m 'memory.*'"]
  static override args = {name: Args.string({description: 'rule', required: true, ignoreStdin: true})}
  static override flags = {
    ...showFlags,
    'archive-policy-name': Flags.string({
      char: 'a',
      description: 'archive policy that such metrics get',
      required: true,
      helpValue: '<policy>',
    }),
    'metric-pattern': Flags.string({
      char: 'm',
      description: 'names of metrics, as a shell has it: *, ?, [a-z], [!a-z]',
      required: true,
      helpValue: '<pattern>',
    }),
  }

  async run(): Promise<void> {
    const {
      args: {name},
      flags,
    } = await this.parse(ArchivePolicyRuleCreate)
    const {'archive-policy-name': archivePolicyName, 'metric-pattern': metricPattern} = flags
    const gnocchi = await this.open(flags)
    const rule = await gnocchi.archivePolicyRules.create({name, archivePolicyName, metricPattern})
    await this.printOne(rule, ruleColumns, flags)
  }
}
