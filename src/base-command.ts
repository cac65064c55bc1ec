import {Command, Flags} from '@oclif/core'

import type {Delivery} from './lib/delivery/sender.ts'
import type {Spool, SpoolLimits} from './lib/delivery/spool.ts'
import {openGnocchi, type Gnocchi} from './lib/gnocchi/client.ts'
import {openTransport} from './lib/gnocchi/transport.ts'
import type {HostsFile} from './lib/hosts-file/read.ts'
import {openHttp} from './lib/http.ts'
import {resolveCloud, type CloudFlags} from './lib/keystone/cloud.ts'
import {cloudOptions, type CloudOption} from './lib/keystone/options.ts'
import {openSession} from './lib/keystone/session.ts'
import {noTokenCache, openTokenCache} from './lib/keystone/token-cache.ts'
import {chooseColumns, formats, type Column, type FormatName} from './lib/render/formats.ts'

/** `--os-…`, as the table of cloud options has them. */
const cloudFlags = Object.fromEntries(
  Object.entries<CloudOption>(cloudOptions).map(([name, {help, env, boolean}]) => {
    const options = {description: `${help} [${env[0]}]`, helpGroup: 'CLOUD'}
    return [name, boolean ? Flags.boolean(options) : Flags.string({...options, helpValue: '<value>'})]
  }),
)

export const hostsFileFlag = {
  config: Flags.string({
    description: 'hosts file; ./config.json or the one in ~/.config/gnocchictl when left out [GNOCCHICTL_CONFIG]',
    helpValue: '<file>',
  }),
}

/** For a command that prints rows. */
export const outputFlags = {
  format: Flags.option({
    char: 'f',
    description: 'how to print',
    options: ['table', 'json', 'csv', 'value', 'ndjson'] as const satisfies readonly FormatName[],
    default: 'table' as const,
  })(),
  column: Flags.string({
    char: 'c',
    description: 'print only this column; may be repeated',
    multiple: true,
    helpValue: '<name>',
  }),
}

export interface OutputFlags {
  format: FormatName
  column?: string[] | undefined
}

/** Colour is for terminals, and for those who want it there: https://no-color.org */
export const coloured = (stream: {isTTY?: boolean}): boolean =>
  stream.isTTY === true && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'

/**
 * What every command shares: who to talk to, how to print, where to talk. The only place where the parts of lib/ are
 * put together. What some commands do without is loaded when it is asked for.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    'os-cloud': Flags.string({
      description: 'a cloud of clouds.yaml [OS_CLOUD]',
      helpGroup: 'CLOUD',
      helpValue: '<name>',
    }),
    ...cloudFlags,
    'no-token-cache': Flags.boolean({description: 'neither use nor keep a token of another run', helpGroup: 'CLOUD'}),
    debug: Flags.boolean({
      description: 'say on stderr what is asked of Keystone and Gnocchi, without secrets',
      helpGroup: 'GLOBAL',
    }),
  }

  /** Settings → cloud → session → client. Nothing is sent before the client is used. */
  protected async open(flags: CloudFlags & {'no-token-cache'?: boolean; debug?: boolean}): Promise<Gnocchi> {
    const cloud = await resolveCloud(flags, process.env)
    const http = openHttp(cloud.tls, flags.debug ? (line) => this.talk(line) : undefined)
    const session = openSession(cloud, http, flags['no-token-cache'] ? noTokenCache : openTokenCache(), (line) =>
      this.talk(`warning: ${line}`),
    )
    return openGnocchi(openTransport(http, session), () => new Date(Date.now() - session.clockAheadSeconds() * 1000))
  }

  /**
   * Aborts on the first SIGINT or SIGTERM, and when nobody reads stdout any more: a loop then ends as designed.
   * A second signal ends the program at once.
   */
  protected stopSignal(): AbortSignal {
    const stop = new AbortController()
    const onSignal = (signal: NodeJS.Signals) => {
      if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
      stop.abort()
    }
    // atomically listens too (when-exit), to send the same signal once more: that would count as the second one.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).on(signal, onSignal)
    process.stdout.on('error', () => stop.abort())
    return stop.signal
  }

  /** The spool of a hosts file, held until it is closed. */
  protected async openSpool(hostsFile: string, folder: string | undefined, limits?: SpoolLimits): Promise<Spool> {
    const {openSpool, spoolFile} = await import('./lib/delivery/spool.ts')
    return openSpool(spoolFile(hostsFile, folder), limits, (line) => this.talk(line))
  }

  protected delivery(gnocchi: Gnocchi, spool: Spool): Delivery {
    return {
      spool,
      send: gnocchi.measures.send,
      policyOf: async (metric) => (await gnocchi.metrics.get(metric)).archivePolicy,
      now: gnocchi.now,
      report: (line) => this.talk(line),
    }
  }

  /** The hosts file, its warnings said. */
  protected async hostsFile(flag: string | undefined): Promise<HostsFile> {
    const {findHostsFile, readHostsFile} = await import('./lib/hosts-file/read.ts')
    const file = readHostsFile(findHostsFile(flag, process.env))
    file.warnings.forEach((warning) => this.talk(`warning: ${warning}`))
    return file
  }

  /** Data, to stdout: as people or programs want it. No rows is a sentence, on stderr, where people read. */
  protected print<T>(
    rows: readonly T[],
    columns: readonly Column<T>[],
    {format, column}: OutputFlags,
    nothing = 'nothing to show',
  ): void {
    if (rows.length === 0 && format === 'table') this.talk(nothing)
    this.write(formats[format].list(rows, chooseColumns(columns, column)))
  }

  /** One thing, its columns as fields. */
  protected printOne<T>(row: T, columns: readonly Column<T>[], {format, column}: OutputFlags): void {
    this.write(formats[format].one(row, chooseColumns(columns, column)))
  }

  protected write(text: string): void {
    process.stdout.write(text)
  }

  /** Talk, to stderr. Not through oclif, which would break the lines at 80 columns. */
  protected talk(line: string): void {
    process.stderr.write(`${line}\n`)
  }
}
