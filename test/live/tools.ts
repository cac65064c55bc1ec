// Programs of the machine that some tests need beside Node: installed, as root on Debian, when they are missing.
import {execFile} from 'node:child_process'
import {existsSync} from 'node:fs'
import {delimiter, join} from 'node:path'
import {promisify} from 'node:util'

import {alone} from './lab.ts'

const run = promisify(execFile)

const isThere = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))

/** For `skip`: why `program` cannot be used, or false when it can. */
export async function missing(program: string, debianPackage = program): Promise<string | false> {
  if (isThere(program)) return false
  if (process.getuid?.() !== 0) return `${program} is missing, and only root can install it`
  const install = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '-qq', '--no-install-recommends', debianPackage]
  await alone('apt', () =>
    run('apt-get', install).catch(() => run('apt-get', ['update', '-qq']).then(() => run('apt-get', install))),
  ).catch(() => undefined)
  return isThere(program) ? false : `${program} is missing and cannot be installed`
}
