import {readFileSync} from 'node:fs'

import {UsageError} from './errors.ts'

/** A file, or stdin for `-`; its name for messages, and its text. @throws UsageError */
export function readFileOrStdin(file: string): {name: string; text: string} {
  try {
    return {name: file === '-' ? 'stdin' : file, text: readFileSync(file === '-' ? 0 : file, 'utf8')}
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    throw new UsageError(
      code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code ?? 'no reason'})`,
    )
  }
}
