import {join} from 'node:path'

import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {listFlags, type ListFlags} from '../../output-flags.ts'
import {AppError, exitCodes, GnocchiError, UsageError} from '../../lib/errors.ts'
import {stateFolder} from '../../lib/folders.ts'
import type {Gnocchi} from '../../lib/gnocchi/client.ts'
import {newestOfEach} from '../../lib/gnocchi/newest.ts'
import {importedColumns, verifiedColumns} from '../../lib/render/transfer.ts'
import {openCheckpoint, type CheckpointFile} from '../../lib/transfer/checkpoint.ts'
import {findOrCreate} from '../../lib/transfer/find-or-create.ts'
import {inputFormats, type InputFormatName} from '../../lib/transfer/formats/formats.ts'
import {importMeasures, type ImportedMetric, type Target} from '../../lib/transfer/import-measures.ts'
import {inTotal, lossInWords, rateOf, skippedInWords} from '../../lib/transfer/summary.ts'
import {openSource, type Source} from '../../lib/transfer/source.ts'
import {timeZone, type TimeZone} from '../../lib/transfer/time-zone.ts'
import {tooOldInWords} from '../../lib/transfer/too-old.ts'
import {timestampUnits, type TimestampUnit} from '../../lib/transfer/timestamps.ts'
import {heldOf, verify, type Verified} from '../../lib/transfer/verify.ts'
import {openProgress} from '../../progress.ts'

export default class MeasuresImport extends BaseCommand {
  static override summary = 'Store the measures of a file: CSV, NDJSON or InfluxDB line protocol, of any size.'
  static override description = `CSV has the columns timestamp,value (whose metric --metric names), or metric,timestamp,value, or timestamp and a column for each metric. NDJSON has {"metric": …, "timestamp": …, "value": …} on each line. Of the line protocol, field f of measurement m becomes the metric m.f of the resource that the tag host names, as Gnocchi's own endpoint for it has it. Metrics are named by id, by resource/name or by a name that only one has.

Times are ISO 8601, in UTC or --timezone where they name no zone, or numbers of --timestamp-unit. An hour that a clock of that zone skips is refused; of one that it shows twice, a time is the first, or the second once its metric has had the first. What would do harm in Gnocchi is refused with its line: values that are no number, times in the future or beyond 2262. The first bad line ends the import with exit code 2, unless --skip-bad; what stands before it is stored. What is sent twice counts once, so that an import may be repeated, and one that was broken off goes on with --resume.

Gnocchi drops a measure that is older than its policy's back window allows once newer ones of its metric are processed: sort files by time. What is too old beside what Gnocchi has already is said before it is sent, and at the end, or with --dry-run, how much of which metric that is; what Gnocchi holds of that time already, since a file is imported once more, does not count. --verify reads back how many measures Gnocchi holds; the exit code is 4 when some are not there, or when Gnocchi knows a metric no more.`
  static override usage = '<%= command.id %> FILE|- [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> history.csv',
    '<%= config.bin %> <%= command.id %> cpu.csv --metric web-1/cpu.usage --verify',
    '<%= config.bin %> <%= command.id %> sensors.csv --metric T1=hall/temperature --metric T2=attic/temperature',
    '<%= config.bin %> <%= command.id %> history.csv --resume',
    '<%= config.bin %> <%= command.id %> plant.csv --metric plant/output --timezone Europe/Berlin',
    'zcat dump.ndjson.gz | <%= config.bin %> <%= command.id %> - --create --archive-policy low',
  ]
  static override args = {
    file: Args.string({name: 'FILE', description: 'file, or - for stdin', ignoreStdin: true}),
  }
  static override flags = {
    ...listFlags,
    'input-format': Flags.option({
      description: 'how the file is written; by the end of its name or its first line when left out',
      options: Object.keys(inputFormats) as InputFormatName[],
    })(),
    metric: Flags.string({
      char: 'm',
      description: 'metric of a file that names none, or COLUMN=METRIC for a column called otherwise; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      helpValue: '<metric>',
    }),
    'timestamp-unit': Flags.option({
      description: 'what times that are bare numbers count since 1970 [default: s; ns for influx]',
      options: Object.keys(timestampUnits) as TimestampUnit[],
    })(),
    timezone: Flags.custom<TimeZone>({
      description:
        'what times without a zone are of: Europe/Berlin or another zone of the IANA database, or an offset, --timezone=-05:00 [default: UTC]',
      helpValue: '<zone>',
      parse: async (text) => timeZone(text),
    })(),
    'resource-tag': Flags.string({
      description: 'tag of the line protocol that names the resource',
      default: 'host',
      helpValue: '<tag>',
    }),
    create: Flags.boolean({
      description: 'make the metrics that there are not, and their resources',
      exclusive: ['dry-run'],
    }),
    'archive-policy': Flags.string({
      description: 'archive policy of the metrics that --create makes; by the rules when left out',
      dependsOn: ['create'],
      helpValue: '<name>',
    }),
    'skip-bad': Flags.boolean({description: 'leave out lines that cannot be imported, and say how many'}),
    'dry-run': Flags.boolean({description: 'read, check and count all of it, look the metrics up, and send nothing'}),
    resume: Flags.boolean({
      description: 'go on where an earlier import of the file was broken off; not for stdin',
      exclusive: ['dry-run'],
    }),
    verify: Flags.boolean({
      description: 'afterwards, count what Gnocchi holds of each metric',
      exclusive: ['dry-run'],
    }),
    'in-flight': Flags.integer({
      description: 'requests under way at the same time',
      default: 4,
      min: 1,
      max: 64,
      helpValue: '<n>',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresImport)
    const warn = (line: string) => this.talk(line, {level: 'warn'})
    const source = openSource(args.file)
    const checkpoint = checkpointOf(source, flags, warn)
    const storedTo = flags.resume ? checkpoint!.resumeAt() : 0
    const gnocchi = await this.open(flags)
    this.stopWaiting()
    const progress = openProgress(source.size, '{measures} measures  {rate}/s')
    const elapsed = stopwatch()
    const onProgress = ({bytes, measures}: {bytes: number; measures: number}) =>
      progress.update(bytes, {measures: String(measures), rate: rateOf(measures, elapsed())})
    try {
      const imported = await importMeasures({
        ...source,
        ...readerOptions(flags),
        storedTo,
        skipBad: flags['skip-bad'],
        inFlight: flags['in-flight'],
        ...asking(gnocchi, flags),
        onStored: (offset, metric) => checkpoint?.keep(offset, metric),
        onProgress,
        report: warn,
        signal: this.stopSignal(),
      })
      progress.stop()
      skippedInWords(source.path, imported).forEach(warn)
      tooOldInWords(imported.metrics, flags['dry-run']).forEach(warn)
      this.talk(inTotal(imported, {milliseconds: elapsed(), dryRun: flags['dry-run'], resumed: storedTo > 0}))
      if (imported.stopped) throw new AppError(`${source.path}: stopped before its end`, exitCodes.interrupted)
      checkpoint?.remove()
      await this.#show(imported.metrics, gnocchi, flags)
    } catch (error) {
      throw resumable(error, checkpoint)
    } finally {
      progress.stop()
      source.close()
      checkpoint?.close()
    }
  }

  /** With `--verify`, what Gnocchi holds; with `--dry-run`, what the file does. @throws GnocchiError when some is missing */
  async #show(metrics: readonly ImportedMetric[], gnocchi: Gnocchi, flags: ListFlags & ImportFlags): Promise<void> {
    const verified = flags.verify ? await counted(gnocchi, metrics) : undefined
    if (verified) await this.print(verified, verifiedColumns, flags)
    else if (flags['dry-run']) await this.print(metrics, importedColumns, flags)
    const loss = lossInWords(verified ?? metrics)
    if (loss !== undefined) throw new GnocchiError(loss)
  }
}

