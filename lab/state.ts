// What a running lab is, and where it is written down: <state>/lab.json.
import {existsSync, lstatSync, mkdirSync, readFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {isInit, runInside} from './namespace.ts'
import type {Storage, Suite} from './ports.ts'
import {LabError, type Finished} from './process.ts'

export interface User {
  name: string
  password: string
  project: string
}

/** Paths of private keys on the host: plain ed25519, ed25519 with a passphrase, RSA. All open the same accounts. */
export interface Keys {
  privateKey: string
  encryptedKey: string
  passphrase: string
  rsaKey: string
}

export interface LabFile {
  suite: Suite
  storage: Storage
  stateDir: string
  /** Process 1 of the lab, as the host numbers it. */
  pid: number
  startedAt: string
  urls: {keystone: string; gnocchi: string; gnocchiBasic: string}
  users: {admin: User; alice: User; bob: User}
  ssh: {
    /** Addresses where OpenSSH listens; dropbear's is apart. */
    hosts: string[]
    port: number
    /** Whether they listen on port 22 as well. */
    port22: boolean
    dropbear: string
    accounts: {
      root: {password: string}
      reader: {password: string}
      keyed: Keys
      sftponly: {password: string} & Keys
      noshell: {password: string} & Keys
    }
  }
}

export interface Lab extends LabFile {
  /** Runs a command inside the lab. A failing exit code is an answer, not an exception. */
  inside(command: string[], input?: string): Promise<Finished>
}

export function stateDir(suite: Suite): string {
  return resolve(process.env['LAB_STATE'] || join(tmpdir(), `gnocchictl-lab-${suite}`))
}

/** Makes the state folder; it holds passwords and root works in it, so it must not be somebody else's. */
export function makeStateDir(dir: string): void {
  mkdirSync(dir, {recursive: true, mode: 0o755})
  const {uid} = lstatSync(dir)
  if (!lstatSync(dir).isDirectory() || uid !== 0)
    throw new LabError(`${dir} must be a folder that belongs to root: remove it, or set LAB_STATE`, 2)
}

/** The running lab, or undefined when there is none: the file alone does not count. */
export function readLab(suite: Suite): Lab | undefined {
  const file = join(stateDir(suite), 'lab.json')
  if (!existsSync(file)) return undefined
  const lab = JSON.parse(readFileSync(file, 'utf8')) as LabFile
  if (lab.suite !== suite)
    throw new LabError(`${lab.stateDir} holds a lab of ${lab.suite}: give each suite its own LAB_STATE`, 2)
  return isInit(lab.stateDir, lab.pid) ? asLab(lab) : undefined
}

export const asLab = (lab: LabFile): Lab => ({...lab, inside: (command, input) => runInside(lab.pid, command, {input})})
