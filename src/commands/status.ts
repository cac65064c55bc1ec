import {Flags} from '@oclif/core'

import {BaseCommand} from '../base-command.ts'
import {durationFlag, loopIntervalFlag} from '../flags.ts'
import {lookOf, showFlags, type ShowFlags} from '../output-flags.ts'
import {mostWaiting, waitUntilProcessed, watchBacklog, type Look} from '../lib/backlog.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {backlogColumns, detailColumn, lookColumns, lookFrames, lookLine} from '../lib/render/backlog.ts'
import {chooseColumns} from '../lib/render/formats.ts'
import {oneLooks} from '../lib/render/looks.ts'
import {inPlace, isScreen} from '../lib/render/screen.ts'
import {take} from '../lib/ticks.ts'

const mostDetails = 20
const usualSeconds = 2

export default class Status extends BaseCommand {
  static override summary = 'Show what Gnocchi has taken but not processed yet. For admins.'
  static override description =
    'Counted are bundles: what one request had for one metric, a single measure or a million. --watch shows how that moves: on a terminal in place, with the looks before as bars; elsewhere a line at each look, and for -f json an object on a line, as for ndjson, the heading of CSV over the first only. --wait ends once nothing is queued, so that all that was sent can be read; when --at-most is over before that, the exit code is 6.'
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
    interval: loopIntervalFlag('time between two looks', usualSeconds, ['watch', 'wait']),
    count: Flags.integer({description: 'end after so many looks', min: 1, dependsOn: ['watch']}),
    'at-most': durationFlag('wait for so long; for ever when left out', {dependsOn: ['wait']}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Status)
    const gnocchi = await this.open(flags)
    if (flags.watch || flags.wait) this.stopWaiting()
    if (flags.watch) return this.watch(gnocchi, flags)
    const status = flags.wait ? await this.wait(gnocchi, flags) : await gnocchi.status.get(flags)
    if (status === undefined) return
    const {bundlesByMetric} = status
    const details = bundlesByMetric && [detailColumn(await mostWaiting(gnocchi, bundlesByMetric, mostDetails))]
    await this.printOne(status, [...backlogColumns, ...(details ?? [])], flags)
  }

  /** In place on a terminal, a line at each look elsewhere; for programs, one thing after the other. */
  private async watch(
    gnocchi: Gnocchi,
    flags: ShowFlags & {interval?: number | undefined; count?: number | undefined},
  ) {
    const {format, column, interval, count} = flags
    const {stdout} = process
    const forPeople = format === 'table' && column === undefined
    const frames = lookFrames(() => stdout.columns)
    const place = inPlace(stdout)
    const text = forPeople
      ? (look: Look) => (isScreen(stdout) ? place(frames(look)) : `${lookLine(look)}\n`)
      : oneLooks(chooseColumns(lookColumns, column), format, () => lookOf(flags))
    const watching = this.watching(interval)
    const looks = watchBacklog(gnocchi, {
      ...watching,
      missed: (line) => {
        frames(null)
        watching.missed(line)
      },
    })
    for await (const look of count === undefined ? looks : take(looks, count)) this.write(await text(look))
  }

  private async wait(gnocchi: Gnocchi, flags: {interval?: number | undefined; 'at-most'?: number | undefined}) {
    const {stderr} = process
    const clear = '\r\u001B[K'
    try {
      return await waitUntilProcessed(gnocchi, {
        ...this.watching(flags.interval),
        atMostSeconds: flags['at-most'],
        // A line that is broken at the edge could not be taken back.
        looked: (look) => isScreen(stderr) && stderr.write(clear + lookLine(look).slice(0, stderr.columns - 1)),
      })
    } finally {
      if (isScreen(stderr)) stderr.write(clear)
    }
  }

  private watching(intervalSeconds = usualSeconds) {
    return {intervalSeconds, signal: this.stopSignal(), missed: (line: string) => this.talk(line)}
  }
}
