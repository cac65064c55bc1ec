import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {parseResourcesFile} from '../../lib/measures/batch-file.ts'
import {readFileOrStdin} from '../../lib/read-file.ts'
import {notStored, sendByResource} from '../../lib/measures/send-batch.ts'

export default class MeasuresBatchResourcesMetrics extends BaseCommand {
  static override summary = 'Add measures to metrics of many resources, from a file of JSON.'
  static override description =
    'The file is {"resource": {"metric": [{"timestamp": …, "value": …}, …], …}, …}; in place of the list may stand {"archive_policy_name": …, "unit": …, "measures": […]}, for --create-metrics. All of it is looked at before anything is sent. Metrics there are not hold back no others: they are named, and the exit code is 4.'
  static override usage = '<%= command.id %> FILE|- [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> measures.json --create-metrics',
    `echo '{"web-1": {"cpu": [{"timestamp": "now", "value": 42}]}}' | <%= config.bin %> <%= command.id %> -`,
  ]
  static override args = {file: Args.string({description: 'file, or - for stdin', required: true, ignoreStdin: true})}
  static override flags = {
    'create-metrics': Flags.boolean({description: 'make metrics that are not there yet; resources are never made'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(MeasuresBatchResourcesMetrics)
    const {name, text} = await readFileOrStdin(args.file)
    const gnocchi = await this.open(flags)
    const batch = parseResourcesFile(name, text, gnocchi.now())
    const metrics = [...batch.values()].reduce((sum, named) => sum + named.size, 0)
    const failure = notStored(await sendByResource(gnocchi, batch, flags['create-metrics']), metrics)
    if (failure) throw failure
  }
}
