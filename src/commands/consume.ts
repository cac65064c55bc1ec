import {Flags} from '@oclif/core'

import {BaseCommand, coloured, hostsFileFlag} from '../base-command.ts'
import {granularityFlag, intervalFlag, numberFlag, timeFlag} from '../flags.ts'
import {listFlags, lookOf, type ListFlags} from '../output-flags.ts'
import {offeredBy, unitOf, usualMethod} from '../lib/series/offer.ts'
import type {HostSeries, Question, Target} from '../lib/series/read.ts'
import {UsageError} from '../lib/errors.ts'
import {acrossMethods, type AcrossMethod} from '../lib/gnocchi/aggregates.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {targetsOf} from '../lib/hosts-file/choose.ts'
import type {CloudFlags} from '../lib/keystone/cloud.ts'
import {readLook} from '../lib/series/look.ts'
import {periodsThatFit} from '../lib/render/chart/axes.ts'
import type {Looks} from '../lib/render/looks.ts'
import type {Report} from '../lib/render/report/report.ts'
import {isScreen} from '../lib/render/screen.ts'
import {bytesInWords} from '../lib/size.ts'
import {looks, repeatedly, take} from '../lib/ticks.ts'

interface ConsumeFlags extends ListFlags, CloudFlags {
  config?: string | undefined
  host?: string[] | undefined
  start?: Date | undefined
  stop?: Date | undefined
  interval: number
  count?: number | undefined
  across?: AcrossMethod | undefined
  agg?: string | undefined
  granularity?: number | undefined
  last?: number | undefined
  once: boolean
  chart: boolean
  band?: boolean | undefined
  threshold?: number[] | undefined
  report?: string | undefined
}

/** What is asked, and of what: the metrics' name and unit. */
type What = Pick<Question, 'method' | 'granularitySeconds'> & {name: string; unit: string}

