import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {indexFile} from '../../lib/completion/index-file.ts'
import {readNames} from '../../lib/completion/refresh-index.ts'
import {UsageError} from '../../lib/errors.ts'

export default class CompletionRefresh extends BaseCommand {
  static override summary = 'Make the index of names anew that Tab completes from.'
  static override description = 'Started by a press of Tab, in the background, when the index is old.'
  static override hidden = true
  static override usage = '<%= command.id %> KEY [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> 1b7y62vwdl0fp']
  static override args = {key: Args.string({description: 'name of the index', required: true, ignoreStdin: true})}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(CompletionRefresh)
    if (!/^[a-z0-9]+$/.test(args.key)) throw new UsageError(`"${args.key}" names no index: a press of Tab does`)
    const file = indexFile(args.key)
    try {
      const {transport} = await this.connect(flags)
      file.write(await readNames(transport, (names) => file.begin(names)))
    } catch (error) {
      file.fail()
      throw error
    }
  }
}
