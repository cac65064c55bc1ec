import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag, isUnread} from '../../base-command.ts'
import {intervalFlag, sizeFlag, sourceFlag, spanFlag, spoolFlag, sshFlags, type SshFlags} from '../../flags.ts'
import {defaultLimits} from '../../lib/delivery/spool-limits.ts'
import type {Spool} from '../../lib/delivery/spool.ts'
import {GnocchiError, HostError} from '../../lib/errors.ts'
import type {Gnocchi} from '../../lib/gnocchi/client.ts'
import {withMetrics} from '../../lib/hosts-file/choose.ts'
import {isSameHost} from '../../lib/hosts-file/read.ts'
import {followHostsFile} from '../../lib/hosts-file/reload.ts'
import type {Report} from '../../lib/log.ts'
import {produce, type Summary} from '../../lib/produce.ts'
import {sampleFormats} from '../../lib/render/samples.ts'
import {summaryInWords} from '../../lib/render/summary.ts'
import {HostSampler, type Connect} from '../../lib/sampling/host-sampler.ts'
import {Roster} from '../../lib/sampling/roster.ts'
import {sampleHosts} from '../../lib/sampling/sample-hosts.ts'
import {samplers, sources, type Sampler, type Source} from '../../lib/sampling/samplers.ts'
import {openService} from '../../lib/service/service.ts'
import {statusFile} from '../../lib/service/status-file.ts'
import {StatusKeeper, type Status} from '../../lib/service/status.ts'
import {alignedTicks, take} from '../../lib/ticks.ts'

/** Seconds that a round waits for a host: long enough for a slow one, short enough not to miss the next tick. */
const patienceSeconds = (intervalSeconds: number): number => Math.min(5, intervalSeconds * 0.8)

/** A run of one round has no next tick to miss: it waits for the slowest log-in. */
const oncePatienceSeconds = 20

interface ProduceFlags {
  interval: number
  once: boolean
  count?: number | undefined
  source: Source
  format: keyof typeof sampleFormats
  'health-port'?: number | undefined
}

/** What a run works with. */
interface Parts {
  /** Of the hosts file. */
  path: string
  gnocchi: Gnocchi
  roster: Roster
  spool: Spool
  stop: AbortSignal
}

async function* now(): AsyncGenerator<Date, void, void> {
  yield new Date()
}

function roundsOf({interval, once, count}: ProduceFlags, stop: AbortSignal, report: Report): AsyncIterable<Date> {
  const ticks = once ? now() : alignedTicks(interval, stop, (line) => report(line, {level: 'warn'}))
  return count === undefined ? ticks : take(ticks, count)
}

export default class Produce extends BaseCommand {
  #unread = false

