import {BaseCommand, hostsFileFlag} from '../../base-command.ts'
import {hostsArg, sourceFlag, sshFlags} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {checkHosts} from '../../lib/check-hosts.ts'
import {HostError} from '../../lib/errors.ts'
import {chooseHosts} from '../../lib/hosts-file/choose.ts'
import {checkColumns} from '../../lib/render/hosts.ts'
import {hostSources, samplers} from '../../lib/sampling/samplers.ts'

export default class HostsCheck extends BaseCommand {
  static override summary = 'Try every host as produce would, and say what works.'
  static override description =
    'Shows whether each host is reached, whether its host key is known, how it let us in, how its memory is read and how long one read takes. Nothing is sent to Gnocchi, and no host key is stored. Fails with 5 when a host cannot be sampled.'
  static override usage = '<%= command.id %> [HOST…] [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> web-1 10.0.0.7 -f json',
  ]
  static override args = {hosts: hostsArg}
  static override flags = {...hostsFileFlag, ...sourceFlag(hostSources), ...listFlags, ...sshFlags}

  async run(): Promise<void> {
    const {args, flags} = await this.parse(HostsCheck)
    const hosts = chooseHosts(await this.hostsFile(flags.config), args.hosts)
    this.waitFor(`trying ${hosts.length} host${hosts.length === 1 ? '' : 's'}`)
    const sampler = samplers[flags.source]
    const rows = await checkHosts(hosts, sampler, await this.openSsh(flags))
    await this.print(rows, checkColumns(sampler), flags)
    const bad = rows.filter(({problem}) => problem)
    if (bad.length > 0)
      throw new HostError(`${bad.map(({host}) => host).join(', ')}: cannot be sampled`, [
        ...new Set(bad.flatMap(({problem}) => problem!.suggestions)),
      ])
  }
}
