import {Args} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {completionScripts, type Shell} from '../../lib/completion/scripts.ts'

export default class Completion extends BaseCommand {
  static override summary = 'Print what makes a shell complete commands, flags and names.'
  static override description =
    'Tab then completes commands, flags and their values, columns, names of hosts and clouds, and from an index the names of metrics (HOST/METRIC), resources, archive policies and resource types. The index is kept in ~/.cache/gnocchictl/completion for each cloud, user and project, and made anew in the background when it is older than five minutes. A press of Tab waits for names that were never asked for, two seconds at most; where Gnocchi takes longer, the next press has them.\n\nbash: eval "$(gnocchictl completion bash)" in ~/.bashrc, or the output in /etc/bash_completion.d/gnocchictl\n\nzsh: the output in a file _gnocchictl of a folder of $fpath, or eval "$(gnocchictl completion zsh)" in ~/.zshrc after compinit\n\nfish: gnocchictl completion fish > ~/.config/fish/completions/gnocchictl.fish'
  static override usage = '<%= command.id %> SHELL [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> zsh > ~/.zfunc/_gnocchictl',
    '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/gnocchictl.fish',
    'eval "$(<%= config.bin %> <%= command.id %> bash)"',
  ]
  static override args = {
    shell: Args.string({
      description: 'which shell',
      required: true,
      options: Object.keys(completionScripts),
      ignoreStdin: true,
    }),
  }

  async run(): Promise<void> {
    const {args} = await this.parse(Completion)
    this.write(completionScripts[args.shell as Shell])
  }
}
