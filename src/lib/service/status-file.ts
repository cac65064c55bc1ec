import {readFileSync, renameSync, writeFileSync} from 'node:fs'

import {UsageError} from '../errors.ts'
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
