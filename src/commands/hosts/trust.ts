import {Flags} from '@oclif/core'

import {askYes, isInteractive} from '../../ask.ts'
import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {hostsArg, sshFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {HostError, UsageError} from '../../lib/errors.ts'
import {chooseHosts} from '../../lib/hosts-file/choose.ts'
import {keyColumns} from '../../lib/render/hosts.ts'
import {fetchKeys, newKeys} from '../../lib/trust-hosts.ts'

export default class HostsTrust extends BaseCommand {
  static override summary = 'Show the host keys of hosts, and keep them after a yes.'
  static override description =
    "The keys go to gnocchictl's own known_hosts, ~/.local/state/gnocchictl/known_hosts, so that --host-key-check strict knows them. Compare the fingerprints with those that ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub prints on the host. A key that has changed is shown and never replaced: remove its line first."
  static override usage = '<%= command.id %> [HOST…] [--yes] [flags]'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> web-1 --yes']
  static override args = {hosts: hostsArg}
  static override flags = {
    ...hostsFileFlag,
    ...listFlags,
    ...sshFlags,
    yes: Flags.boolean({char: 'y', description: 'keep new keys without asking'}),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HostsTrust)
    const hosts = chooseHosts(await this.hostsFile(flags.config), args.hosts)
    this.waitFor(`asking ${hosts.length} host${hosts.length === 1 ? '' : 's'} for its key`)
    const rows = await fetchKeys(hosts, await this.openSsh(flags))
    await this.print(rows, keyColumns, flags)
    const keys = newKeys(rows)
    const words = `${keys.length} new key${keys.length === 1 ? '' : 's'}`
    if (keys.length > 0) {
      if (await this.isTrusted(flags.yes, words)) {
        keys.forEach((key) => key.keep())
        this.talk(`${words} kept`)
      } else this.talk('none kept')
    } else this.talk('no new key')
    const bad = rows.filter(({problem}) => problem !== undefined).map(({host}) => host)
    if (bad.length > 0) throw new HostError(`${bad.join(', ')}: not trusted; why, stands in the row`)
  }

  private async isTrusted(yes: boolean, words: string): Promise<boolean> {
    if (yes) return true
    this.stopWaiting()
    if (isInteractive()) return askYes(`Keep ${words}?`, this.stopSignal())
    throw new UsageError(`${words}, and nobody is there to say yes`, [
      'compare the fingerprints, then say it with --yes',
    ])
  }
}
