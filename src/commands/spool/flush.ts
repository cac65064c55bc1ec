import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {spoolFlag} from '../../flags.ts'
import {sendAll} from '../../lib/delivery/sender.ts'

export default class SpoolFlush extends BaseCommand {
  static override summary = 'Send the samples that wait on disk now, those set aside too.'
  static override description = 'A running produce does it by itself; this is for a spool that no one works with.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override flags = {...hostsFileFlag, ...spoolFlag}

  async run(): Promise<void> {
    const {flags} = await this.parse(SpoolFlush)
    const {path} = await this.hostsFile(flags.config)
    const gnocchi = await this.open(flags)
    const spool = await this.openSpool(path, flags.spool)
    try {
      spool.unpark()
      const sent = await sendAll(this.delivery(gnocchi, spool))
      const {parked} = spool.count()
      this.talk(`${sent} sent${parked > 0 ? `, ${parked} set aside (gnocchictl spool show)` : ''}`)
    } finally {
      spool.close()
    }
  }
}
