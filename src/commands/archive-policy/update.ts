import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {UsageError} from '../../lib/errors.ts'
import {policyDetails} from '../../lib/render/archive-policy.ts'
import {backWindowFlag, definitionFlag} from '../../policy-flags.ts'

export default class ArchivePolicyUpdate extends BaseCommand {
  static override summary = 'Change for how long an archive policy keeps measures, or how late one may come.'
  static override description =
    'Every granularity is to be named, as it is; what is kept of each may change. The back window changes with Gnocchi 4.5 and later; a larger one is for times from then on: of periods before, Gnocchi has dropped the raw measures, and a late measure of one takes the place of all that came before. For admins.'
  static override usage = '<%= command.id %> NAME [-d DEFINITION] [-b PERIODS] [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> fine -d granularity:10s,timespan:2d -d granularity:1h,points:8760',
    '<%= config.bin %> <%= command.id %> fine -b 24',
  ]
  static override args = {name: Args.string({description: 'archive policy', required: true, ignoreStdin: true})}
  static override flags = {...showFlags, definition: definitionFlag({multiple: true}), 'back-window': backWindowFlag}

  async run(): Promise<void> {
    const {
      args: {name},
      flags: {definition, 'back-window': backWindow, ...flags},
    } = await this.parse(ArchivePolicyUpdate)
    if (definition === undefined && backWindow === undefined)
      throw new UsageError('what is to change: what is kept (--definition), or the back window (--back-window)?', [
        `see what there is: gnocchictl archive-policy show ${name}`,
      ])
    const gnocchi = await this.open(flags)
    const before = backWindow === undefined ? undefined : await gnocchi.archivePolicies.get(name)
    const policy = await gnocchi.archivePolicies.update(name, {definition, backWindow})
    if (before && policy.backWindow > before.backWindow)
      // gnocchi/storage/__init__.py add_measures_to_metrics: a period is made of the raw measures that are there.
      this.talk(
        `warning: metrics of ${name} have raw measures of the old back window only: till they have more, a late measure takes the place of all that its period holds`,
        {level: 'warn'},
      )
    await this.printOne(policy, policyDetails(new Date()), flags)
  }
}
