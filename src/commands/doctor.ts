import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../base-command.ts'
import {durationFlag, sourceFlag, spoolFlag, sshFlags} from '../flags.ts'
import {listFlags} from '../output-flags.ts'
import {checkHosts} from '../lib/check-hosts.ts'
import {examine, type Examined} from '../lib/doctor/check.ts'
import {checks} from '../lib/doctor/checks.ts'
import {Examination} from '../lib/doctor/examination.ts'
import {AppError} from '../lib/errors.ts'
import {listFormats} from '../lib/render/formats.ts'
import {clean} from '../lib/clean.ts'
import {findingColumns, findingLines} from '../lib/render/findings.ts'
import {hostSources, samplers} from '../lib/sampling/samplers.ts'

const names = checks.map(({name}) => name.replaceAll(' ', '-'))

export default class Doctor extends BaseCommand {
  static override summary = 'Look at everything that has to work, say what is wrong, and what mends it.'
  static override description =
    'A line for each check: the hosts file, the cloud and where its settings come from, Keystone and the clocks, the catalogue, the version of Gnocchi, the hosts, their metrics and archive policies, whether measures still arrive, what waits on disk and in Gnocchi. Nothing is changed anywhere. Ends with 0 when nothing is wrong (a warning is not), else with the code of the first thing that is: 2 settings, 3 Keystone, 4 Gnocchi, 5 hosts.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --skip hosts -f json',
    '<%= config.bin %> <%= command.id %> --os-cloud lab --only cloud --only keystone --only gnocchi',
  ]
  static override flags = {
    only: Flags.option({
      description: 'look at this alone; may be repeated',
      options: names,
      multiple: true,
      multipleNonGreedy: true,
      exclusive: ['skip'],
    })(),
    skip: Flags.option({
      description: 'do not look at this; may be repeated',
      options: names,
      multiple: true,
      multipleNonGreedy: true,
    })(),
    interval: durationFlag('how often hosts are sampled; as the producer does or did, else 10s, when left out'),
    patience: durationFlag(
      "how long Gnocchi's backlog is watched before it is said to stand still [default: 1 minute]",
    ),
    ...hostsFileFlag,
    ...sourceFlag(hostSources),
    ...spoolFlag,
    ...listFlags,
    format: Flags.option({
      char: 'f',
      description: 'how to print; text: a line for each check as it is done',
      options: ['text', ...listFormats] as const,
      default: 'text' as const,
      helpGroup: 'OUTPUT',
    })(),
    ...sshFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const {format, only, skip = []} = flags
    const chosen = checks.filter((_, index) => (only ?? names).includes(names[index]!) && !skip.includes(names[index]!))
    const examination = new Examination({
      config: flags.config,
      env: process.env,
      spool: flags.spool,
      intervalSeconds: flags.interval ?? (await this.#producersInterval(flags)) ?? 10,
      patienceSeconds: flags.patience ?? 60,
      // A token of another run would hide that there is no logging in.
      connect: () => this.connect({...flags, 'no-token-cache': true}),
      checkHosts: async (hosts) => checkHosts(hosts, samplers[flags.source], await this.openSsh(flags)),
    })
    const found: Examined[] = []
    const left = chosen.map(({name}) => name)
    const lookAtNext = () => {
      const name = left.shift()
      if (name !== undefined) this.waitFor(`looking at ${name}`)
    }
    lookAtNext()
    for await (const findings of examine(chosen, examination)) {
      found.push(...findings)
      if (format === 'text') this.write(clean(findingLines(findings)))
      lookAtNext()
    }
    if (format !== 'text') await this.print(found, findingColumns, {...flags, format})
    process.exitCode = found.find(({verdict}) => verdict === 'wrong')?.code ?? 0
  }

  async #producersInterval(flags: {
    config?: string | undefined
    spool?: string | undefined
  }): Promise<number | undefined> {
    try {
      const {findHostsFile} = await import('../lib/hosts-file/read.ts')
      const {spoolFile} = await import('../lib/delivery/spool.ts')
      const {readStatus, statusFile} = await import('../lib/service/status-file.ts')
      const file = spoolFile(findHostsFile(flags.config, process.env), flags.spool)
      return readStatus(statusFile(file))?.intervalSeconds ?? undefined
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      // What is wrong there is a finding of the checks.
      return undefined
    }
  }
}