  static override summary = 'Sample the memory of all hosts, again and again, and send the measures to Gnocchi.'
  static override description =
    'Hosts are read at the same moment over SSH connections that are kept open; nothing is installed on them. Each sample is on disk before it is sent and leaves it when Gnocchi has it. A hosts file that changes, or SIGHUP, is read again. SIGINT and SIGTERM finish the round, send what is held and end with 0.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --interval 10',
    '<%= config.bin %> <%= command.id %> --once -f ndjson',
    '<%= config.bin %> <%= command.id %> --source random --count 6',
    '<%= config.bin %> <%= command.id %> --log-format json --health-port 9464',
  ]
  static override flags = {
    ...hostsFileFlag,
    interval: intervalFlag('time between rounds, aligned to the clock', 10),
    ...sourceFlag(sources),
    count: Flags.integer({description: 'end after so many rounds, when all is sent', min: 1, exclusive: ['once']}),
    once: Flags.boolean({description: 'one round, now'}),
    format: Flags.option({
      char: 'f',
      description: 'how to print samples',
      options: ['text', 'ndjson'] as const,
      default: 'text' as const,
    })(),
    'health-port': Flags.integer({
      description: 'serve /healthz and /metrics (OpenMetrics) on this port of 127.0.0.1',
      min: 1,
      max: 65_535,
      helpValue: '<port>',
    }),
    ...spoolFlag,
    'spool-max-age': spanFlag(
      'samples that could not be sent for longer are dropped, the oldest first',
      defaultLimits.maxAgeSeconds,
      '30 days',
    ),
    'spool-max-size': sizeFlag('a larger spool drops its oldest samples', defaultLimits.maxBytes, '1 GiB'),
    ...sshFlags,
  }

  /** How hosts are reached, if the sampler reads them at all. */
  private async connector({file}: Sampler, flags: SshFlags): Promise<Connect> {
    if (file === undefined) return () => Promise.reject(new HostError('this source asks no host'))
    const ssh = await this.openSsh(flags)
    return (host, ended) => ssh.open(host, file, ended)
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Produce)
    const file = await this.hostsFile(flags.config)
    const hosts = withMetrics(file.hosts)
    const gnocchi = await this.open(flags)
    this.stopWaiting()
    const stop = this.stopSignal()
    const sampler = samplers[flags.source]
    const connect = await this.connector(sampler, flags)
    const roster = new Roster((host) => new HostSampler(host, sampler, connect), isSameHost)
    roster.replace(hosts)
    const limits = {maxAgeSeconds: flags['spool-max-age'], maxBytes: flags['spool-max-size']}
    const spool = await this.openSpool(file.path, flags.spool, limits)
    try {
      const summary = await this.#produce({path: file.path, gnocchi, roster, spool, stop}, flags)
      this.conclude(summary, stop.aborted)
    } finally {
      roster.close()
      spool.close()
      if (stop.aborted) this.endThoughUnread()
    }
  }

  /** Samples and sends until the rounds end, and shows itself to the outside all the while. */
  async #produce({path, gnocchi, roster, spool, stop}: Parts, flags: ProduceFlags): Promise<Summary> {
    const report: Report = (line, about) => this.talk(line, about)
    const keeper = new StatusKeeper({
      intervalSeconds: flags.once ? undefined : flags.interval,
      hosts: () => roster.labels(),
      backlog: () => spool.count(),
      clockAheadSeconds: () => (Date.now() - gnocchi.now().getTime()) / 1000,
    })
    const status = () => keeper.status()
    const service = await openService(statusFile(spool.file), flags['health-port'], status, process.env, report)
    try {
      const hostsFile = followHostsFile(path, (read) => roster.replace(read), report)
      this.onHangUp(() => service.reload(() => hostsFile.reload()))
      stop.addEventListener('abort', () => service.stopping())
      const patience = flags.once ? oncePatienceSeconds : patienceSeconds(flags.interval)
      const summary = await produce({
        ticks: roundsOf(flags, stop, report),
        sampleAll(at) {
          hostsFile.look()
          return sampleHosts(roster.samplers(), at, patience)
        },
        ...this.delivery(gnocchi, spool),
        onSample: (sample) => this.#printSample(sampleFormats[flags.format](sample, samplers[flags.source].unit)),
        notice(event) {
          keeper.notice(event)
          service.update()
        },
      })
      this.#nameUnheard(status(), summary, stop.aborted)
      return summary
    } finally {
      service.close()
    }
  }

  /** A host that is still being connected to has not failed, so nothing was said of it. */
  #nameUnheard({hosts}: Status, {silentHosts}: Summary, interrupted: boolean): void {
    for (const {host} of hosts.filter(({state}) => state === 'unknown')) {
      const error = new HostError(`${host}: no answer before the run ended`)
      silentHosts.set(host, error)
      if (!interrupted) this.talk(error.message, {level: 'warn', host})
    }
  }

  /** A reader of stdout that has stopped reading costs it lines, and us no memory. */
  #printSample(text: string): void {
    const unread = isUnread(process.stdout)
    if (!unread) this.write(text)
    if (unread !== this.#unread)
      this.talk(
        unread ? 'nobody reads stdout: samples are sent, but not printed until somebody does' : 'stdout is read again',
        {level: 'warn'},
      )
    this.#unread = unread
  }

  /** Says what was done. A run that a signal ended is a success; one that was to end by itself fails for what it missed. */
  private conclude(summary: Summary, interrupted: boolean): void {
    const {kept, parked, silentHosts, sendError} = summary
    this.talk(summaryInWords(summary))
    if (interrupted) {
      if (sendError) this.talk(`not sent yet: ${sendError.message}`, {level: 'warn', backlog: kept})
      return
    }
    if (sendError) throw sendError
    if (parked > 0)
      throw new GnocchiError(`${parked} ${parked === 1 ? 'sample is' : 'samples are'} set aside`, {}, [
        'gnocchictl spool show says why; once that is mended, the next run sends them',
      ])
    if (silentHosts.size > 0)
      throw new HostError(`no sample from ${[...silentHosts.keys()].join(', ')}`, [
        'what was wrong with each is said above',
      ])
  }
}
