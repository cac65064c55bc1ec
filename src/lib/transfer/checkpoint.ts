import {createHash} from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {dirname, join} from 'node:path'

import {UsageError} from '../errors.ts'

/** How far the import of a file got: Gnocchi has all that stands before `offset`. */
interface Checkpoint {
  path: string
  size: number
  modified: number
  /** Of the first 64 KiB, or all of a shorter file. */
  headHash: string
  /** What the command line said of how to read it, and where to. */
  settings: string
  /** The file's first metric, in the Gnocchi that has the measures. */
  metric: {name: string; id: string}
  offset: number
}

const headBytes = 65_536
/** Not after each request: a file is written a hundred times in that time. */
const leastMilliseconds = 500

export interface CheckpointFile {
  /** Where an earlier import got to, or 0. @throws UsageError when that was of another file or of other settings */
  resumeAt: () => number
  /** @throws UsageError when the metric is another one than that of the import which is resumed */
  keep: (offset: number, metric: {name: string; id: string}) => void
  /** Writes what `keep` has held back. */
  close: () => void
  /** An import that ends now can be resumed. */
  isKept: () => boolean
  /** All is stored: nothing is left to resume. */
  remove: () => void
  path: string
}

/**
 * The memory of an import, one for each file, in `folder`. Replaced in one step and not synced: after a power cut it may
 * be behind, and what is sent twice counts once. Where it cannot be kept, that is reported once, and no reason to import
 * nothing.
 */
export function openCheckpoint(
  file: string,
  folder: string,
  settings: string,
  report: (line: string) => void = () => undefined,
): CheckpointFile {
  const {kept, ...identity} = identityOf(file, folder, settings)
  const onDisk = openKept(kept, report)
  let resumed: Checkpoint | undefined
  let waiting: Checkpoint | undefined
  let writtenAt = -Infinity
  const write = () => {
    if (!waiting) return
    onDisk.write(waiting)
    waiting = undefined
    writtenAt = performance.now()
  }
  return {
    path: kept,
    resumeAt() {
      resumed = onDisk.read()
      if (!resumed) throw new UsageError(`${file}: no import of it was broken off here`, ['import it without --resume'])
      const changed = differs(resumed, identity)
      if (changed) throw new UsageError(`${file}: ${changed} since its import was broken off`, [hint])
      return resumed.offset
    },
    keep(offset, metric) {
      if (resumed && resumed.metric.name === metric.name && resumed.metric.id !== metric.id)
        throw new UsageError(`${metric.name} is another metric than that of the import to resume`, [hint])
      waiting = {...identity, metric, offset: Math.max(offset, resumed?.offset ?? 0)}
      if (waiting.offset > 0 && performance.now() - writtenAt >= leastMilliseconds) write()
    },
    close: write,
    isKept: () => onDisk.isThere,
    remove() {
      waiting = undefined
      onDisk.remove()
    },
  }
}

/** Which file it is, and where its checkpoint is kept. */
function identityOf(file: string, folder: string, settings: string) {
  const path = realpathSync(file)
  const kept = join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 24)}.json`)
  const {size, mtimeMs: modified} = statSync(path)
  return {kept, path, size, modified, headHash: headHash(path, Math.min(size, headBytes)), settings}
}

function openKept(kept: string, report: (line: string) => void) {
  // Of its own: another import of the same file may be under way.
  const fresh = `${kept}.${process.pid}.new`
  let isReported = false
  const unlessItCannot = (change: () => void): boolean => {
    try {
      change()
      return true
    } catch (error) {
      if (!isReported) report(`warning: --resume will not know how far this import got: ${(error as Error).message}`)
      isReported = true
      return false
    }
  }
  return {
    isThere: false,
    write(checkpoint: Checkpoint) {
      this.isThere = unlessItCannot(() => {
        mkdirSync(dirname(kept), {recursive: true, mode: 0o700})
        writeFileSync(fresh, `${JSON.stringify(checkpoint)}\n`, {mode: 0o600})
        renameSync(fresh, kept)
      })
    },
    read: () => read(kept),
    remove() {
      this.isThere = false
      unlessItCannot(() => rmSync(kept, {force: true}))
    },
  }
}

const hint = 'import it without --resume: what is stored already counts once'

/** A file that has only grown is the same one. */
function differs(then: Checkpoint, now: Omit<Checkpoint, 'metric' | 'offset'>): string | undefined {
  if (then.settings !== now.settings) return 'the flags have changed'
  if (then.size === now.size && then.modified !== now.modified) return 'the file has changed'
  const head = Math.min(then.size, headBytes)
  if (now.size < then.size || headHash(now.path, head) !== then.headHash) return 'the file has changed'
  return undefined
}

function headHash(path: string, bytes: number): string {
  const head = Buffer.alloc(bytes)
  const file = openSync(path, 'r')
  try {
    const read = readSync(file, head, 0, bytes, 0)
    return createHash('sha256').update(head.subarray(0, read)).digest('hex')
  } finally {
    closeSync(file)
  }
}

function read(path: string): Checkpoint | undefined {
  try {
    const checkpoint = JSON.parse(readFileSync(path, 'utf8')) as Partial<Checkpoint> | null
    return typeof checkpoint?.offset === 'number' && checkpoint.metric ? (checkpoint as Checkpoint) : undefined
  } catch {
    return undefined
  }
}