export default class Consume extends BaseCommand {
  static override summary = "Show the aggregates of the hosts' metrics, again and again."
  static override description = `\
On a terminal it asks for what is not given, and shows the tables in place; elsewhere it takes the mean at the finest granularity and appends: each look is a document of its own, the heading of CSV stands over the first.

With --chart it draws lines instead: as many periods as fit, times of the local clock, up to six hosts in one chart where there is colour to tell them apart.

With --across, Gnocchi makes one series of all hosts. A host that lacks a period does not take it from the others; how many had it is in the column hosts.`
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --agg max --granularity hour',
    '<%= config.bin %> <%= command.id %> --once --last 60 -f csv',
    '<%= config.bin %> <%= command.id %> --host 10.0.0.7 --start -2h --granularity minute',
    '<%= config.bin %> <%= command.id %> --chart --agg mean --granularity minute --threshold 80',
    '<%= config.bin %> <%= command.id %> --across mean --once --last 60 -f json',
    '<%= config.bin %> <%= command.id %> --report memory.html --start -7d --granularity hour',
  ]
  static override flags = {
    ...hostsFileFlag,
    ...listFlags,
    agg: Flags.string({
      description: 'aggregation method that the archive policy keeps: mean, min, max, …',
      helpValue: '<method>',
    }),
    granularity: granularityFlag('minute, hour or any duration that the archive policy keeps'),
    last: Flags.integer({
      description: 'how many periods [default: 5; with --chart as many as fit, with --report 1440]',
      min: 1,
      exclusive: ['start'],
    }),
    start: timeFlag('from then on, instead of the last periods'),
    stop: timeFlag('before then, instead of now'),
    interval: intervalFlag('time between two looks', 30),
    count: Flags.integer({description: 'end after so many looks', min: 1, exclusive: ['once']}),
    once: Flags.boolean({description: 'look once'}),
    host: Flags.string({description: 'only this host; may be repeated', multiple: true, helpValue: '<host>'}),
    across: Flags.option({description: 'all hosts as one series, made by Gnocchi', options: acrossMethods})(),
    chart: Flags.boolean({description: 'draw lines', helpGroup: 'PICTURES', exclusive: ['column', 'sort-column']}),
    band: Flags.boolean({
      description: 'shade from the least to the greatest of each period; on by itself for the mean of a single host',
      helpGroup: 'PICTURES',
      allowNo: true,
      exclusive: ['across'],
    }),
    threshold: numberFlag('draw a line at this value; may be repeated', {multiple: true, helpGroup: 'PICTURES'}),
    report: Flags.string({
      description: 'look once, and write a page with charts that can be zoomed, which needs nothing else; - is stdout',
      helpValue: '<file.html>',
      helpGroup: 'PICTURES',
      exclusive: ['chart', 'column', 'sort-column', 'count', 'once'],
    }),
  }

  async run(): Promise<void> {
    const flags: ConsumeFlags = (await this.parse(Consume)).flags
    refuse(flags)
    const file = await this.hostsFile(flags.config)
    const targets = targetsOf(file, flags.host)
    if (flags.report !== undefined)
      this.waitFor(`reading the measures of ${targets.length} host${targets.length === 1 ? '' : 's'}`)
    const gnocchi = await this.open(flags)
    const stop = this.stopSignal()
    const {name, unit, ...what} = await this.what(gnocchi, targets, flags, stop)
    const question = () => questionOf(what, flags)
    const banded = flags.band ?? (flags.report !== undefined || (flags.chart && targets.length === 1))
    const read = (asked: Question, now: Date) => readLook(gnocchi, targets, asked, now, banded)
    if (flags.report !== undefined) {
      const [asked, now] = [question(), new Date()]
      await this.report(flags.report, await read(asked, now), {question: asked, now, name, unit}, flags)
      return
    }
    const show = await this.shower(question(), {name, unit}, flags)
    const look = async (now: Date) => {
      const asked = question()
      return {asked, series: await read(asked, now)}
    }
    for await (const {asked, series} of looks(ticksOf(flags, stop), look, (line) => this.talk(line))) {
      if (!flags.once) this.stopWaiting()
      await show(series, asked)
    }
  }

  /** Method and granularity: as given, else asked for, else the mean at the finest. */
  private async what(
    gnocchi: Gnocchi,
    targets: readonly Target[],
    {agg, granularity, chart, report}: ConsumeFlags,
    stop: AbortSignal,
  ): Promise<What> {
    const given = agg !== undefined && granularity !== undefined
    if (given && !chart && report === undefined)
      return {method: agg, granularitySeconds: granularity, name: '', unit: ''}
    const {methods, granularities, name, unit} = await offeredBy(gnocchi, targets, 'metrics list')
    const about = (method: string) => ({name, unit: unitOf(method, unit)})
    if (given) return {method: agg, granularitySeconds: granularity, ...about(agg)}
    const {isInteractive, askMethod, askGranularity} = await import('../ask.ts')
    if (isInteractive() && report === undefined) {
      this.stopWaiting()
      const method = agg ?? (await askMethod(methods, stop))
      return {
        method,
        granularitySeconds: granularity ?? (await askGranularity(granularities, stop)),
        ...about(method),
      }
    }
    const method = agg ?? usualMethod(methods)
    return {method, granularitySeconds: granularity ?? granularities[0]!, ...about(method)}
  }

  /** Prints a look: for people in place on a terminal, anything else appended; why a host has nothing, to whoever reads. */
  private async shower(
    question: Question,
    about: {name: string; unit: string},
    flags: ConsumeFlags,
  ): Promise<(series: HostSeries[], question: Question) => Promise<void>> {
    const {chartLooks, framesFor, rowLooks, tableLooks} = await import('../lib/render/looks.ts')
    const terminal = process.stdout
    const colour = coloured(terminal)
    const {format, column, 'sort-column': by = [], 'sort-descending': descending = false} = flags
    const forPeople = async (): Promise<Looks | undefined> => {
      if (flags.chart) {
        const page = {...about, colour, thresholds: flags.threshold ?? [], width: () => chartWidth(flags)}
        return chartLooks(page, terminal, flags.once)
      }
      return format === 'table' && column === undefined && by.length === 0
        ? tableLooks(colour, framesFor(terminal, flags.once))
        : undefined
    }
    const people = await forPeople()
    const text = people ?? rowLooks(question, {format, column, by, descending}, () => lookOf(flags))
    let shown: [HostSeries[], Question] | undefined
    if (flags.chart && isScreen(terminal) && !flags.once)
      terminal.on('resize', () => shown && void Promise.resolve(text(...shown)).then((drawn) => this.write(drawn)))
    return async (series, asked) => {
      shown = [series, asked]
      this.write(await text(series, asked))
      if (!people) for (const {host, note} of series) if (note !== undefined) this.talk(`${host}: ${note}`)
    }
  }

  private async report(
    file: string,
    series: readonly HostSeries[],
    about: Pick<Report, 'question' | 'now' | 'name' | 'unit'>,
    {threshold = []}: ConsumeFlags,
  ): Promise<void> {
    const {reportPage} = await import('../lib/render/report/report.ts')
    const page = reportPage(series, {...about, thresholds: threshold, version: this.config.version})
    for (const {host, note} of series) if (note !== undefined) this.talk(`${host}: ${note}`)
    if (file === '-') {
      this.write(page)
      return
    }
    const {writeReport} = await import('../lib/write-report.ts')
    writeReport(file, page)
    this.talk(`wrote ${file}: ${bytesInWords(Buffer.byteLength(page))}`)
  }
}

/** Once, so often, or until it is stopped. */
function ticksOf({once, count: most, interval}: ConsumeFlags, stop: AbortSignal): AsyncIterable<Date> {
  const ticks = repeatedly(interval, stop)
  const count = once ? 1 : most
  return count === undefined ? ticks : take(ticks, count)
}

function refuse({format, chart, report, threshold, band}: ConsumeFlags): void {
  const picture = chart ? '--chart' : report === undefined ? undefined : '--report'
  if (picture && format !== 'table') throw new UsageError(`${picture} is for people: leave out --format ${format}`)
  if (picture) return
  const lone = threshold ? '--threshold' : band === undefined ? undefined : band ? '--band' : '--no-band'
  if (lone) throw new UsageError(`${lone} is for pictures: give --chart or --report too`)
}

/** One less than the terminal has: what stands in the last column is lost when the rest of the line is cleared. */
const chartWidth = (flags: ListFlags): number =>
  lookOf(flags).width?.most !== undefined
    ? Math.max(1, lookOf(flags).width!.most - 1)
    : Number(process.env['COLUMNS']) || 80

/** What is asked at this moment: a chart has as many periods as the terminal has room for. */
function questionOf(what: Pick<Question, 'method' | 'granularitySeconds'>, flags: ConsumeFlags): Question {
  const {last, start, stop, across, chart, report} = flags
  const usual = chart ? periodsThatFit(chartWidth(flags)) : report === undefined ? 5 : 1440
  return {
    ...what,
    last: last ?? usual,
    ...(start ? {start} : {}),
    ...(stop ? {stop} : {}),
    ...(across ? {across} : {}),
  }
}
