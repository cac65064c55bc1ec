import {createHash} from 'node:crypto'
import {existsSync} from 'node:fs'
import {basename, join, resolve} from 'node:path'
import {DatabaseSync} from 'node:sqlite'

import {UsageError} from '../errors.ts'
import {stateFolder} from '../folders.ts'
import type {Sample} from '../sampling/sample-hosts.ts'
import {beginAnew, isDamaged, openDatabase, statements, type Statements} from './spool-database.ts'
import {defaultLimits, type SpoolLimits} from './spool-limits.ts'
import {takeLock, unusable, type Lock} from './spool-lock.ts'

export interface SpooledSample extends Sample {
  id: number
}

/** What waits for one metric, or is set aside and why. */
export interface SpoolRow {
  host: string
  metric: string
  samples: number
  oldest: Date
  newest: Date
  /** null: to be sent. */
  parked: string | null
}

/**
 * One file for each hosts file, in the state folder or the folder given. By the name it is given, not by what a link stands
 * for: a link of a release, or of Kubernetes' ConfigMaps, points elsewhere after each change, and the samples that wait
 * would be looked for no more.
 */
export function spoolFile(hostsFile: string, folder: string | undefined): string {
  const path = resolve(hostsFile)
  const name = basename(path)
    .replace(/\.json$/, '')
    .replace(/[^\w.-]/g, '_')
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12)
  return join(folder ?? join(stateFolder(), 'spool'), `${name}-${hash}.sqlite`)
}

/**
 * Opens or makes the spool and holds it. WAL with full sync: a committed sample survives SIGKILL
 * and power loss. A damaged file is set aside, never deleted, and a new one begun, also while it is in use.
 * @throws UsageError when another process holds it (and which), or it cannot be written
 */
export function openSpool(
  file: string,
  limits: SpoolLimits = defaultLimits,
  report: (line: string) => void = () => undefined,
): Spool {
  const lock = takeLock(file)
  try {
    return new Spool(file, limits, lock, report)
  } catch (error) {
    lock.release()
    throw error instanceof UsageError ? error : unusable(file, error as Error)
  }
}

/** The spool as it is, while another process may work with it; undefined when there is none. @throws UsageError */
export const readSpool = (file: string): SpoolRow[] | undefined => readOnly(file, rowsOf)

/** When the newest measure of each metric was that was ever sent from here. @throws UsageError */
export const readNewestSent = (file: string): Map<string, Date> =>
  readOnly(file, (db) => {
    const rows = db.prepare('SELECT metric, at FROM newest_sent').all() as unknown as {metric: string; at: number}[]
    return new Map(rows.map(({metric, at}) => [metric, new Date(at)]))
  }) ?? new Map<string, Date>()

function readOnly<T>(file: string, read: (db: DatabaseSync) => T): T | undefined {
  if (!existsSync(file)) return undefined
  try {
    const db = new DatabaseSync(file, {readOnly: true, timeout: 5000})
    try {
      return read(db)
    } finally {
      db.close()
    }
  } catch (error) {
    throw unusable(file, error as Error)
  }
}

function rowsOf(db: DatabaseSync): SpoolRow[] {
  const rows = db
    .prepare(
      'SELECT host, metric, parked, count(*) AS samples, min(at) AS oldest, max(at) AS newest FROM sample GROUP BY host, metric, parked ORDER BY min(id)',
    )
    .all() as unknown as (Omit<SpoolRow, 'oldest' | 'newest'> & {oldest: number; newest: number})[]
  return rows.map((row) => ({...row, oldest: new Date(row.oldest), newest: new Date(row.newest)}))
}

/** How many of the oldest go at once when the spool is full: enough not to be back at the limit with the next round. */
const droppedAtOnce = 1000

const idsOf = (samples: readonly SpooledSample[]): string => JSON.stringify(samples.map(({id}) => id))

/** Samples on disk between their reading and their 202. */
export class Spool {
  readonly file: string
  readonly #lock: Lock
  readonly #limits: SpoolLimits
  readonly #report: (line: string) => void
  #db: DatabaseSync
  #sql: Statements
  /** Counting millions takes a second, and a producer asks each second: kept up to date where what changes is known. */
  #counted: {waiting: number; parked: number} | undefined
  #told: ReturnType<Spool['count']> = {waiting: 0, parked: 0, oldest: undefined}

  /** Takes over the lock. */
  constructor(file: string, limits: SpoolLimits, lock: Lock, report: (line: string) => void) {
    this.file = file
    this.#limits = limits
    this.#lock = lock
    this.#report = report
    this.#db = openDatabase(file, report)
    this.#sql = statements(this.#db)
  }

