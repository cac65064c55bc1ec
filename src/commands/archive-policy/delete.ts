import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'

export default class ArchivePolicyDelete extends BaseCommand {
  static override summary = 'Delete an archive policy that nothing uses. For admins.'
  static override usage = '<%= command.id %> NAME'
  static override examples = ['<%= config.bin %> <%= command.id %> fine']
  static override args = {name: Args.string({description: 'archive policy', required: true, ignoreStdin: true})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(ArchivePolicyDelete)
    const gnocchi = await this.open(flags)
    await gnocchi.archivePolicies.delete(args.name)
  }
}
