// The lab's mount, PID and IPC namespaces: starting them, running inside, ending them, and proving it.
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {LabError, run, until, type Finished, type RunOptions} from './process.ts'

const scripts = join(import.meta.dirname, 'inside')

/** The source name of the lab's own tmpfs: a process with it in its mount table belongs to this state folder. */
const tag = (stateDir: string) => `gnocchictl-${createHash('sha256').update(stateDir).digest('hex').slice(0, 12)}`

/** Reads a file of /proc of a process that may have ended meanwhile. */
const ofProcess = (pid: number, file: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}

const allPids = () => readdirSync('/proc').map(Number).filter(Number.isInteger)

/** Every process of this lab, whoever started it. Asks the kernel, so a lost or stale file does not matter. */
function labPids(stateDir: string): number[] {
  const mark = ` ${tag(stateDir)} `
  return allPids().filter((pid) => ofProcess(pid, 'mountinfo').includes(mark))
}

/** PIDs of one process, outermost namespace first: [host's, lab's] for one inside. */
const pidsInNamespaces = (pid: number) =>
  /^NSpid:\s+(.*)$/m.exec(ofProcess(pid, 'status'))?.[1]?.split(/\s+/).map(Number) ?? []

/** Process 1 of the lab, as the host numbers it, or undefined when the lab is not running. */
const initPid = (stateDir: string) => labPids(stateDir).find((pid) => pidsInNamespaces(pid).at(-1) === 1)

export const isInit = (stateDir: string, pid: number) =>
  pidsInNamespaces(pid).at(-1) === 1 && ofProcess(pid, 'mountinfo').includes(` ${tag(stateDir)} `)

/** The host's number for a process the lab knows as `inner`. */
export function hostPid(init: number, inner: number): number | undefined {
  const namespace = readlinkSync(`/proc/${init}/ns/pid`)
  return allPids().find((pid) => {
    try {
      return pidsInNamespaces(pid).at(-1) === inner && readlinkSync(`/proc/${pid}/ns/pid`) === namespace
    } catch {
      return false
    }
  })
}

/** Starts process 1 in a session of its own, so that it outlives this command; resolves with its PID. */
export async function startNamespace(stateDir: string, rootfs: string): Promise<number> {
  for (const folder of ['cow', 'root']) mkdirSync(join(stateDir, folder), {recursive: true})
  const log = openSync(join(stateDir, 'log', 'init.log'), 'a')
  const unshare = ['--mount', '--pid', '--ipc', '--fork', '--kill-child', '--propagation', 'private']
  const child = spawn(
    'unshare',
    [...unshare, 'bash', join(scripts, 'enter.sh'), rootfs, stateDir, tag(stateDir), scripts],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: '/',
    },
  )
  closeSync(log)
  child.unref()
  child.on('error', () => {}) // no `unshare`: there is no PID then
  const ended = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  let pid: number | undefined
  const ready = () => {
    pid = initPid(stateDir)
    return ended() || (pid !== undefined && existsSync(`/proc/${pid}/root/run/lab/ready`))
  }
  if ((await until(ready, 30)) && !ended() && pid) return pid
  throw new LabError(`the lab's namespaces did not start:\n${lastLines(stateDir, 'init')}`, 1)
}

/** Runs a command inside the lab, with the lab's environment, not the host's. */
export function runInside(init: number, command: string[], options: RunOptions = {}): Promise<Finished> {
  const env = {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', ...options.env}
  return run(['/usr/bin/nsenter', '-t', String(init), '-m', '-p', '-i', '-r', '-w', ...command], {...options, env})
}

/** Kills every process of the lab; returns once the kernel says there is none, and no mount, left. */
export async function endNamespace(stateDir: string): Promise<void> {
  const gone = () => {
    const pids = labPids(stateDir)
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // it ended by itself meanwhile
      }
    }
    return pids.length === 0
  }
  if (!(await until(gone, 20)))
    throw new LabError(`processes of the lab do not end: ${labPids(stateDir).join(', ')}`, 1)
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(` ${stateDir}/`))
  if (mounts.length > 0) throw new LabError(`mounts of the lab are left on the host:\n${mounts.join('\n')}`, 1)
  for (const folder of ['cow', 'root']) rmSync(join(stateDir, folder), {recursive: true, force: true})
}

export const lastLines = (stateDir: string, server: string, count = 20): string => {
  const file = join(stateDir, 'log', `${server}.log`)
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.trim())
        .slice(-count)
        .join('\n')
    : '(no log)'
}
