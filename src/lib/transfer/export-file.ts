import {chmodSync, renameSync, rmSync, realpathSync, statSync} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'

import {UsageError} from '../errors.ts'

/** Where an export goes. */
export interface Sink {
  /** Done when it has been taken, so that memory holds no more than that. false: nobody reads any more. */
  write: (bytes: Buffer) => Promise<boolean>
  close: () => Promise<void>
  /** Leaves no half of a file behind. */
  abandon: () => void
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * A file that is there once all of it is; until then, what was there before. What a link points to is written, not the
 * link, and a pipe or device, which is no file to be replaced, directly. @throws UsageError
 */
export async function openExportFile(output: string): Promise<Sink> {
  const refuse = (error: unknown): never => {
    throw new UsageError(`${output} cannot be written: ${(error as Error).message}`)
  }
  try {
    const before = statSync(output, {throwIfNoEntry: false})
    if (before?.isDirectory()) throw new Error('it is a folder')
    if (before && !before.isFile()) return writingTo(await open(output, 'w'), refuse)
    const target = before ? realpathSync(output) : output
    // Of its own: another export to the same file may be under way.
    const part = `${target}.${process.pid}.part`
    const sink = writingTo(await open(part, 'w'), refuse)
    const remove = () => rmSync(part, {force: true})
    const stopListening = onSignals(remove)
    return {
      ...sink,
      async close() {
        await sink.close()
        try {
          if (before) chmodSync(part, before.mode & 0o7777)
          renameSync(part, target)
        } catch (error) {
          refuse(error)
        }
      },
      abandon() {
        stopListening()
        sink.abandon()
        remove()
      },
    }
  } catch (error) {
    return refuse(error)
  }
}

function writingTo(file: FileHandle, refuse: (error: unknown) => never): Sink {
  return {
    async write(bytes) {
      try {
        await file.writeFile(bytes)
        return true
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'EPIPE' ? false : refuse(error)
      }
    },
    close: () => file.close().catch(refuse),
    // Closed already, or of no use any more.
    abandon: () => void file.close().catch(() => undefined),
  }
}

/** Before one of them ends the program, as it does without. Gives what ends that. */
function onSignals(action: () => void): () => void {
  const listener = (signal: NodeJS.Signals) => {
    action()
    process.kill(process.pid, signal)
  }
  for (const signal of signals) process.once(signal, listener)
  return () => signals.forEach((signal) => process.off(signal, listener))
}
