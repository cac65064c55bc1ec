// Where a benchmark works: as alice in the lab, with folders, hosts files and metrics of its own, all removed after.
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Lab} from '../lab/state.ts'
import {openTransport, type Transport} from '../src/lib/gnocchi/transport.ts'
import {openHttp} from '../src/lib/http.ts'
import {resolveCloud} from '../src/lib/keystone/cloud.ts'
import {openSession} from '../src/lib/keystone/session.ts'
import {noTokenCache} from '../src/lib/keystone/token-cache.ts'

export interface BenchHost {
  name: string
  ip: string
  port: number
  user: string
  password: string
  metric?: string
}

export interface Workplace {
  lab: Lab
  /** Alice's variables alone. */
  cloudEnv: NodeJS.ProcessEnv
  /** The same, with home and XDG folders of the benchmark's own. */
  env: NodeJS.ProcessEnv
  /** bin/run.js and its arguments, as a command line. */
  gnocchictl: (...args: string[]) => string[]
  /** Runs bin/run.js to its end. @throws Error when it fails */
  run: (...args: string[]) => string
  /** A hosts file of `count` hosts over the lab's five addresses; the path. */
  hostsFile: (count: number) => string
  /** The same, each host with a metric, made by `metrics create`. */
  hostsFileWithMetrics: (count: number) => string
  /** Gnocchi's address and a token of alice's. */
  token: () => Promise<{endpoint: string; token: string}>
  /** Gnocchi as alice reaches it, in this process. */
  transport: () => Promise<Transport>
  clean: () => Promise<void>
}

const program = join(import.meta.dirname, '..', 'bin', 'run.js')

export function openWorkplace(lab: Lab): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'gnocchictl-bench-'))
  const cloudEnv = aliceEnv(lab)
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_STATE_HOME: join(folder, 'state'),
    ...cloudEnv,
  }
  const withMetrics: string[] = []
  const gnocchictl = (...args: string[]) => [process.execPath, program, ...args]
  const run = (...args: string[]): string => {
    const {status, stdout, stderr} = spawnSync(process.execPath, [program, ...args], {
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    })
    if (status !== 0) throw new Error(`gnocchictl ${args.join(' ')} ended with ${status}: ${stderr}`)
    return stdout
  }
  const hostsFile = (count: number): string => {
    const path = join(folder, `hosts-${count}.json`)
    const {hosts, port, accounts} = lab.ssh
    const entry = (n: number): BenchHost => ({
      name: `bench-${process.pid}-${count}-${n + 1}`,
      ip: hosts[n % hosts.length]!,
      port,
      user: 'reader',
      password: accounts.reader.password,
    })
    writeFileSync(path, JSON.stringify({hosts: Array.from({length: count}, (_, n) => entry(n))}), {mode: 0o600})
    return path
  }
  const transport = async () => openTransport(openHttp({}), await aliceSession(cloudEnv))
  return {
    lab,
    cloudEnv,
    env,
    gnocchictl,
    run,
    hostsFile,
    hostsFileWithMetrics(count) {
      const path = hostsFile(count)
      withMetrics.push(path)
      run('metrics', 'create', '--config', path)
      return path
    },
    async token() {
      const session = await aliceSession(cloudEnv)
      const {headers} = await session.credentials()
      return {endpoint: await session.endpoint(), token: headers['x-auth-token']!}
    },
    transport,
    async clean() {
      try {
        if (withMetrics.length === 0) return
        for (const {name} of withMetrics.flatMap(readHosts)) await removeResource(await transport(), name)
      } finally {
        rmSync(folder, {recursive: true, force: true})
      }
    },
  }
}

export const readHosts = (path: string): BenchHost[] =>
  (JSON.parse(readFileSync(path, 'utf8')) as {hosts: BenchHost[]}).hosts

const aliceEnv = ({urls, users: {alice}}: Lab): NodeJS.ProcessEnv => ({
  OS_AUTH_URL: urls.keystone,
  OS_USERNAME: alice.name,
  OS_PASSWORD: alice.password,
  OS_PROJECT_NAME: alice.project,
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
  OS_REGION_NAME: 'RegionOne',
  OS_IDENTITY_API_VERSION: '3',
})

const aliceSession = async (env: NodeJS.ProcessEnv) =>
  openSession(await resolveCloud({}, env), openHttp({}), noTokenCache)

/** With its metrics. One that `metrics create` did not come to is none. */
async function removeResource(transport: Transport, id: string): Promise<void> {
  await transport('DELETE', `v1/resource/generic/${id}`).catch(() => undefined)
}
