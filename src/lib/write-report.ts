import {renameSync, rmSync, statSync, writeFileSync} from 'node:fs'

import {UsageError} from './errors.ts'

/**
 * Puts `text` in the place of what was there, in one step: whoever opens the file sees the old or the new one, whole.
 * What is no file, such as /dev/stdout or a pipe, is written to.
 * @throws UsageError
 */
export function writeReport(file: string, text: string): void {
  const beside = `${file}.${process.pid}.new`
  try {
    const there = statSync(file, {throwIfNoEntry: false})
    if (there && !there.isFile()) {
      writeFileSync(file, text)
      return
    }
    writeFileSync(beside, text)
    renameSync(beside, file)
  } catch (error) {
    rmSync(beside, {force: true})
    throw new UsageError(`--report: cannot write ${file} (${(error as NodeJS.ErrnoException).code})`)
  }
}
