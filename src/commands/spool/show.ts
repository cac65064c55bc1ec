import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {spoolFlag} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {spoolColumns} from '../../lib/render/spool.ts'

export default class SpoolShow extends BaseCommand {
  static override summary = 'Show the samples that wait on disk, by host, and those set aside, with why.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> -f json']
  static override flags = {...hostsFileFlag, ...spoolFlag, ...listFlags}

  async run(): Promise<void> {
    const {flags} = await this.parse(SpoolShow)
    const {path} = await this.hostsFile(flags.config)
    const {readSpool, spoolFile} = await import('../../lib/delivery/spool.ts')
    await this.print(
      readSpool(spoolFile(path, flags.spool)) ?? [],
      spoolColumns(new Date()),
      flags,
      'nothing waits: all samples are sent',
    )
  }
}
