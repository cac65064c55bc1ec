import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {DatabaseSync} from 'node:sqlite'

import {UsageError} from '../errors.ts'

export interface Lock {
  release(): void
}

const sqliteBusy = 5

/** Locks that are held: a database that nobody refers to is closed by the garbage collector, and its lock is gone. */
const heldLocks = new Set<DatabaseSync>()

/**
 * SQLite's own lock on an empty database beside the spool: it ends with the process, however that ends, and leaves the
 * spool itself readable for `spool show`.
 * @throws UsageError when another process holds it (and which), or it cannot be written
 */
export function takeLock(file: string): Lock {
  const pidFile = `${file}.pid`
  let db: DatabaseSync | undefined
  try {
    mkdirSync(dirname(file), {recursive: true, mode: 0o700})
    writeFileSync(`${file}.lock`, '', {flag: 'a', mode: 0o600})
    // Waits a moment: `produce status` looks at the lock by taking it.
    db = new DatabaseSync(`${file}.lock`, {timeout: 300})
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    writeFileSync(pidFile, `${process.pid}\n`, {mode: 0o600})
  } catch (error) {
    db?.close()
    if ((error as {errcode?: number}).errcode !== sqliteBusy) throw unusable(file, error as Error)
    const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : ''
    throw new UsageError(
      `another gnocchictl${pid ? ` (process ${pid})` : ''} works with this hosts file and holds ${file}`,
      ['end that one first, or give this one another folder with --spool'],
    )
  }
  const held = db
  heldLocks.add(held)
  return {
    release() {
      rmSync(pidFile, {force: true})
      heldLocks.delete(held)
      held.close()
    },
  }
}

/** The process that holds the spool; undefined when none does, whatever an earlier one left behind. */
export function spoolHolder(file: string): number | undefined {
  if (!existsSync(`${file}.lock`)) return undefined
  try {
    const db = new DatabaseSync(`${file}.lock`, {readOnly: true})
    try {
      db.exec('SELECT * FROM sqlite_schema')
      return undefined
    } finally {
      db.close()
    }
  } catch (error) {
    if ((error as {errcode?: number}).errcode !== sqliteBusy) throw unusable(file, error as Error)
    return Number(existsSync(`${file}.pid`) ? readFileSync(`${file}.pid`, 'utf8') : 0)
  }
}

/** SQLite's or the file system's words, with the file and what to try. */
export const unusable = (file: string, {message}: Error): UsageError =>
  new UsageError(`the spool ${file} cannot be used: ${message}`, ['name a folder that may be written with --spool'])
