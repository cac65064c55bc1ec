import {readFile} from 'node:fs/promises'
import {text as textOf} from 'node:stream/consumers'

import {UsageError} from './errors.ts'

/**
 * A file, or stdin for `-`; its name for messages, and its text, without the byte order mark that Windows puts before it.
 * @throws UsageError
 */
export async function readFileOrStdin(file: string): Promise<{name: string; text: string}> {
  try {
    // As a stream: read as a file, a pipe that is not waited for is an error (EAGAIN) where nobody has written yet.
    const text = await (file === '-' ? textOf(process.stdin) : readFile(file, 'utf8'))
    return {name: file === '-' ? 'stdin' : file, text: text.replace(/^\uFEFF/, '')}
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code ?? 'no reason'})`,
    )
  }
}
