// Every address and port of the lab, in one place. The suites are `offset` apart, so all fit on one machine.

import {LabError} from './process.ts'

export const suites = ['trixie', 'bookworm', 'forky'] as const
export type Suite = (typeof suites)[number]
export type Storage = 'ceph' | 'file'

const offset: Record<Suite, number> = {trixie: 0, bookworm: 2000, forky: 4000}

/** All of 127.0.0.0/8 is loopback: one sshd on five addresses is five hosts, dropbear is the sixth. */
export const sshHosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5']
export const dropbearHost = '127.0.0.6'

export const ports = (suite: Suite) => ({
  keystone: 5000 + offset[suite],
  gnocchi: 8041 + offset[suite],
  gnocchiBasic: 8043 + offset[suite],
  postgresql: 15432 + offset[suite],
  cephMonV2: 13300 + offset[suite],
  cephMonV1: 16789 + offset[suite],
  /** The first of a hundred: the OSD takes those it finds free. */
  cephOsdFirst: 6800 + offset[suite],
  ssh: 2222 + offset[suite],
})

export interface Listener {
  server: string
  host: string
  port: number
}

/** A suite by its name. @throws LabError when there is none of that name */
export function suiteNamed(name: string): Suite {
  const suite = suites.find((each) => each === name)
  if (!suite) throw new LabError(`${name}: no such suite; ${suites.join(' or ')}`, 2)
  return suite
}

/** What must be free before the lab starts. */
export function listeners(suite: Suite, storage: Storage): Listener[] {
  const p = ports(suite)
  const local = (server: string, port: number): Listener => ({server, host: '127.0.0.1', port})
  return [
    local('keystone', p.keystone),
    local('gnocchi-api', p.gnocchi),
    local('gnocchi-basic', p.gnocchiBasic),
    local('postgresql', p.postgresql),
    ...(storage === 'ceph' ? [local('ceph-mon', p.cephMonV2), local('ceph-mon', p.cephMonV1)] : []),
    ...sshListeners(p.ssh),
  ]
}

export const sshListeners = (port: number): Listener[] => [
  ...sshHosts.map((host) => ({server: 'sshd', host, port})),
  {server: 'dropbear', host: dropbearHost, port},
]
