import {readFileSync, renameSync, writeFileSync} from 'node:fs'

import {UsageError} from '../errors.ts'
import type {Report} from '../log.ts'
import type {Status} from './status.ts'

/** Beside the spool, and like it one for each hosts file. */
export const statusFile = (spool: string): string => `${spool}.status.json`

/**
 * Replaces the file in one step. Not synced, for it is of no use after a crash of the machine; always by way of the same
 * second file, so that a thousand kills leave one behind, not a thousand.
 */
export function writeStatus(file: string, status: Status): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(status)}\n`, {mode: 0o600})
  renameSync(`${file}.new`, file)
}

const fewestMilliseconds = 1000

/** Keeps the file as the status is. That it cannot be written is said once, until it can be again. */
export class StatusWriter {
  readonly #file: string
  readonly #status: () => Status
  readonly #report: Report
  #writtenAt = -Infinity
  #due: NodeJS.Timeout | undefined
  #failed = false

  constructor(file: string, status: () => Status, report: Report) {
    this.#file = file
    this.#status = status
    this.#report = report
  }

  write(): void {
    clearTimeout(this.#due)
    this.#due = undefined
    this.#writtenAt = performance.now()
    try {
      writeStatus(this.#file, this.#status())
      this.#failed = false
    } catch (error) {
      if (!this.#failed) this.#report(`the status file cannot be written: ${(error as Error).message}`, {level: 'warn'})
      this.#failed = true
    }
  }

  /** The same, at most once a second. */
  writeSoon(): void {
    const wait = this.#writtenAt + fewestMilliseconds - performance.now()
    if (wait <= 0) this.write()
    else this.#due ??= setTimeout(() => this.write(), wait).unref()
  }
}

/** What the last producer left or the running one has; undefined when there was none. @throws UsageError */
export function readStatus(file: string): Status | undefined {
  try {
    const status = JSON.parse(readFileSync(file, 'utf8')) as Partial<Status> | null
    if (typeof status?.pid !== 'number' || !Array.isArray(status.hosts)) throw new Error('it is not a status file')
    return status as Status
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, ['a producer that runs writes it anew'])
  }
}
