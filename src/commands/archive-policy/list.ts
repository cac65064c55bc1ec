import {BaseCommand} from '../../base-command.ts'
import {listFlags} from '../../output-flags.ts'
import {policyColumns} from '../../lib/render/archive-policy.ts'

export default class ArchivePolicyList extends BaseCommand {
  static override summary = 'List the archive policies.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -c name -f value',
  ]
  static override flags = listFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(ArchivePolicyList)
    const gnocchi = await this.open(flags)
    await this.print(await gnocchi.archivePolicies.list(), policyColumns, flags)
  }
}
