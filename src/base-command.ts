import {Command, Flags} from '@oclif/core'
import type {Input, ParserOutput} from '@oclif/core/interfaces'

import {withFullNames, type Flags as KnownFlags} from './abbreviated-flags.ts'
import {refuseEmptyRange, type SshFlags} from './flags.ts'
import {lookOf, type ListFlags, type ShowFlags} from './output-flags.ts'
import {connect, type Connection} from './lib/connect.ts'
import type {Delivery} from './lib/delivery/sender.ts'
import type {SpoolLimits} from './lib/delivery/spool-limits.ts'
import type {Spool} from './lib/delivery/spool.ts'
import type {Gnocchi} from './lib/gnocchi/client.ts'
import {exitCodes} from './lib/errors.ts'
import {ahead, allOf} from './lib/gnocchi/pages.ts'
import type {HostsFile} from './lib/hosts-file/read.ts'
import type {CloudFlags} from './lib/keystone/cloud.ts'
import {cloudOptions, variableOf, type CloudOption, type CloudOptionName} from './lib/keystone/options.ts'
import {logFormats, logLevels, openLog, openLogFile, type About, type LogFormat, type LogLevel} from './lib/log.ts'
import {chooseColumns, formats, inPieces, sortRows, type Column, type Format} from './lib/render/formats.ts'
import {isScreen} from './lib/render/screen.ts'
import type {Ssh} from './lib/ssh/open-host.ts'
import {withLastValues} from './repeated-flags.ts'
import {noWaiting, openWaiting} from './waiting.ts'

/** `--os-…`, as the table of cloud options has them. */
const cloudFlags = Object.fromEntries(
  Object.entries<CloudOption>(cloudOptions).flatMap(([name, {help, boolean, aliases, metricFlag, hidden}]) => {
    const options = {
      description: `${help} [${variableOf(name as CloudOptionName)}]`,
      helpGroup: 'CLOUD',
      ...(aliases ? {aliases: [...aliases]} : {}),
      ...(hidden ? {hidden} : {}),
    }
    const flag = boolean ? Flags.boolean(options) : Flags.string({...options, helpValue: '<value>'})
    return [[name, flag], ...(metricFlag ? [[metricFlag, Flags.string({description: help, hidden: true})]] : [])]
  }),
) as Record<string, ReturnType<typeof Flags.string>>

export const hostsFileFlag = {
  config: Flags.string({
    description: 'hosts file; ./config.json or the one in ~/.config/gnocchictl when left out [GNOCCHICTL_CONFIG]',
    helpValue: '<file>',
  }),
}

type Words = Record<string, unknown>