  /** Returns when they are synced to disk, with how many older ones had to go for the limits. @throws when the disk is full */
  add(samples: readonly Sample[]): {dropped: number} {
    return this.#transaction(() => {
      const gone = {waiting: 0, parked: 0}
      const drop = (erased: Iterable<Record<string, unknown>>) => {
        const before = gone.waiting + gone.parked
        for (const {parked} of erased) gone[parked ? 'parked' : 'waiting']++
        return gone.waiting + gone.parked > before
      }
      drop(this.#sql.eraseOlder.iterate(Date.now() - this.#limits.maxAgeSeconds * 1000))
      for (const {at, host, metric, value} of samples) this.#sql.insert.run(at.getTime(), host, metric, value)
      while (this.#usedBytes() > this.#limits.maxBytes) if (!drop(this.#sql.eraseOldest.iterate(droppedAtOnce))) break
      this.#count({waiting: samples.length - gone.waiting, parked: -gone.parked})
      return {dropped: gone.waiting + gone.parked}
    })
  }

  /** The oldest samples to be sent, at most `limit`. */
  oldest(limit: number): SpooledSample[] {
    const rows = this.#mending(() => this.#sql.select.all(limit))
    return rows.map((row) => ({...(row as unknown as SpooledSample), at: new Date(row['at'] as number)}))
  }

  /** Gnocchi has them: they leave, and are remembered as the newest of their metrics. */
  sent(samples: readonly SpooledSample[]): void {
    this.#transaction(() => {
      this.#count({waiting: -Number(this.#sql.erase.run(idsOf(samples)).changes), parked: 0})
      for (const {metric, at} of samples) this.#sql.remember.run(metric, at.getTime())
    })
  }

  /** When the newest measure of a metric was that was ever sent from here. */
  newestSent(metric: string): Date | undefined {
    const at = this.#mending(() => this.#sql.newest.get(metric))?.['at'] as number | undefined
    return at === undefined ? undefined : new Date(at)
  }

  /** Sets samples aside, so that they hold back no others. */
  park(samples: readonly SpooledSample[], reason: string): void {
    const parked = Number(this.#mending(() => this.#sql.setAside.run(reason, idsOf(samples))).changes)
    this.#count({waiting: -parked, parked})
  }

  /** Sets aside all samples of a metric; how many. */
  parkMetric(metric: string, reason: string): number {
    const parked = Number(this.#mending(() => this.#sql.setMetricAside.run(reason, metric)).changes)
    this.#count({waiting: -parked, parked})
    return parked
  }

  /** What was set aside is to be sent again; how many. */
  unpark(): number {
    this.#counted = undefined
    return Number(this.#sql.takeBack.run().changes)
  }

  /**
   * How many are to be sent, how many are set aside, and of when the first to be sent is. Quick, however many there are.
   * Never throws: of a disk that cannot be read it tells what it told last.
   */
  count(): {waiting: number; parked: number; oldest: Date | undefined} {
    try {
      return (this.#told = this.#mending(() => {
        this.#counted ??= this.#sql.count.get() as {waiting: number; parked: number}
        const first = this.#sql.select.get(1)?.['at'] as number | undefined
        return {...this.#counted, oldest: first === undefined ? undefined : new Date(first)}
      }))
    } catch {
      return this.#told
    }
  }

  rows(): SpoolRow[] {
    return rowsOf(this.#db)
  }

  /** Forgets samples: of one host or all, the parked ones or all; how many. */
  drop({host, parkedOnly}: {host?: string; parkedOnly: boolean}): number {
    this.#counted = undefined
    return Number(this.#sql.eraseOf.run(host ?? null, parkedOnly ? 1 : 0).changes)
  }

  close(): void {
    this.#db.close()
    this.#lock.release()
  }

  /** So many more. */
  #count({waiting, parked}: {waiting: number; parked: number}): void {
    const known = this.#counted
    if (known) this.#counted = {waiting: known.waiting + waiting, parked: known.parked + parked}
  }

  #usedBytes(): number {
    const pragma = (name: string) => Object.values(this.#db.prepare(`PRAGMA ${name}`).get() ?? {})[0] as number
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
  }

  #transaction<T>(action: () => T): T {
    return this.#mending(() => {
      this.#db.exec('BEGIN IMMEDIATE')
      try {
        const result = action()
        this.#db.exec('COMMIT')
        return result
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
        this.#counted = undefined
        throw error
      }
    })
  }

  /** Where the file turns out to be damaged, it is set aside, and the action is done on a new one. */
  #mending<T>(action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (!isDamaged(error)) throw error
      this.#db.close()
      this.#db = beginAnew(this.file, error as Error, this.#report)
      this.#sql = statements(this.#db)
      this.#counted = undefined
      // Samples of the old file may be under way: what is erased when they are sent must be no new ones of the same ids.
      this.#db.prepare("INSERT INTO sqlite_sequence VALUES ('sample', ?)").run(Date.now())
      return action()
    }
  }
}
