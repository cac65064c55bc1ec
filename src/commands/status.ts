import {Flags} from '@oclif/core'

import {BaseCommand} from '../base-command.ts'
import {durationFlag, intervalFlag, lookOf, showFlags, type ShowFlags} from '../flags.ts'
import {mostWaiting, waitUntilProcessed, watchBacklog, type Look} from '../lib/backlog.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {backlogColumns, detailColumn, lookColumns, lookLine} from '../lib/render/backlog.ts'
import {chooseColumns, formats} from '../lib/render/formats.ts'
import {inPlace} from '../lib/render/screen.ts'
import {take} from '../lib/time.ts'

const mostDetails = 20

export default class Status extends BaseCommand {
  static override summary = 'Show what Gnocchi has taken but not processed yet. For admins.'
  static override description =
    'Counted are bundles: what one request had for one metric, a single measure or a million. --watch shows how that moves. --wait ends once nothing is queued, so that all that was sent can be read; when --at-most is over before that, the exit code is 6.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --watch --interval 10s',
    '<%= config.bin %> <%= command.id %> --wait --at-most 5m && <%= config.bin %> consume --once',
    '<%= config.bin %> <%= command.id %> --details',
  ]
  static override flags = {
    ...showFlags,
    details: Flags.boolean({
      description: `for which metrics, too; people see the ${mostDetails} with most`,
      exclusive: ['watch', 'wait'],
    }),
    watch: Flags.boolean({description: 'look again and again, and show the trend', exclusive: ['wait']}),
    wait: Flags.boolean({description: 'end once nothing is queued'}),
    interval: intervalFlag('time between two looks', 2),
    count: Flags.integer({description: 'end after so many looks', min: 1, dependsOn: ['watch']}),
    'at-most': durationFlag('wait for so long; for ever when left out', {dependsOn: ['wait']}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const gnocchi = await this.open(flags)
    if (flags.watch) return this.watch(gnocchi, flags)
    const status = flags.wait ? await this.wait(gnocchi, flags) : await gnocchi.status.get(flags)
    if (status === undefined) return
    const {bundlesByMetric} = status
    const details = bundlesByMetric && [detailColumn(await mostWaiting(gnocchi, bundlesByMetric, mostDetails))]
    await this.printOne(status, [...backlogColumns, ...(details ?? [])], flags)
  }

  /** A line in place on a terminal, appended elsewhere; for programs, an object at each look. */
  private async watch(gnocchi: Gnocchi, flags: ShowFlags & {interval: number; count?: number | undefined}) {
    const {format, column, interval, count} = flags
    const columns = chooseColumns(lookColumns, column)
    const frame = process.stdout.isTTY ? inPlace(process.stdout) : (text: string) => text
    const show = async (look: Look) =>
      this.write(
        format === 'table' && column === undefined
          ? frame(`${lookLine(look)}\n`)
          : await formats[format].one(look, columns, lookOf(flags)),
      )
    const looks = watchBacklog(gnocchi, this.watching(interval))
    for await (const look of count === undefined ? looks : take(looks, count)) await show(look)
  }

  private async wait(gnocchi: Gnocchi, flags: {interval: number; 'at-most'?: number | undefined}) {
    const {stderr} = process
    const clear = '\r\u001B[K'
    try {
      return await waitUntilProcessed(gnocchi, {
        ...this.watching(flags.interval),
        atMostSeconds: flags['at-most'],
        // A line that is broken at the edge could not be taken back.
        looked: (look) => stderr.isTTY && stderr.write(clear + lookLine(look).slice(0, stderr.columns - 1)),
      })
    } finally {
      if (stderr.isTTY) stderr.write(clear)
    }
  }

  private watching(intervalSeconds: number) {
    return {intervalSeconds, signal: this.stopSignal(), missed: (line: string) => this.talk(line)}
  }
}
