import {backlog, disk, spool} from './backlog.ts'
import type {Check} from './check.ts'
import {catalogue, clock, cloud, gnocchi, keystone} from './cloud.ts'
import {hosts, hostsFile, measures, metrics, policies} from './hosts.ts'

/** What `doctor` looks at, in the order in which it says so. To add a check, add an entry. */
export const checks: readonly Check[] = [
  {name: 'hosts file', code: 'usage', examine: hostsFile},
  {name: 'cloud', code: 'usage', examine: cloud},
  {name: 'keystone', code: 'auth', examine: keystone},
  {name: 'clock', code: 'auth', examine: clock},
  {name: 'catalogue', code: 'auth', examine: catalogue},
  {name: 'gnocchi', code: 'gnocchi', examine: gnocchi},
  {name: 'hosts', code: 'hosts', examine: hosts},
  {name: 'metrics', code: 'gnocchi', examine: metrics},
  {name: 'policies', code: 'gnocchi', examine: policies},
  {name: 'measures', code: 'gnocchi', examine: measures},
  {name: 'spool', code: 'gnocchi', examine: spool},
  {name: 'disk', code: 'usage', examine: disk},
  {name: 'backlog', code: 'gnocchi', examine: backlog},
]