/** Gnocchi processes what it counts first: that may take longer than the import. */
async function counted(gnocchi: Gnocchi, metrics: readonly ImportedMetric[]): Promise<Verified[]> {
  const progress = openProgress(metrics.length, '{metrics} metrics verified')
  try {
    return await verify(gnocchi, metrics, (count) => progress.update(count, {metrics: String(count)}))
  } finally {
    progress.stop()
  }
}

interface ImportFlags {
  'input-format'?: InputFormatName | undefined
  metric: string[]
  'timestamp-unit'?: TimestampUnit | undefined
  timezone?: TimeZone | undefined
  'resource-tag': string
  create: boolean
  'archive-policy'?: string | undefined
  'dry-run': boolean
  resume: boolean
  verify: boolean
}

function stopwatch(): () => number {
  const begun = performance.now()
  return () => performance.now() - begun
}

/** What an import asks of Gnocchi. */
const asking = (gnocchi: Gnocchi, flags: ImportFlags) => ({
  resolve: findOrCreate(gnocchi, flags.create ? {archivePolicyName: flags['archive-policy']} : undefined),
  newestOf: (targets: readonly Target[], since: Date) => newestOfEach(gnocchi, targets, since, gnocchi.now()),
  heldOf: (target: Target, from: Date, to: Date) => heldOf(gnocchi, target, from, to),
  send: flags['dry-run'] ? undefined : gnocchi.measures.send,
  now: gnocchi.now,
})

const readerOptions = (flags: ImportFlags) => ({
  format: flags['input-format'],
  metrics: flags.metric,
  resourceTag: flags['resource-tag'],
  unit: flags['timestamp-unit'],
  timezone: flags.timezone,
})

/** None for what cannot be read twice, and where nothing is sent. @throws UsageError */
function checkpointOf(
  {path, size}: Source,
  flags: ImportFlags,
  report: (line: string) => void,
): CheckpointFile | undefined {
  if (size === undefined && flags.resume)
    throw new UsageError(`--resume: ${path} is no file of which an earlier import could be known`, [
      'import it without --resume: what is stored already counts once',
      'or write it to a file first, and import that',
    ])
  if (size === undefined || flags['dry-run']) return undefined
  // An import that is resumed must read the file as the one before did.
  return openCheckpoint(path, join(stateFolder(), 'import'), JSON.stringify(readerOptions(flags)), report)
}

/** What was broken off through no fault of the file's, with how to go on, where that is possible. */
function resumable(error: unknown, checkpoint: CheckpointFile | undefined): unknown {
  checkpoint?.close()
  if (error instanceof AppError && !(error instanceof UsageError) && checkpoint?.isKept())
    error.suggestions.push('go on with --resume')
  return error
}
