import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs'
import {basename, dirname, join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'

import {UsageError} from '../errors.ts'
import {stateFolder} from '../folders.ts'
import type {Sample} from '../sampling/sample-hosts.ts'

export interface SpooledSample extends Sample {
  id: number
}

/** Samples on disk between their reading and their 202. One process holds it; `add` returns when they are synced. */
export interface Spool {
  file: string
  add(samples: readonly Sample[]): void
  /** The oldest samples to be sent, at most `limit`. */
  oldest(limit: number): SpooledSample[]
  remove(samples: readonly SpooledSample[]): void
  /** Sets a metric's samples aside, so that they hold back no others; the next start tries them again. */
  park(metric: string, reason: string): number
  /** How many are to be sent. */
  waiting(): number
  parked(): number
  close(): void
}

/** One file for each hosts file, in the state folder or the folder given. */
export function spoolFile(hostsFile: string, folder: string | undefined): string {
  const path = realpathSync(hostsFile)
  const name = basename(path)
    .replace(/\.json$/, '')
    .replace(/[^\w.-]/g, '_')
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12)
  return join(folder ?? join(stateFolder(), 'spool'), `${name}-${hash}.sqlite`)
}

const schema = `
  CREATE TABLE IF NOT EXISTS sample (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL, -- milliseconds since 1970
    host   TEXT NOT NULL,
    metric TEXT NOT NULL,
    value  REAL NOT NULL,
    parked TEXT              -- why it is set aside; NULL when it is to be sent
  ) STRICT;
  CREATE INDEX IF NOT EXISTS to_send ON sample (id) WHERE parked IS NULL;
`

/**
 * Opens or makes the spool, and holds it: the door to SQLite. WAL with full sync: a committed sample survives SIGKILL
 * and power loss.
 * @throws UsageError when another process holds it (and which), or it cannot be written
 */
export function openSpool(file: string): Spool {
  const pidFile = `${file}.pid`
  let db: DatabaseSync
  try {
    mkdirSync(dirname(file), {recursive: true, mode: 0o700})
    writeFileSync(file, '', {flag: 'a', mode: 0o600})
    db = new DatabaseSync(file)
    // Exclusive from the first write to the close: SQLite's own lock, which ends with the process however that ends.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
    db.exec(`BEGIN IMMEDIATE; ${schema} UPDATE sample SET parked = NULL WHERE parked IS NOT NULL; COMMIT;`)
  } catch (error) {
    throw unusable(file, pidFile, error as Error & {errcode?: number; code?: string})
  }
  writeFileSync(pidFile, `${process.pid}\n`, {mode: 0o600})

  const insert = db.prepare('INSERT INTO sample (at, host, metric, value) VALUES (?, ?, ?, ?)')
  const select = db.prepare('SELECT id, at, host, metric, value FROM sample WHERE parked IS NULL ORDER BY id LIMIT ?')
  const erase = db.prepare('DELETE FROM sample WHERE id IN (SELECT value FROM json_each(?))')
  const setAside = db.prepare('UPDATE sample SET parked = ? WHERE metric = ? AND parked IS NULL')
  const count = db.prepare(
    'SELECT count(*) FILTER (WHERE parked IS NULL) AS waiting, count(parked) AS parked FROM sample',
  )

  return {
    file,
    add(samples) {
      db.exec('BEGIN')
      try {
        for (const {at, host, metric, value} of samples) insert.run(at.getTime(), host, metric, value)
        db.exec('COMMIT')
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    oldest: (limit) =>
      select.all(limit).map((row) => ({...(row as unknown as SpooledSample), at: new Date(row['at'] as number)})),
    remove: (samples) => void erase.run(JSON.stringify(samples.map(({id}) => id))),
    park: (metric, reason) => Number(setAside.run(reason, metric).changes),
    waiting: () => count.get()!['waiting'] as number,
    parked: () => count.get()!['parked'] as number,
    close() {
      db.close()
      rmSync(pidFile, {force: true})
    },
  }
}

const sqliteBusy = 5

function unusable(file: string, pidFile: string, error: Error & {errcode?: number; code?: string}): UsageError {
  if (error.errcode === sqliteBusy) {
    const pid = readPid(pidFile)
    return new UsageError(
      `another gnocchictl produce${pid ? ` (process ${pid})` : ''} works with this hosts file and holds ${file}`,
      ['end that one first, or give this one another folder with --spool'],
    )
  }
  return new UsageError(`the spool ${file} cannot be used: ${error.message}`, [
    'name a folder that may be written with --spool; if the file is damaged, move it away: it is only read and kept, never deleted',
  ])
}

function readPid(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
