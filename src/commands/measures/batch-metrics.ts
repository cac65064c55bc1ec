import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {parseMetricsFile} from '../../lib/measures/batch-file.ts'
import {readFileOrStdin} from '../../lib/read-file.ts'
import {notStored, sendByMetric} from '../../lib/measures/send-batch.ts'

export default class MeasuresBatchMetrics extends BaseCommand {
  static override summary = 'Add measures to many metrics, from a file of JSON.'
  static override description =
    'The file is {"metric": [{"timestamp": …, "value": …}, …], …}, metrics by id, by resource/name, or by a name that only one has. All of it is looked at before anything is sent. Metrics there are not hold back no others: they are named, and the exit code is 4. For CSV, NDJSON and what does not fit the memory: measures import.'
  static override usage = '<%= command.id %> FILE|- [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> measures.json',
    `echo '{"web-1/cpu": [{"timestamp": "now", "value": 42}]}' | <%= config.bin %> <%= command.id %> -`,
  ]
  static override args = {file: Args.string({description: 'file, or - for stdin', required: true, ignoreStdin: true})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresBatchMetrics)
    const {name, text} = await readFileOrStdin(args.file)
    const gnocchi = await this.open(flags)
    const batch = parseMetricsFile(name, text, gnocchi.now())
    const failure = notStored(await sendByMetric(gnocchi, batch), batch.size)
    if (failure) throw failure
  }
}
