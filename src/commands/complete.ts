import {Flags} from '@oclif/core'

import {BaseCommand} from '../base-command.ts'
import {completionScripts} from '../lib/completion/scripts.ts'

export default class Complete extends BaseCommand {
  static override summary = 'Print what makes bash complete, as the official client does.'
  static override description = "Taken for the official client's sake; for other shells there is completion."
  static override hidden = true
  static override usage = '<%= command.id %> [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %> > /etc/bash_completion.d/gnocchictl']
  static override flags = {
    name: Flags.string({description: 'taken and ignored: the program is called gnocchictl', helpValue: '<name>'}),
    shell: Flags.option({description: 'which shell', options: ['bash', 'none'] as const, default: 'bash' as const})(),
  }

  async run(): Promise<void> {
    await this.parse(Complete)
    this.write(completionScripts.bash)
  }
}
