import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {granularityFlag, localTimeFlag, loopIntervalFlag, metricsArg, resourceIdFlag} from '../../flags.ts'
import {listFlags, lookOf, type ListFlags} from '../../output-flags.ts'
import {parseTimespan} from '../../lib/gnocchi/timespan.ts'
import {calendarPeriods, type CalendarPeriod} from '../../lib/gnocchi/measures.ts'
import {nameMetrics} from '../../lib/measures/name-metrics.ts'
import {measureColumns} from '../../lib/render/measures.ts'
import {parseResample, showMeasures, showPages} from '../../lib/measures/show-measures.ts'
import {looks, repeatedly} from '../../lib/ticks.ts'

const usualSeconds = 30

export default class MeasuresShow extends BaseCommand {
  static override summary = 'Show the aggregates of one metric or several.'
  static override description =
    'Times are local, with their offset, unless --utc. Several methods have a column each, by their names; several metrics have theirs in a column before all others. --resample makes longer periods of the kept ones: counts are summed, means weighted, standard deviations pooled.'
  static override usage = '<%= command.id %> METRIC… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1/memory.usage --start -1h --granularity 1m',
    '<%= config.bin %> <%= command.id %> web-1/cpu web-2/cpu --aggregation mean --aggregation max --granularity 1h --last 24',
    '<%= config.bin %> <%= command.id %> cpu -r web-1 --resample 1d --aggregation std',
    '<%= config.bin %> <%= command.id %> web-1/cpu --watch --interval 10s --last 5 --refresh',
  ]
  static override args = {metric: metricsArg}
  static override flags = {
    ...listFlags,
    ...resourceIdFlag,
    utc: Flags.boolean({description: 'times in UTC'}),
    aggregation: Flags.string({
      description: 'method that the archive policy keeps: mean, max, rate:mean, …; may be repeated [default: mean]',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<method>',
    }),
    start: localTimeFlag('from then on'),
    stop: localTimeFlag('before then'),
    granularity: granularityFlag('of this granularity only'),
    refresh: Flags.boolean({description: 'have Gnocchi process what it has been sent of these metrics first'}),
    resample: Flags.custom<number | CalendarPeriod>({
      description: "longer periods: a duration, or Y, H, Q, M, W (Gnocchi's own calendar)",
      helpValue: '<duration>',
      parse: async (text) => parseResample(text, calendarPeriods, parseTimespan),
    })(),
    'server-resample': Flags.boolean({
      description: 'let Gnocchi resample, which takes each period for one measure',
      dependsOn: ['resample'],
    }),
    last: Flags.integer({description: 'the newest so many periods of each granularity', min: 1}),
    watch: Flags.boolean({description: 'look again and again, until Ctrl-C, in place on a terminal'}),
    interval: loopIntervalFlag('time between two looks', usualSeconds, ['watch']),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresShow)
    const gnocchi = await this.open(flags)
    const {start, stop, granularity: granularitySeconds, refresh, last, resample} = flags
    const methods = flags.aggregation ?? [undefined]
    const columns = measureColumns(methods, args.metric.length > 1, flags.utc)
    const metrics = await nameMetrics(gnocchi, args.metric, flags['resource-id'])
    const range = {start: start?.at, stop: stop?.at}
    const onServer = flags['server-resample']
    const question = {methods, granularitySeconds, refresh, resample, onServer, last, ...range}
    if (!flags.watch) return this.printPages(showPages(gnocchi, metrics, question), () => columns, flags, 'no measures')
    const show = await this.shower(columns, flags)
    const look = async (now: Date) => {
      this.talk(`looked at ${now.toISOString()}`, {level: 'debug'})
      return showMeasures(gnocchi, metrics, question)
    }
    const ticks = repeatedly(flags.interval ?? usualSeconds, this.stopSignal())
    for await (const rows of looks(ticks, look, (line) => this.talk(line))) await show(rows)
  }

  /** In place on a terminal, elsewhere appended. */
  private async shower(
    columns: ReturnType<typeof measureColumns>,
    flags: ListFlags,
  ): Promise<(rows: Awaited<ReturnType<typeof showMeasures>>) => Promise<void>> {
    const {format, 'sort-column': sortColumns = [], 'sort-descending': descending = false} = flags
    const [{inPlace, isScreen}, {chooseColumns, sortRows}, {listLooks}] = await Promise.all([
      import('../../lib/render/screen.ts'),
      import('../../lib/render/formats.ts'),
      import('../../lib/render/looks.ts'),
    ])
    const frame = isScreen(process.stdout) && format === 'table' ? inPlace(process.stdout) : (text: string) => text
    const textOf = listLooks(chooseColumns(columns, flags.column), format, () => lookOf(flags))
    return async (rows) => {
      const sorted = sortRows(rows, columns, sortColumns, descending)
      const hasNone = rows.length === 0 && format === 'table'
      this.write(frame(hasNone ? 'no measures\n' : await textOf(sorted)))
    }
  }
}
