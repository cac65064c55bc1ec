import {Flags} from '@oclif/core'

import {BaseCommand, coloured, hostsFileFlag} from '../base-command.ts'
import {durationFlag, intervalFlag, listFlags, lookOf, timeFlag, type ListFlags} from '../flags.ts'
import {offeredBy, readSeries, type HostSeries, type Question, type Target} from '../lib/consume.ts'
import {AppError} from '../lib/errors.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {chooseHosts, withMetrics} from '../lib/hosts-file/choose.ts'
import {repeatedly, take} from '../lib/time.ts'

export default class Consume extends BaseCommand {
  static override summary = "Show the aggregates of the hosts' metrics, again and again."
  static override description =
    'On a terminal it asks for what is not given, and shows the tables in place; elsewhere it takes the mean at the finest granularity and appends.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agg max --granularity hour',
    '<%= config.bin %> <%= command.id %> --once --last 60 -f csv',
    '<%= config.bin %> <%= command.id %> --host 10.0.0.7 --start -2h --granularity minute',
  ]
  static override flags = {
    ...hostsFileFlag,
    ...listFlags,
    agg: Flags.string({
      description: 'aggregation method that the archive policy keeps: mean, min, max, …',
      helpValue: '<method>',
    }),
    granularity: durationFlag('minute, hour or any duration that the archive policy keeps'),
    last: Flags.integer({description: 'how many periods', default: 5, min: 1}),
    start: timeFlag('from then on, instead of the last periods'),
    stop: timeFlag('before then, instead of now'),
    interval: intervalFlag('time between two looks', 30),
    count: Flags.integer({description: 'end after so many looks', min: 1, exclusive: ['once']}),
    once: Flags.boolean({description: 'look once'}),
    host: Flags.string({description: 'only this host; may be repeated', multiple: true, helpValue: '<host>'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Consume)
    const file = await this.hostsFile(flags.config)
    const targets = withMetrics(chooseHosts(file, flags.host ?? [])).map(({label, metric}) => ({host: label, metric}))
    const gnocchi = await this.open(flags)
    const stop = this.stopSignal()
    const {last, start, stop: end} = flags
    const what = await this.what(gnocchi, targets, flags, stop)
    const question: Question = {...what, last, ...(start ? {start} : {}), ...(end ? {stop: end} : {})}
    const show = await this.shower(question, flags)
    const count = flags.once ? 1 : flags.count
    let looks = 0
    const ticks = repeatedly(flags.interval, stop)
    for await (const now of count === undefined ? ticks : take(ticks, count)) {
      try {
        await show(await readSeries(gnocchi, targets, question, now))
        looks++
      } catch (error) {
        // A look that fails after others went well is one look missed.
        if (looks === 0 || count === 1 || !(error instanceof AppError)) throw error
        this.talk(error.message)
      }
    }
  }
  /** Method and granularity: as given, else asked for, else the mean at the finest. */
  private async what(
    gnocchi: Gnocchi,
    targets: readonly Target[],
    {agg, granularity}: {agg?: string | undefined; granularity?: number | undefined},
    stop: AbortSignal,
  ): Promise<Pick<Question, 'method' | 'granularitySeconds'>> {
    if (agg !== undefined && granularity !== undefined) return {method: agg, granularitySeconds: granularity}
    const {methods, granularities} = await offeredBy(gnocchi, targets)
    const {isInteractive, askMethod, askGranularity} = await import('../ask.ts')
    if (isInteractive())
      return {
        method: agg ?? (await askMethod(methods, stop)),
        granularitySeconds: granularity ?? (await askGranularity(granularities, stop)),
      }
    const usual = methods.includes('mean') ? 'mean' : methods[0]!
    return {method: agg ?? usual, granularitySeconds: granularity ?? granularities[0]!}
  }

  /** Prints a look: tables in place on a terminal, anything else appended; why a host has nothing, to whoever reads. */
  private async shower(
    question: Question,
    flags: ListFlags & {once: boolean},
  ): Promise<(series: HostSeries[]) => Promise<void> | void> {
    const {format, column, once} = flags
    const [{seriesColumns, seriesRows, seriesTables}, {inPlace}, {chooseColumns, formats}] = await Promise.all([
      import('../lib/render/series.ts'),
      import('../lib/render/screen.ts'),
      import('../lib/render/formats.ts'),
    ])
    const columns = chooseColumns(seriesColumns(question), column)
    const terminal = process.stdout
    if (format === 'table' && column === undefined) {
      const frame = terminal.isTTY && !once ? inPlace(terminal) : (text: string) => `${text}\n`
      return (series) => this.write(frame(seriesTables(series, question, coloured(terminal))))
    }
    return async (series) => {
      this.write(await formats[format].list(seriesRows(series), columns, lookOf(flags)))
      for (const {host, note} of series) if (note !== undefined) this.talk(`${host}: ${note}`)
    }
  }
}
