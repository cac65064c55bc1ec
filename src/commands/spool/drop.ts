import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {spoolFlag} from '../../flags.ts'
import {UsageError} from '../../lib/errors.ts'

export default class SpoolDrop extends BaseCommand {
  static override summary = 'Forget samples that wait on disk: they will never be sent.'
  static override usage = '<%= command.id %> --parked|--all [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --parked',
    '<%= config.bin %> <%= command.id %> --all --host 10.0.0.7',
  ]
  static override flags = {
    ...hostsFileFlag,
    ...spoolFlag,
    parked: Flags.boolean({description: 'those set aside', exclusive: ['all']}),
    all: Flags.boolean({description: 'those to be sent, too'}),
    host: Flags.string({description: 'only those of this host', helpValue: '<host>'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(SpoolDrop)
    if (!flags.parked && !flags.all)
      throw new UsageError('which samples: those set aside (--parked), or all (--all)?', [
        'see them first: gnocchictl spool show',
      ])
    const {path} = await this.hostsFile(flags.config)
    const spool = await this.openSpool(path, flags.spool)
    try {
      const dropped = spool.drop({parkedOnly: flags.parked, ...(flags.host === undefined ? {} : {host: flags.host})})
      this.talk(`${dropped} dropped`)
    } finally {
      spool.close()
    }
  }
}
