import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../base-command.ts'
import {intervalFlag, sizeFlag, spanFlag, spoolFlag} from '../flags.ts'
import {GnocchiError, HostError} from '../lib/errors.ts'
import {withMetrics} from '../lib/hosts-file/choose.ts'
import {produce, type Summary} from '../lib/produce.ts'
import {sampleFormats} from '../lib/render/samples.ts'
import {HostSampler, type Connect} from '../lib/sampling/host-sampler.ts'
import {sampleHosts} from '../lib/sampling/sample-hosts.ts'
import {samplers, type Sampler, type SamplerName} from '../lib/sampling/samplers.ts'
import {hostKeyChecks, hostKeyPolicy, type HostKeyCheck} from '../lib/ssh/host-key-policy.ts'
import {alignedTicks, take} from '../lib/time.ts'

/** Seconds that a round waits for a host: long enough for a slow one, short enough not to miss the next tick. */
const patienceSeconds = (intervalSeconds: number): number => Math.min(5, intervalSeconds * 0.8)

/** A run of one round has no next tick to miss: it waits for the slowest log-in. */
const oncePatienceSeconds = 20

/** How hosts are reached; ssh2 is loaded only for a sampler that reads them. */
async function connector(sampler: Sampler, check: HostKeyCheck, report: (line: string) => void): Promise<Connect> {
  const {file} = sampler
  if (file === undefined) return () => Promise.reject(new HostError('this source asks no host'))
  const [{openHost}, {knownHostsFiles, openKnownHosts, ownKnownHosts}] = await Promise.all([
    import('../lib/ssh/open-host.ts'),
    import('../lib/ssh/known-hosts.ts'),
  ])
  const policy = hostKeyPolicy(check, openKnownHosts(knownHostsFiles(), ownKnownHosts()), report)
  return (host, ended) => openHost(host, file, policy, ended)
}

async function* now(): AsyncGenerator<Date, void, void> {
  yield new Date()
}

export default class Produce extends BaseCommand {
  static override summary = 'Sample the memory of all hosts, again and again, and send the measures to Gnocchi.'
  static override description =
    'Hosts are read at the same moment over SSH connections that are kept open; nothing is installed on them. Each sample is on disk before it is sent and leaves it when Gnocchi has it. SIGINT and SIGTERM finish the round, send what is held and end with 0.'
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --interval 10',
    '<%= config.bin %> <%= command.id %> --once -f ndjson',
    '<%= config.bin %> <%= command.id %> --source random --count 6',
  ]
  static override flags = {
    ...hostsFileFlag,
    interval: intervalFlag('time between rounds, aligned to the clock', 10),
    source: Flags.option({
      description: 'what to sample',
      options: Object.keys(samplers) as SamplerName[],
      default: 'memory' as const,
    })(),
    count: Flags.integer({description: 'end after so many rounds, when all is sent', min: 1, exclusive: ['once']}),
    once: Flags.boolean({description: 'one round, now'}),
    format: Flags.option({
      char: 'f',
      description: 'how to print samples',
      options: ['text', 'ndjson'] as const,
      default: 'text' as const,
    })(),
    ...spoolFlag,
    'spool-max-age': spanFlag(
      'samples that could not be sent for longer are dropped, the oldest first',
      30 * 86_400,
      '30 days',
    ),
    'spool-max-size': sizeFlag('a larger spool drops its oldest samples', 1024 ** 3, '1 GiB'),
    'host-key-check': Flags.option({
      description: 'what to do with a host key not seen before; a changed one is always refused',
      options: hostKeyChecks,
      default: 'accept-new' as const,
    })(),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Produce)
    const file = await this.hostsFile(flags.config)
    const hosts = withMetrics(file.hosts)
    const gnocchi = await this.open(flags)
    const sampler = samplers[flags.source]
    const report = (line: string) => this.talk(line)
    const stop = this.stopSignal()
    const connect = await connector(sampler, flags['host-key-check'], report)
    const readers = hosts.map((host) => new HostSampler(host, sampler, connect))
    const ticks = flags.once ? now() : alignedTicks(flags.interval, stop, report)
    const patience = flags.once ? oncePatienceSeconds : patienceSeconds(flags.interval)
    const limits = {maxAgeSeconds: flags['spool-max-age'], maxBytes: flags['spool-max-size']}
    const spool = await this.openSpool(file.path, flags.spool, limits)
    try {
      const summary = await produce({
        ticks: flags.count === undefined ? ticks : take(ticks, flags.count),
        sampleAll: (at) => sampleHosts(readers, at, patience),
        ...this.delivery(gnocchi, spool),
        onSample: (sample) => this.write(sampleFormats[flags.format](sample, sampler.unit)),
      })
      this.conclude(summary, stop.aborted)
    } finally {
      readers.forEach((reader) => reader.close())
      spool.close()
    }
  }

  /** Says what was done. A run that a signal ended is a success; one that was to end by itself fails for what it missed. */
  private conclude(
    {rounds, sampled, sent, kept, parked, lost, silentHosts, sendError}: Summary,
    interrupted: boolean,
  ): void {
    const rest = [
      kept > 0 && `${kept} kept for the next run`,
      parked > 0 && `${parked} set aside`,
      lost > 0 && `${lost} lost: the disk was full`,
    ].filter(Boolean)
    this.talk(
      `${rounds} round${rounds === 1 ? '' : 's'}, ${sampled} sampled, ${sent} sent${rest.map((words) => `, ${words}`).join('')}`,
    )
    if (interrupted) {
      if (sendError) this.talk(`not sent yet: ${sendError.message}`)
      return
    }
    if (sendError) throw sendError
    if (parked > 0)
      throw new GnocchiError(`${parked} samples are set aside`, {}, [
        'gnocchictl spool show says why; once that is mended, the next run sends them',
      ])
    if (silentHosts.size > 0)
      throw new HostError(`no sample from ${[...silentHosts.keys()].join(', ')}`, [
        'what was wrong with each is said above',
      ])
  }
}
