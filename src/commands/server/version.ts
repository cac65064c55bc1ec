import {BaseCommand} from '../../base-command.ts'
import {showFlags} from '../../output-flags.ts'

export default class ServerVersion extends BaseCommand {
  static override summary = 'Show which version of Gnocchi answers.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -f value -c version',
  ]
  static override flags = showFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(ServerVersion)
    const gnocchi = await this.open(flags)
    const version = await gnocchi.serverVersion.get()
    await this.printOne(version, [{name: 'version', value: (text) => text}], flags)
  }
}
