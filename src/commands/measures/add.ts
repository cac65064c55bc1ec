import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {metricArg, resourceIdFlag} from '../../flags.ts'
import {isoInstant} from '../../lib/instant.ts'
import {findMetricId} from '../../lib/gnocchi/metric-names.ts'
import {parseMeasure} from '../../lib/measures/batch-file.ts'
import {notStored} from '../../lib/measures/send-batch.ts'

export default class MeasuresAdd extends BaseCommand {
  static override summary = 'Add measures to a metric.'
  static override description =
    'A time without an offset is local. What Gnocchi would take and be harmed by, is not sent: no number, no time, a time in the future.'
  static override usage = '<%= command.id %> METRIC -m [TIME@]VALUE… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> web-1/memory.usage -m 42.5',
    '<%= config.bin %> <%= command.id %> memory.usage -r web-1 -m 2026-11-24T10:00:00@42.5 -m -5m@43',
  ]
  static override args = {metric: metricArg}
  static override flags = {
    ...resourceIdFlag,
    measure: Flags.string({
      char: 'm',
      description: 'time and value with an @ between them, or a value alone, of now; may be repeated',
      required: true,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<[time@]value>',
    }),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresAdd)
    const now = new Date()
    flags.measure.forEach((text) => parseMeasure(text, now))
    const gnocchi = await this.open(flags)
    const id = await findMetricId(gnocchi, args.metric, {resourceId: flags['resource-id']})
    const asked = gnocchi.now()
    const measures = flags.measure.map((text) => parseMeasure(text, asked))
    const moments = new Set(measures.map((measure) => isoInstant({nanoseconds: 0, ...measure})))
    if (moments.size < measures.length)
      this.talk('warning: several of these measures are of one moment: Gnocchi keeps one of those', {level: 'warn'})
    const refused = await gnocchi.measures.send(new Map([[id, measures]]))
    // Gone, or another's: as every command says it.
    if (refused.length > 0) await gnocchi.metrics.get(id)
    const failure = notStored(
      refused.map(({reason}) => ({name: args.metric, reason})),
      1,
    )
    if (failure) throw failure
  }
}
