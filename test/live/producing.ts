// A producer of the live tests: Alice with three hosts, what it prints and what it says of itself.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import type {TestContext} from 'node:test'

import {openrc, unique, type Lab} from './lab.ts'
import {person, type Person} from './person.ts'

export interface HostEntry {
  ip: string
  name: string
  port: number
  user: string
  password: string
  metric?: string
}

/** Alice with three hosts that have metrics; the hosts as her file has them. */
export async function producer(t: TestContext, lab: Lab, policy: string): Promise<{alice: Person; hosts: HostEntry[]}> {
  const {port, hosts, accounts} = lab.ssh
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile(
    hosts.slice(0, 3).map((ip) => ({ip, port, name: unique('svc'), user: 'root', password: accounts.root.password})),
  )
  const created = await alice.cli(['metrics', 'create', '--archive-policy', policy])
  assert.equal(created.code, 0, created.stderr)
  return {alice, hosts: (JSON.parse(alice.read('config.json')) as {hosts: HostEntry[]}).hosts}
}

export const produce = ['produce', '--interval', '1', '-f', 'ndjson']
export const lines = (text: string): string[] => text.split('\n').slice(0, -1)
export const printed = ({stdout}: {stdout: string}) =>
  lines(stdout).map((line) => JSON.parse(line) as {timestamp: string; host: string; metric: string; value: number})
export const samplesOf = (running: {stdout: string}, host: string) =>
  printed(running).filter((sample) => sample.host === host)

interface Shown {
  state: string
  pid: number
  rounds: number
  sampled: number
  sent: number
  backlog: number
  last_accepted: string | null
  hosts: {host: string; state: string; last_error: string | null}[]
}

export async function status(
  who: Person,
  ...flags: string[]
): Promise<{shown: Shown; stderr: string; code: number | null}> {
  const {stdout, stderr, code} = await who.cli(['produce', 'status', '-f', 'json', ...flags])
  return {shown: JSON.parse(stdout) as Shown, stderr, code}
}

export function installed(command: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${command}`])
    return true
  } catch {
    return false
  }
}
