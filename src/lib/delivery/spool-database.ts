import {existsSync, renameSync, writeFileSync} from 'node:fs'
import {DatabaseSync} from 'node:sqlite'

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
  CREATE INDEX IF NOT EXISTS by_time ON sample (at); -- each round looks for those that are too old
  CREATE TABLE IF NOT EXISTS newest_sent (metric TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT;
`

/** Opens or makes it, with the tables in it. A damaged one is set aside, and a new one begun, which is reported. */
export function openDatabase(file: string, report: (line: string) => void): DatabaseSync {
  try {
    return begin(file)
  } catch (error) {
    if (!isDamaged(error)) throw error
    return beginAnew(file, error as Error, report)
  }
}

/** Sets the damaged file aside, as it is, and begins a new one. */
export function beginAnew(file: string, {message}: Error, report: (line: string) => void): DatabaseSync {
  const aside = `${file}.damaged-${new Date().toISOString().replace(/[:.]/g, '-')}`
  for (const suffix of ['', '-wal', '-shm']) if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix)
  const what = message.replace(/\s+/g, ' ')
  report(`the spool was damaged (${what}); it is set aside as ${aside}, and a new one is begun`)
  return begin(file)
}

function begin(file: string): DatabaseSync {
  writeFileSync(file, '', {flag: 'a', mode: 0o600})
  const db = new DatabaseSync(file, {timeout: 5000})
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 1048576;')
    const {quick_check: found} = db.prepare('PRAGMA quick_check(1)').get() as {quick_check: string}
    if (found !== 'ok') throw Object.assign(new Error(found), {errcode: sqliteCorrupt})
    db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

const sqliteCorrupt = 11
const sqliteNotADatabase = 26
export const isDamaged = (error: unknown): boolean =>
  [sqliteCorrupt, sqliteNotADatabase].includes(((error as {errcode?: number}).errcode ?? 0) & 0xff)

export function statements(db: DatabaseSync) {
  return {
    insert: db.prepare('INSERT INTO sample (at, host, metric, value) VALUES (?, ?, ?, ?)'),
    select: db.prepare('SELECT id, at, host, metric, value FROM sample WHERE parked IS NULL ORDER BY id LIMIT ?'),
    erase: db.prepare('DELETE FROM sample WHERE id IN (SELECT value FROM json_each(?))'),
    remember: db.prepare(
      'INSERT INTO newest_sent (metric, at) VALUES (?, ?) ON CONFLICT (metric) DO UPDATE SET at = max(at, excluded.at)',
    ),
    newest: db.prepare('SELECT at FROM newest_sent WHERE metric = ?'),
    setAside: db.prepare('UPDATE sample SET parked = ? WHERE id IN (SELECT value FROM json_each(?))'),
    setMetricAside: db.prepare('UPDATE sample SET parked = ? WHERE metric = ? AND parked IS NULL'),
    takeBack: db.prepare('UPDATE sample SET parked = NULL WHERE parked IS NOT NULL'),
    eraseOlder: db.prepare('DELETE FROM sample WHERE at < ? RETURNING parked IS NOT NULL AS parked'),
    eraseOldest: db.prepare(
      'DELETE FROM sample WHERE id IN (SELECT id FROM sample ORDER BY id LIMIT ?) RETURNING parked IS NOT NULL AS parked',
    ),
    eraseOf: db.prepare('DELETE FROM sample WHERE (?1 IS NULL OR host = ?1) AND (NOT ?2 OR parked IS NOT NULL)'),
    count: db.prepare('SELECT count(*) FILTER (WHERE parked IS NULL) AS waiting, count(parked) AS parked FROM sample'),
  }
}

export type Statements = ReturnType<typeof statements>
