import {accessSync, closeSync, constants, open, openSync, statSync} from 'node:fs'
import {Socket} from 'node:net'
import {promisify} from 'node:util'

import {UsageError} from '../errors.ts'
import {chunksOf} from './blocks.ts'

/** What is imported. */
export interface Source {
  /** How messages call it. */
  path: string
  /** In bytes; undefined for what has no end in sight, and cannot be read twice. */
  size: number | undefined
  chunks: AsyncIterable<Buffer>
  /** Lets go of what waits for more bytes. */
  close: () => void
}

/** A file, or stdin for `-`. @throws UsageError */
export function openSource(file: string | undefined): Source {
  if (file === undefined) throw new UsageError('import of what? Name a file, or - for stdin')
  if (file === '-')
    return {path: 'stdin', size: undefined, chunks: process.stdin, close: () => void process.stdin.destroy()}
  try {
    const about = statSync(file)
    if (about.isDirectory()) throw new Error('it is a folder')
    if (about.isSocket()) throw new Error('it is a socket')
    accessSync(file, constants.R_OK)
    if (about.isFIFO()) return {path: file, size: undefined, ...openPipe(file)}
    return {
      path: file,
      size: about.isFile() ? about.size : undefined,
      chunks: chunksOf(file),
      close: () => undefined,
    }
  } catch (error) {
    const {code, message} = error as NodeJS.ErrnoException
    throw new UsageError(`${file} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : message}`)
  }
}

/** Read as a file, it would keep the program from ending for as long as nobody writes. */
function openPipe(file: string): Pick<Source, 'chunks' | 'close'> {
  let socket: Socket | undefined
  let isClosed = false
  async function* chunks(): AsyncGenerator<Buffer, void, void> {
    const fd = await promisify(open)(file, 'r')
    socket = new Socket({fd, readable: true, writable: false})
    if (isClosed) socket.destroy()
    else yield* socket as AsyncIterable<Buffer>
  }
  return {
    chunks: chunks(),
    close() {
      isClosed = true
      if (socket) socket.destroy()
      else comeToRead(file)
    },
  }
}

/** Who waits for a writer waits no more. */
function comeToRead(file: string): void {
  try {
    // Fails where nobody waits.
    closeSync(openSync(file, constants.O_WRONLY | constants.O_NONBLOCK))
  } catch {
    // Then there is nothing to let go.
  }
}
