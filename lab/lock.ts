// One `up` or `down` at a time for one state folder.
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {LabError} from './process.ts'

/** Holds `file` while `work` runs. A holder that no longer exists does not count. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (holder && !existsSync(`/proc/${holder}`)) rmSync(file, {force: true})
  try {
    writeFileSync(file, String(process.pid), {flag: 'wx'})
  } catch {
    throw new LabError(`another \`lab up\` is at work here (process ${holder}): wait for it, or end it`, 2)
  }
  try {
    return await work()
  } finally {
    rmSync(file, {force: true})
  }
}
