// What must be true before anything is started; each refusal is one sentence and exit code 2.
import {existsSync, readdirSync, readFileSync, readlinkSync} from 'node:fs'
import {createServer} from 'node:net'
import {delimiter, join} from 'node:path'
import type {Listener} from './ports.ts'
import {LabError, run, say} from './process.ts'

const toolPackages = {mmdebstrap: 'mmdebstrap', unshare: 'util-linux', nsenter: 'util-linux'}
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

export function requireMachine(): void {
  if (process.platform !== 'linux' || !existsSync('/etc/debian_version') || !onPath('apt-get'))
    throw new LabError('the lab needs Debian or a relative of it, with apt: it is built from Debian packages', 2)
  if (process.getuid?.() !== 0)
    throw new LabError('the lab needs root, to make namespaces and mounts: run it as root or with sudo', 2)
}

const onPath = (program: string) =>
  `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(delimiter).some((folder) => existsSync(join(folder, program)))

/** The only thing the lab adds to the host: the tools that build it, when they are missing. */
export async function installTools(signal?: AbortSignal): Promise<void> {
  const missing = Object.entries(toolPackages)
    .filter(([tool]) => !onPath(tool))
    .map(([, name]) => name)
  if (!existsSync(keyring)) missing.push('debian-archive-keyring')
  if (missing.length === 0) return
  const names = [...new Set(missing)]
  say(`installing on this machine: ${names.join(', ')}`)
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'}
  await run(['apt-get', 'update', '-q'], {env, signal})
  const {stderr, code} = await run(['apt-get', 'install', '-y', '-q', '--no-install-recommends', ...names], {
    env,
    signal,
  })
  if (code !== 0) throw new LabError(`could not install ${names.join(', ')}: ${stderr.trim()}`, 2)
}

export async function requireFree(listeners: Listener[]): Promise<void> {
  for (const listener of listeners) {
    if (await isFree(listener)) continue
    const {server, host, port} = listener
    const by = holder(port)
    throw new LabError(`port ${port} on ${host}, which ${server} needs, is taken${by ? ` by ${by}` : ''}`, 2)
  }
}

export const isFree = ({host, port}: Listener) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({host, port, exclusive: true}, () => server.close(() => resolve(true)))
  })

/** The command line and PID of whoever listens on the port: its socket's inode in /proc/net/tcp, then in every /proc/PID/fd. */
function holder(port: number): string | undefined {
  const inode = listening().find((socket) => socket.port === port)?.inode
  if (!inode) return undefined
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const files = readdirSync(`/proc/${pid}/fd`)
      if (files.some((file) => link(`/proc/${pid}/fd/${file}`) === `socket:[${inode}]`))
        return `"${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 60)}" (process ${pid})`
    } catch {
      continue // it has just ended
    }
  }
  return undefined
}

const link = (path: string): string => {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** proc(5) net/tcp: field 1 is the local address as hex ip:port, 3 the state (0A listens), 9 the inode. */
const listening = () =>
  ['/proc/net/tcp', '/proc/net/tcp6']
    .filter((file) => existsSync(file))
    .flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => ({port: parseInt(fields[1]?.split(':').at(-1) ?? '', 16), inode: fields[9] ?? ''}))
