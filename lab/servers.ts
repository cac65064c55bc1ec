// The servers of the lab: what each waits for, how long it may take, and what to say when it is ready.
import type {Storage} from './ports.ts'
import {lastLines, runInside, hostPid} from './namespace.ts'
import {LabError} from './process.ts'

interface Step {
  after: string[]
  limitSeconds: number
  says: string
  storage?: Storage
  /** Only prepares something: no process stays. */
  once?: true
}

/** Each key is a script in inside/. To add a server: an entry here, a script there, its port in ports.ts. */
const steps: Record<string, Step> = {
  postgresql: {after: [], limitSeconds: 40, says: 'postgresql: databases keystone and gnocchi'},
  'ceph-mon': {after: [], limitSeconds: 60, says: 'ceph-mon: one monitor', storage: 'ceph'},
  'ceph-osd': {after: ['ceph-mon'], limitSeconds: 60, says: 'ceph-osd: one OSD, in memory', storage: 'ceph'},
  keystone: {after: ['postgresql'], limitSeconds: 90, says: 'keystone: schema, keys, administrator'},
  gnocchi: {
    after: ['postgresql', 'ceph-osd'],
    limitSeconds: 60,
    says: 'gnocchi: settings, schema, archive policies',
    once: true,
  },
  'gnocchi-api': {after: ['gnocchi', 'keystone'], limitSeconds: 60, says: 'gnocchi-api: with Keystone'},
  'gnocchi-basic': {after: ['gnocchi'], limitSeconds: 60, says: 'gnocchi-basic: with a user name only'},
  metricd: {after: ['gnocchi'], limitSeconds: 60, says: 'metricd: one worker'},
  sshd: {after: [], limitSeconds: 40, says: 'sshd: five hosts, five accounts'},
  dropbear: {after: ['sshd'], limitSeconds: 20, says: 'dropbear: a sixth host, without SFTP'},
}

export const stepsFor = (storage: Storage) =>
  Object.entries(steps).filter(([, step]) => (step.storage ?? storage) === storage)

export const serverNames = (storage: Storage) =>
  stepsFor(storage)
    .filter(([, step]) => !step.once)
    .map(([name]) => name)

export type ServiceAction = 'up' | 'start' | 'stop' | 'sessions'

/** Runs one action of inside/service.sh; a failure carries the end of that server's log. */
export async function service(
  lab: {pid: number; stateDir: string},
  action: ServiceAction,
  name: string,
): Promise<void> {
  const limitSeconds = steps[name]?.limitSeconds ?? 60
  const script = ['bash', '/run/lab/scripts/service.sh', action, name]
  const limit = ['timeout', String(limitSeconds + 30)]
  const env = {LIMIT_SECONDS: String(limitSeconds)}
  const {code, stderr} = await runInside(lab.pid, [...limit, ...script], {env})
  if (code === 0) return
  const log = lastLines(lab.stateDir, name)
  throw new LabError(
    `${name} did not ${action === 'stop' ? 'stop' : 'start'}: ${stderr.trim() || `code ${code}`}\n${log}`,
    1,
  )
}

export interface ServerState {
  name: string
  /** As the host numbers it; undefined when the server is down. */
  pid: number | undefined
}

export async function serverStates(lab: {pid: number; storage: Storage}): Promise<ServerState[]> {
  const names = serverNames(lab.storage)
  const {stdout} = await runInside(lab.pid, ['bash', '/run/lab/scripts/service.sh', 'status', ...names])
  const inner = new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', , pid]) => [name, pid]),
  )
  return names.map((name) => {
    const pid = inner.get(name)
    return {name, pid: pid ? hostPid(lab.pid, Number(pid)) : undefined}
  })
}
