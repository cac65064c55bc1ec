import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'
import {policyDetails} from '../../lib/render/archive-policy.ts'
import {backWindowFlag, definitionFlag, methodsFlag, withMethodsMarked} from '../../policy-flags.ts'

export default class ArchivePolicyCreate extends BaseCommand {
  static override summary = 'Make an archive policy: how finely and for how long measures are kept.'
  static override description =
    'Its granularities and methods can never change, nor can the policy of a metric: archive-policy suggest says what fits. For admins.'
  static override usage = '<%= command.id %> NAME -d DEFINITION [-d DEFINITION] [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> fine -d granularity:10s,timespan:1d -d granularity:1h,points:8760',
    '<%= config.bin %> <%= command.id %> tails -d granularity:1m,timespan:7d -m mean -m 95pct -m 99pct',
    '<%= config.bin %> <%= command.id %> late -d granularity:1m,timespan:7d -b 60 -m -std -m +last',
  ]
  static override args = {name: Args.string({description: 'archive policy', required: true, ignoreStdin: true})}
  static override flags = {
    ...showFlags,
    definition: definitionFlag({multiple: true, required: true}),
    'back-window': backWindowFlag,
    'aggregation-method': methodsFlag,
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyCreate, withMethodsMarked(this.argv))
    const gnocchi = await this.open(flags)
    const policy = await gnocchi.archivePolicies.create({
      name: args.name,
      definition: flags.definition,
      backWindow: flags['back-window'],
      aggregationMethods: flags['aggregation-method'],
    })
    await this.printOne(policy, policyDetails(new Date()), flags)
  }
}
