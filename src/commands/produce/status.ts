import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {spoolFlag} from '../../flags.ts'
import {showFlags} from '../../output-flags.ts'
import {GnocchiError, HostError} from '../../lib/errors.ts'
import {hostStatusColumns, statusColumns, type Shown} from '../../lib/render/status.ts'
import {readStatus, statusFile} from '../../lib/service/status-file.ts'
import {stalled} from '../../lib/service/status.ts'

export default class ProduceStatus extends BaseCommand {
  static override summary = 'Show what the running producer of a hosts file does, or what the last one had done.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --check -f json',
  ]
  static override flags = {
    ...hostsFileFlag,
    ...spoolFlag,
    ...showFlags,
    check: Flags.boolean({
      description: 'end with 4 when samples do not reach Gnocchi (or no producer runs), with 5 when a host is down',
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProduceStatus)
    const {path} = await this.hostsFile(flags.config)
    const {spoolFile} = await import('../../lib/delivery/spool.ts')
    const {spoolHolder} = await import('../../lib/delivery/spool-lock.ts')
    const spool = spoolFile(path, flags.spool)
    const status = readStatus(statusFile(spool))
    const running = status !== undefined && status.ended === null && spoolHolder(spool) === status.pid
    const shown: Shown = {
      status,
      state: running ? 'running' : status === undefined ? 'never' : status.ended === null ? 'killed' : 'stopped',
    }
    const now = new Date()
    if (!running) this.talk('no producer runs for this hosts file')
    if (status || flags.format !== 'table') await this.printOne(shown, statusColumns(now), flags)
    if (status && flags.format === 'table' && !flags.column)
      await this.print(status.hosts, hostStatusColumns(now), {format: 'table'})
    if (flags.check) this.check(shown, now)
  }

  /** Turns the state into an exit code, for scripts. */
  private check({state, status}: Shown, now: Date): void {
    if (state !== 'running' || !status)
      throw new GnocchiError('nothing is sent: no producer runs for this hosts file', {}, ['gnocchictl produce'])
    const late = stalled(status, now)
    if (late !== undefined) throw new GnocchiError(late)
    const {sendError, hosts, backlog} = status
    if (sendError) throw new GnocchiError(`${backlog.waiting} samples wait: ${sendError.message}`)
    const down = hosts.filter((host) => host.state === 'down').map(({host}) => host)
    if (down.length > 0) throw new HostError(`${down.join(', ')}: down`)
  }
}
