import {setTimeout as sleep} from 'node:timers/promises'

import {AppError, HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {RemoteFile} from '../ssh/remote-file.ts'
import {within} from '../within.ts'
import type {Sampler} from './samplers.ts'

/** An open way to a host; `close` may be called twice. */
export interface HostConnection {
  file: RemoteFile
  /** Settles when the connection has ended, whoever ended it. */
  closed: Promise<void>
  close(): void
}

/** `ended` aborts when nobody waits for the connection any more. */
export type Connect = (host: Host, ended?: AbortSignal) => Promise<HostConnection>

export type Outcome =
  | {kind: 'sample'; value: number}
  | {kind: 'failure'; error: AppError; retryInSeconds: number}
  /** Nothing this time: still connecting, or pausing after a failure. */
  | {kind: 'none'}

const firstPauseSeconds = 1
const longestPauseSeconds = 60

/**
 * Samples one host over a connection that is kept open. After a failure it connects anew, in the background and with
 * growing pauses, so that a host in trouble delays no round.
 */
export class HostSampler {
  readonly host: Host
  readonly #sampler: Sampler
  readonly #connect: Connect
  #connection: HostConnection | undefined
  #connecting: Promise<void> | undefined
  #failure: AppError | undefined
  #pauseSeconds = 0
  #retry: NodeJS.Timeout | undefined
  readonly #ended = new AbortController()

  constructor(host: Host, sampler: Sampler, connect: Connect) {
    this.host = host
    this.#sampler = sampler
    this.#connect = connect
  }

  /** One sample, or why there is none, within `patienceSeconds`. Never rejects. Not to be called twice at once. */
  async sample(patienceSeconds: number): Promise<Outcome> {
    if (this.#sampler.file === undefined) return {kind: 'sample', value: this.#sampler.parse('')}
    const begun = Date.now()
    if (!this.#connection) await this.#connected(patienceSeconds)
    if (this.#failure && !this.#ended.signal.aborted) return this.#failed(this.#failure)
    if (!this.#connection) return {kind: 'none'}
    try {
      const left = Math.max(0, patienceSeconds - (Date.now() - begun) / 1000)
      const late = () => new HostError(`no answer within ${left.toFixed(0)} s`)
      const value = this.#sampler.parse(await within(left, this.#connection.file.read(), late))
      this.#pauseSeconds = 0
      return {kind: 'sample', value}
    } catch (error) {
      this.#drop()
      // Closed meanwhile: nobody wants to know.
      if (this.#ended.signal.aborted) return {kind: 'none'}
      return this.#failed(asAppError(error))
    }
  }

  close(): void {
    this.#ended.abort()
    clearTimeout(this.#retry)
    this.#drop()
  }

  #drop(): void {
    this.#connection?.close()
    this.#connection = undefined
  }

  /** Resolves when connected, failed or out of patience. A host in trouble is not waited for: it connects by itself. */
  async #connected(patienceSeconds: number): Promise<void> {
    if (this.#pauseSeconds > 0) return
    this.#connecting ??= this.#open().finally(() => (this.#connecting = undefined))
    const patience = new AbortController()
    const late = sleep(patienceSeconds * 1000, undefined, {signal: patience.signal}).catch(() => undefined)
    await Promise.race([this.#connecting, late])
    patience.abort()
  }

  /** Never rejects: what went wrong is kept for the next sample() to tell. */
  async #open(): Promise<void> {
    try {
      const connection = await this.#connect(this.host, this.#ended.signal)
      if (this.#ended.signal.aborted) {
        connection.close()
        return
      }
      this.#connection = connection
      void connection.closed.then(() => {
        if (this.#connection !== connection) return
        this.#connection = undefined
        // Not sampled since it came back: a failure as before, or nobody would connect anew.
        if (this.#pauseSeconds > 0) this.#failure = new HostError('the connection was closed')
      })
    } catch (error) {
      this.#failure = asAppError(error)
    }
  }

  #failed(error: AppError): Outcome {
    this.#failure = undefined
    this.#pauseSeconds = Math.min(
      longestPauseSeconds,
      this.#pauseSeconds === 0 ? firstPauseSeconds : this.#pauseSeconds * 2,
    )
    this.#retry = setTimeout(() => {
      this.#connecting ??= this.#open().finally(() => (this.#connecting = undefined))
    }, this.#pauseSeconds * 1000)
    return {kind: 'failure', error: named(this.host, error), retryInSeconds: this.#pauseSeconds}
  }
}

const asAppError = (error: unknown): AppError =>
  error instanceof AppError ? error : new HostError(error instanceof Error ? error.message : String(error))

const named = (host: Host, error: AppError): AppError =>
  error.message.startsWith(`${host.label}:`) || error.message.startsWith(`host ${host.label}`)
    ? error
    : new HostError(`${host.label}: ${error.message}`, error.suggestions)