/** Colour is for terminals, and for those who want it there: https://no-color.org */
export const coloured = (stream: {isTTY?: boolean}): boolean => isScreen(stream) && !process.env['NO_COLOR']

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
    'log-format': Flags.option({
      description: 'how to talk on stderr: text, or an object of JSON on each line',
      options: Object.keys(logFormats) as LogFormat[],
      default: 'text' as const,
      helpGroup: 'LOG',
    })(),
    'log-level': Flags.option({
      description: 'say this and what is graver',
      options: logLevels,
      default: 'info' as const,
      helpGroup: 'LOG',
    })(),
    debug: Flags.boolean({
      description: 'the same as --log-level debug: say what is asked of Keystone and Gnocchi, without secrets',
      helpGroup: 'LOG',
    }),
    'log-file': Flags.string({
      description: 'write to this file too what --log-level debug says',
      helpGroup: 'LOG',
      helpValue: '<file>',
    }),
    quiet: Flags.boolean({
      char: 'q',
      description: 'the same as --log-level warn',
      helpGroup: 'LOG',
      exclusive: ['verbose'],
    }),
    verbose: Flags.boolean({
      char: 'v',
      description: 'say more; twice is the same as --log-level debug',
      helpGroup: 'LOG',
    }),
    'collect-timing': Flags.boolean({description: "taken for the official client's sake", hidden: true}),
  }

  #report = openLog('text', 'info', sayOnStderr)
  #waiting = noWaiting

  /** Parses, and talks from then on as the flags say. */
  protected override async parse<F extends Words, B extends Words, A extends Words>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    const [own, global] = [options?.flags ?? {}, options?.baseFlags ?? {}] as [KnownFlags, KnownFlags]
    const line = withFullNames(argv ?? this.argv, own, global)
    const parsed = await super.parse(options, withLastValues(line, {...global, ...own}))
    const flags: Words = parsed.flags
    refuseEmptyRange(flags)
    const timesVerbose = parsed.raw.filter((token) => token.type === 'flag' && token.flag === 'verbose').length
    const level =
      flags['debug'] || timesVerbose > 1 ? 'debug' : flags['quiet'] ? 'warn' : (flags['log-level'] as LogLevel)
    const format = flags['log-format'] as LogFormat
    const report = openLog(format, level, (text) => {
      this.#waiting.clear()
      sayOnStderr(text)
    })
    const file = flags['log-file'] as string | undefined
    const toFile = file === undefined ? undefined : openLog(format, 'debug', openLogFile(file))
    this.#report = (line, about) => {
      report(line, about)
      toFile?.(line, about)
    }
    return parsed
  }

  /** Settings → cloud → session → client. Nothing is sent before the client is used. */
  protected async open(flags: CloudFlags & {'no-token-cache'?: boolean}): Promise<Gnocchi> {
    return (await this.connect(flags)).gnocchi
  }

  /** The same, with all that it is made of. */
  protected connect(flags: CloudFlags & {'no-token-cache'?: boolean}): Promise<Connection> {
    if (this.#waiting === noWaiting) this.waitFor('waiting for Gnocchi')
    return connect({
      flags,
      env: process.env,
      tokenCache: !flags['no-token-cache'],
      warn: (line) => this.talk(`warning: ${line}`, {level: 'warn'}),
      trace: (line) => {
        this.#waiting.answered()
        this.talk(line, {level: 'debug'})
      },
    })
  }

  /** Says on a terminal what is waited for, once nothing was written for a second, till the command ends. */
  protected waitFor(words: string): void {
    if (this.#waiting === noWaiting) this.#waiting = openWaiting(words)
    else this.#waiting.say(words)
  }

  /** Says it no more: the command shows by itself that it is at work, or waits for somebody. */
  protected stopWaiting(): void {
    this.#waiting.stop()
    this.#waiting = noWaiting
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    this.stopWaiting()
    await super.finally(error)
  }

  /**
   * Aborts on the first SIGINT or SIGTERM, and when nobody reads stdout any more: a loop then ends as designed.
   * A second signal ends the program at once.
   */
  protected stopSignal(): AbortSignal {
    const stop = new AbortController()
    const onSignal = (signal: NodeJS.Signals) => {
      if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? exitCodes.interrupted : 143)
      stop.abort()
    }
    // atomically listens too (when-exit), to send the same signal once more: that would count as the second one.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.removeAllListeners(signal).on(signal, onSignal)
    process.stdout.on('error', () => stop.abort())
    return stop.signal
  }

  /** SIGHUP no longer ends the program. */
  protected onHangUp(action: () => void): void {
    process.removeAllListeners('SIGHUP').on('SIGHUP', action)
  }

  /** Called at the end: a reader that has stopped reading holds back the end for a few seconds, not for ever. */
  protected endThoughUnread(): void {
    let before = 0
    setInterval(() => {
      const left = process.stdout.writableLength + process.stderr.writableLength
      if (left > 0 && left === before) process.exit()
      before = left
    }, 1000).unref()
  }

  /** The spool of a hosts file, held until it is closed. */
  protected async openSpool(hostsFile: string, folder: string | undefined, limits?: SpoolLimits): Promise<Spool> {
    const {openSpool, spoolFile} = await import('./lib/delivery/spool.ts')
    return openSpool(spoolFile(hostsFile, folder), limits, (line) => this.talk(line, {level: 'warn'}))
  }

  protected delivery(gnocchi: Gnocchi, spool: Spool): Delivery {
    return {
      spool,
      send: gnocchi.measures.send,
      newestOf: async (metric, since) => (await import('./lib/gnocchi/newest.ts')).newestOf(gnocchi, metric, since),
      now: gnocchi.now,
      report: (line, about) => this.talk(line, about),
    }
  }

  /** The hosts file, its warnings said. */
  protected async hostsFile(flag: string | undefined): Promise<HostsFile> {
    const {findHostsFile, readHostsFile} = await import('./lib/hosts-file/read.ts')
    const file = readHostsFile(findHostsFile(flag, process.env))
    file.warnings.forEach((warning) => this.talk(`warning: ${warning}`, {level: 'warn'}))
    return file
  }

  /** The way to the hosts. ssh2 is loaded only for those who ask for it. */
  protected async openSsh(flags: SshFlags): Promise<Ssh> {
    const {openSsh} = await import('./lib/ssh/open-host.ts')
    return openSsh({
      sshConfig: flags['ssh-config'],
      hostKeyCheck: flags['host-key-check'],
      legacyAlgorithms: flags['ssh-legacy-algorithms'],
      report: (line, about) => this.talk(line, about),
    })
  }

  /** Data, to stdout: as people or programs want it. No rows is a sentence, on stderr, where people read. */
  protected async print<T>(
    rows: readonly T[],
    columns: readonly Column<T>[],
    flags: ListFlags,
    nothing = 'nothing to show',
  ): Promise<void> {
    const {format, column, 'sort-column': sortColumns = [], 'sort-descending': descending = false} = flags
    const chosen = chooseColumns(columns, column)
    const sorted = sortRows(rows, columns, sortColumns, descending)
    if (rows.length === 0 && format === 'table') this.talk(nothing)
    this.write(await formats[format].list(sorted, chosen, lookOf(flags)))
  }

  /**
   * The same for rows that come in pages: each page is written before the next but one is asked for, unless the format,
   * an order or rows of several kinds need all of them first.
   * @param columnsOf given the first rows there are, or all
   */
  protected async printPages<T>(
    pages: AsyncIterable<readonly T[]>,
    columnsOf: (rows: readonly T[]) => readonly Column<T>[],
    flags: ListFlags,
    nothing?: string,
  ): Promise<void> {
    const {format, column, details, 'sort-column': sortColumns = []} = flags
    const {pieces}: Format = formats[format]
    if (!pieces || details || sortColumns.length > 0) {
      const rows = await allOf(ahead(pages))
      return this.print(rows, columnsOf(rows), flags, nothing)
    }
    const texts = inPieces(ahead(pages), (rows) => pieces(chooseColumns(columnsOf(rows), column), lookOf(flags)))
    for await (const text of texts) if (!(await this.flow(text))) return
  }

  /** One thing, its columns as fields. */
  protected async printOne<T>(row: T, columns: readonly Column<T>[], flags: ShowFlags): Promise<void> {
    const {format, column, variable = []} = flags
    const names = [...(column ?? []), ...(format === 'shell' ? variable : [])]
    this.write(await formats[format].one(row, chooseColumns(columns, names), lookOf(flags)))
  }

  protected write(text: string): void {
    this.#waiting.clear()
    process.stdout.write(text)
  }

  /** The same, and waits for who reads. false: nobody does any more (`gnocchictl … | head`). */
  protected async flow(text: string | Uint8Array): Promise<boolean> {
    this.#waiting.clear()
    return new Promise((resolve) => process.stdout.write(text, (error) => resolve(!error)))
  }

  /** Talk, to stderr. Not through oclif, which would break the lines at 80 columns. */
  protected talk(line: string, about?: About): void {
    this.#report(line, about)
  }
}

/** What may wait for a reader that has stopped reading; what comes after is not kept. */
const mostUnreadBytes = 2 ** 20

export const isUnread = (stream: {writableLength: number}): boolean => stream.writableLength > mostUnreadBytes

function sayOnStderr(text: string): void {
  if (!isUnread(process.stderr)) process.stderr.write(text)
}
