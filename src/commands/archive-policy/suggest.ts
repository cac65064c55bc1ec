import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {durationFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {parseDuration} from '../../lib/duration.ts'
import {AppError} from '../../lib/errors.ts'
import type {ArchivePolicy} from '../../lib/gnocchi/archive-policies.ts'
import type {CloudFlags} from '../../lib/keystone/cloud.ts'
import {suggestionColumns} from '../../lib/render/suggestion.ts'
import {createLine, parseKeep, policiesThatDo, suggestPolicy, type Keep} from '../../lib/policies/suggest-policy.ts'
import {methodsFlag, withMethodsMarked} from '../../policy-flags.ts'

export default class ArchivePolicySuggest extends BaseCommand {
  static override summary = 'Suggest an archive policy for measures that come every so often and are kept for so long.'
  static override description =
    'Periods as fine as the measures come for as long as about 10,000 of them reach, then coarser ones. Says what it takes on disk, which policy of the server does it already, and the command that makes it. Nothing is made; without a server, only the comparison is left out.'
  static override usage = '<%= command.id %> --interval DURATION --keep DURATION [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --interval 30s --keep 90d',
    '<%= config.bin %> <%= command.id %> --interval 10s --keep 10s:1d --keep 1m:30d --late 1h -m mean -m max',
    '<%= config.bin %> <%= command.id %> --interval 1m --keep 1y --metrics 5000 -f value -c create',
  ]
  static override flags = {
    ...showFlags,
    interval: Flags.custom<number>({
      description: 'time between two measures',
      helpValue: '<duration>',
      required: true,
      parse: async (text) => parseDuration(text),
    })({required: true}),
    keep: Flags.custom<Keep>({
      description: 'how far back it reaches (90d), or a granularity and its span (30s:7d); the latter may be repeated',
      helpValue: '<duration>',
      multiple: true,
      multipleNonGreedy: true,
      required: true,
      parse: async (text) => parseKeep(text),
    })({multiple: true, required: true}),
    late: durationFlag('how late a measure may come; what is later than the back window is dropped'),
    'aggregation-method': methodsFlag,
    name: Flags.string({description: 'name of the policy; 30s-90d and the like when left out', helpValue: '<name>'}),
    metrics: Flags.integer({description: 'how many metrics will have it, for the size', min: 1}),
    offline: Flags.boolean({description: 'do not ask the server for what it has'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ArchivePolicySuggest, withMethodsMarked(this.argv))
    const late = flags.late ?? 0
    const suggestion = suggestPolicy({
      intervalSeconds: flags.interval,
      keep: flags.keep,
      methods: flags['aggregation-method'] ?? [],
      lateSeconds: late,
      name: flags.name,
    })
    const policies = flags.offline ? null : await this.existing(flags)
    const existing = policies && policiesThatDo(policies, suggestion, late)
    await this.printOne({...suggestion, existing}, suggestionColumns(flags.interval, flags.metrics), flags)
    if (flags.format === 'table' && flags.column === undefined) this.write(`\n${createLine(suggestion)}\n`)
  }

  private async existing(flags: CloudFlags): Promise<ArchivePolicy[] | null> {
    try {
      return await (await this.open(flags)).archivePolicies.list()
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.talk(`not compared with the policies of a server: ${error.message}`)
      return null
    }
  }
}
