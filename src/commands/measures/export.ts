import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {granularityFlag, timeFlag} from '../../flags.ts'
import {UsageError} from '../../lib/errors.ts'
import {findMetric} from '../../lib/gnocchi/metric-names.ts'
import type {Gnocchi} from '../../lib/gnocchi/client.ts'
import {openExportFile, type Sink} from '../../lib/transfer/export-file.ts'
import {exportFormats, type ExportFormatName} from '../../lib/transfer/export-formats.ts'
import {exportMeasures, type Exportable} from '../../lib/transfer/export-measures.ts'
import {ExportText} from '../../lib/transfer/export-text.ts'
import {openProgress} from '../../progress.ts'

export default class MeasuresExport extends BaseCommand {
  static override summary = 'Write the aggregates of metrics as CSV or JSON, as many as there are.'
  static override description =
    'One granularity of each metric, the finest when none is named, oldest first. `measures import` reads what it writes. Read in parts, so that neither memory nor the size of an answer limits how much.'
  static override usage = '<%= command.id %> METRIC… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1/memory.usage > memory.csv',
    '<%= config.bin %> <%= command.id %> --resource web-1 --aggregation max --granularity 1h --output web-1.csv',
    '<%= config.bin %> <%= command.id %> web-1/cpu.usage web-2/cpu.usage --start=-7d -f ndjson',
  ]
  static override args = {
    metrics: Args.string({
      name: 'METRIC',
      description: 'ids, resource/name, or names that only one has',
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {
    resource: Flags.string({
      char: 'r',
      description: 'all metrics of this resource',
      multiple: true,
      multipleNonGreedy: true,
      default: [],
      helpValue: '<resource>',
    }),
    aggregation: Flags.string({
      description: 'mean, max, count, …: what of each period; may be repeated, and each row then says which it is of',
      multiple: true,
      multipleNonGreedy: true,
      default: ['mean'],
      helpValue: '<method>',
    }),
    granularity: granularityFlag("length of the periods; the finest of each metric's policy when left out"),
    start: timeFlag('from this time on'),
    stop: timeFlag('up to this time, and without it'),
    refresh: Flags.boolean({description: 'have Gnocchi process first what is queued'}),
    output: Flags.string({char: 'o', description: 'file to write, once all is read', helpValue: '<file>'}),
    format: Flags.option({
      char: 'f',
      description: 'how to write',
      options: Object.keys(exportFormats) as ExportFormatName[],
      default: 'csv' as const,
      helpGroup: 'OUTPUT',
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresExport)
    const gnocchi = await this.open(flags)
    const metrics = await chosen(gnocchi, args.metrics ?? [], flags.resource)
    this.stopWaiting()
    const sink = flags.output === undefined ? onStdout((bytes) => this.flow(bytes)) : await openExportFile(flags.output)
    const progress = openProgress(metrics.length, '{rows} rows')
    const text = new ExportText(exportFormats[flags.format], flags.aggregation.length > 1)
    try {
      const parts = exportMeasures({
        gnocchi,
        metrics,
        methods: flags.aggregation,
        granularitySeconds: flags.granularity,
        start: flags.start,
        stop: flags.stop,
        refresh: flags.refresh,
        now: gnocchi.now(),
        onProgress: (done) => progress.update(done, {rows: String(text.rows)}),
      })
      // Nothing is written before the first part has come: till then it may turn out that there is none.
      for await (const part of parts) for (const piece of text.part(part)) if (!(await sink.write(piece))) return
      for (const piece of text.end()) await sink.write(piece)
      await sink.close()
    } finally {
      progress.stop()
      sink.abandon()
    }
    const count = `${text.rows} row${text.rows === 1 ? '' : 's'} of ${metrics.length} metric${metrics.length === 1 ? '' : 's'}`
    this.talk(flags.output === undefined ? count : `${count} written to ${flags.output}`)
  }
}

async function chosen(gnocchi: Gnocchi, names: readonly string[], resources: readonly string[]): Promise<Exportable[]> {
  if (names.length === 0 && resources.length === 0)
    throw new UsageError('export of what? Name metrics, or a resource with --resource')
  const {default: pMap} = await import('p-map')
  const named = await pMap(names, async (name) => ({...(await findMetric(gnocchi, name)), name}), {concurrency: 8})
  const owned = await pMap(resources, async (resource) =>
    (await gnocchi.metrics.ofResource(resource))
      .map((metric) => ({...metric, name: metric.name === null ? metric.id : `${resource}/${metric.name}`}))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  )
  const all = [...named, ...owned.flat()]
  // A metric that is named, and its resource too, comes once.
  return all.filter(({id}, index) => all.findIndex((one) => one.id === id) === index)
}

const onStdout = (write: Sink['write']): Sink => ({write, close: async () => undefined, abandon: () => undefined})
