// Faults of every kind, mixed by a seeded random, under a `produce` of 20 hosts at one second; then the account.
//
//   npm run chaos -- --seed 1 --minutes 10      ends with 0 when nothing is lost, doubled or out of order, else with 1
import {execFileSync} from 'node:child_process'
import {closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'

import {down} from '../lab/down.ts'
import {service} from '../lab/servers.ts'
import {readLab} from '../lab/state.ts'
import {accountFor, fromHosts, printed, samplesIn, secondsPolicy} from '../test/faults/evidence.ts'
import {Proxy, targetOf, type Mode} from '../test/faults/proxy.ts'
import {gnocchiAs, openLab, openrc, type Lab} from '../test/live/lab.ts'
import {Person, type Running} from '../test/live/person.ts'

const {values: flags} = parseArgs({
  options: {
    seed: {type: 'string', default: '1'},
    minutes: {type: 'string', default: '2'},
    verbose: {type: 'boolean', default: false},
  },
})
const seed = Number(flags.seed)
const minutes = Number(flags.minutes)
if (!Number.isInteger(seed) || !(minutes > 0)) {
  console.error('error: usage: npm run chaos -- --seed N --minutes M [--verbose]')
  process.exit(2)
}
const began = Date.now()
const say = (line: string) => {
  if (flags.verbose) console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}

const hostCount = 20

/** mulberry32: the same seed gives the same faults in the same order; when they strike depends on the machine, too. */
let state = seed >>> 0
function random(): number {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
const between = (low: number, high: number): number => low + random() * (high - low)
const oneOf = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!

const page = '<html><head><title>Bad Gateway</title></head></html>'
const json = (status: number): Mode => ({
  status,
  body: JSON.stringify({code: status, title: 'canned', description: 'no'}),
})
const gnocchiModes: [string, Mode][] = [
  ['refused', 'refuse'],
  ['reset in the request', 'reset-request'],
  ['reset in the answer', 'reset-answer'],
  ['black hole', 'black-hole'],
  ['silence', 'silence'],
  ['2 KB/s', {bytesPerSecond: 2000}],
  ['401', json(401)],
  ['404', json(404)],
  ['500', json(500)],
  ['503', json(503)],
  ['502 page', {status: 502, type: 'text/html', body: page}],
  ['403 page', {status: 403, type: 'text/html', body: page}],
]
const hostModes: [string, Mode][] = [
  ['refused', 'refuse'],
  ['reset', 'reset-answer'],
  ['black hole', 'black-hole'],
  ['silence', 'silence'],
  ['10 KB/s', {bytesPerSecond: 10_000}],
]

/** One fault: what it is called, what it keeps busy, and itself, which resolves when it is mended. */
interface Fault {
  kind: string
  busy: string
  strike: () => Promise<void>
}

class Chaos {
  readonly lab: Lab
  readonly person: Person
  readonly gnocchi: Proxy
  readonly keystone: Proxy
  readonly hosts: Proxy[]
  readonly spool: string
  readonly unforeseen: string[] = []
  stdout = ''
  producing: Running | undefined
  /** The disk was full when it was started last: whoever watches over it starts it again. */
  refused = false

  constructor(lab: Lab, home: string) {
    this.lab = lab
    this.gnocchi = new Proxy(targetOf(lab.urls.gnocchi))
    this.keystone = new Proxy(targetOf(lab.urls.keystone))
    this.hosts = Array.from(
      {length: hostCount},
      (_, index) => new Proxy({host: lab.ssh.hosts[index % lab.ssh.hosts.length]!, port: lab.ssh.port}),
    )
    this.person = new Person(home, openrc(lab, lab.users.alice))
    this.spool = join(home, 'spool')
  }

  async prepare(): Promise<void> {
    for (const proxy of [this.gnocchi, this.keystone, ...this.hosts]) await proxy.open()
    this.person.env['OS_ENDPOINT_OVERRIDE'] = `http://127.0.0.1:${this.gnocchi.port}`
    this.person.env['OS_AUTH_URL'] = `http://127.0.0.1:${this.keystone.port}/v3`
    const {root, keyed} = this.lab.ssh.accounts
    const logins = [
      {user: 'root', password: root.password},
      {user: 'keyed', privateKey: keyed.privateKey},
    ]
    this.person.hostsFile(
      this.hosts.map(({port}, index) => ({
        ip: '127.0.0.1',
        port,
        name: `chaos${String(index + 1).padStart(2, '0')}-${began}`,
        ...logins[index % 2],
      })),
    )
    const made = await this.person.cli(['metrics', 'create', '--archive-policy', await secondsPolicy(this.lab)])
    if (made.code !== 0) throw new Error(made.stderr)
    mkdirSync(this.spool, {mode: 0o700})
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=0700', 'gnocchictl-chaos', this.spool])
  }

  async printed(samples: number, limitSeconds: number): Promise<void> {
    await this.producing?.says(printed(samples), limitSeconds)
  }

  start(): void {
    const producing = this.person.start([...fromHosts, '--spool', this.spool])
    this.producing = producing
    this.refused = false
    void producing.ended.then(({code, stderr}) => {
      if (this.producing !== producing) return
      this.refused = /^error: the spool \S+ cannot be used: .*(disk is full|ENOSPC)/.test(stderr)
      if (this.refused) this.producing = undefined
      else this.unforeseen.push(`produce ended by itself with ${code ?? 'a signal'}: ${stderr}`)
    })
  }

  /** Ends the producer with a signal and keeps what it printed completely. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const {producing} = this
    if (!producing) return
    this.producing = undefined
    const {stdout, stderr, code} = await producing.end(signal)
    this.stdout += stdout.slice(0, stdout.lastIndexOf('\n') + 1)
    say(`produce: ${stderr.trimEnd().split('\n').at(-1) ?? ''}`)
    if (signal === 'SIGTERM' && code !== 0) this.unforeseen.push(`SIGTERM ended produce with ${code}: ${stderr}`)
  }

  async restart(signal: NodeJS.Signals): Promise<void> {
    await this.end(signal)
    this.start()
    // Not killed before it works: it is to be hit at its work. One whose disk is full prints nothing.
    await this.printed(1, 10).catch(() => undefined)
  }

  /** The next fault, drawn from the seed. */
  draw(): Fault {
    const lasts = between(1000, 8000)
    const way = (busy: string, proxy: Proxy, [name, mode]: [string, Mode]): Fault => ({
      kind: `${busy.replace(/\d+/, '')} ${name}`,
      busy,
      strike: async () => {
        await proxy.set(mode)
        await sleep(lasts)
        await proxy.set('pass')
      },
    })
    const dice = random()
    const [gnocchiMode, hostMode] = [oneOf(gnocchiModes), oneOf(hostModes)]
    const host = Math.floor(random() * hostCount)
    const name = oneOf(['gnocchi-api', 'metricd', 'keystone', 'postgresql', 'ceph-osd', 'sshd'])
    if (dice < 0.3) return way('gnocchi', this.gnocchi, gnocchiMode)
    if (dice < 0.36) return way('keystone', this.keystone, oneOf(gnocchiModes.slice(0, 6)))
    if (dice < 0.6) return way(`host${host}`, this.hosts[host]!, hostMode)
    if (dice < 0.72) return {kind: `${name} stopped`, busy: 'servers', strike: () => this.stopServer(name, lasts)}
    if (dice < 0.84) return {kind: 'SIGKILL', busy: 'process', strike: () => this.restart('SIGKILL')}
    if (dice < 0.88) return {kind: 'SIGTERM', busy: 'process', strike: () => this.restart('SIGTERM')}
    if (dice < 0.92) return {kind: 'SIGSTOP', busy: 'process', strike: () => this.pause(lasts)}
    if (dice < 0.95) return {kind: 'token forgotten', busy: 'process', strike: () => this.forgetToken()}
    return {kind: 'disk full', busy: 'disk', strike: () => this.fillDisk(lasts)}
  }

  async stopServer(name: string, lasts: number): Promise<void> {
    await service(this.lab, 'stop', name)
    if (name === 'sshd') await service(this.lab, 'sessions', name)
    await sleep(lasts)
    await service(this.lab, 'start', name)
  }

  async pause(lasts: number): Promise<void> {
    this.producing?.child.kill('SIGSTOP')
    await sleep(lasts)
    this.producing?.child.kill('SIGCONT')
  }

  async forgetToken(): Promise<void> {
    rmSync(this.person.path('.cache/gnocchictl/tokens.json'), {force: true})
    await this.restart('SIGKILL')
  }

  async fillDisk(lasts: number): Promise<void> {
    const filler = join(this.spool, 'filler')
    const file = openSync(filler, 'w')
    try {
      for (const block = Buffer.alloc(4096); ;) writeSync(file, block)
    } catch (error) {
      if ((error as {code?: string}).code !== 'ENOSPC') throw error
    } finally {
      closeSync(file)
    }
    await sleep(lasts)
    rmSync(filler)
    if (this.refused) this.start()
  }

  async close(): Promise<void> {
    this.producing?.child.kill('SIGKILL')
    for (const proxy of [this.gnocchi, this.keystone, ...this.hosts]) proxy.close()
    for (const name of ['postgresql', 'ceph-osd', 'keystone', 'gnocchi-api', 'metricd', 'sshd'])
      await service(this.lab, 'start', name)
    execFileSync('umount', ['-l', this.spool])
  }
}

/** New measures that Gnocchi took after later ones of the same metric, as seen on the wire. */
function watchOrder(gnocchi: Proxy): () => number {
  const taken = new Map<string, {newest: number; seen: Set<number>}>()
  let late = 0
  gnocchi.onTaken = (body) => {
    for (const [metric, points] of Object.entries(JSON.parse(body) as Record<string, {timestamp: string}[]>)) {
      const known = taken.get(metric) ?? {newest: 0, seen: new Set<number>()}
      taken.set(metric, known)
      for (const at of points.map(({timestamp}) => Date.parse(timestamp))) {
        if (!known.seen.has(at) && at < known.newest) late++
        known.seen.add(at)
        known.newest = Math.max(known.newest, at)
      }
    }
  }
  return () => late
}

/** Faults, up to three at a time and never two on the same thing, until the time is over; all mended at the end. */
async function inject(chaos: Chaos, until: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const busy = new Map<string, Promise<void>>()
  while (Date.now() < until && !interrupted.signal.aborted) {
    const pause = between(300, 2500)
    const fault = chaos.draw()
    if (!busy.has(fault.busy) && busy.size < 3) {
      counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1)
      say(fault.kind)
      busy.set(
        fault.busy,
        fault
          .strike()
          .catch((error: unknown) => void chaos.unforeseen.push(`${fault.kind}: ${(error as Error).message}`))
          .finally(() => busy.delete(fault.busy)),
      )
    }
    await sleep(pause)
  }
  await Promise.all(busy.values())
  return counts
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
const mine = readLab('trixie') === undefined
const lab = await openLab('trixie')
const home = mkdtempSync(join(tmpdir(), 'gnocchictl-chaos-'))
const chaos = new Chaos(lab, home)
try {
  await chaos.prepare()
  const outOfOrder = watchOrder(chaos.gnocchi)
  chaos.start()
  await chaos.printed(hostCount, 30)
  const counts = await inject(chaos, Date.now() + minutes * 60_000)
  await chaos.end('SIGTERM')
  const last = await chaos.person.cli([...fromHosts, '--spool', chaos.spool, '--count', '3'])
  if (last.code !== 0) chaos.unforeseen.push(`the last run ended with ${last.code}: ${last.stderr}`)
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const metrics = Object.values(chaos.person.metrics())
  const account = await accountFor(gnocchi, samplesIn(chaos.stdout + last.stdout), metrics)
  const late = account.outOfOrder + outOfOrder()
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const byKind = [...counts].sort().map(([kind, count]) => `${kind} ${count}`)
  console.log(`seed ${seed}, ${minutes} minutes, ${hostCount} hosts at 1 s`)
  console.log(`${total} faults: ${byKind.join(', ')}`)
  console.log(`sampled ${account.sampled}, stored ${account.stored}, stored, not printed ${account.unprinted}`)
  console.log(`lost ${account.lost}, doubled ${account.doubled}, out of order ${late}`)
  for (const line of chaos.unforeseen) console.log(`unforeseen: ${line}`)
  process.exitCode = account.lost + account.doubled + late + chaos.unforeseen.length > 0 ? 1 : 0
} finally {
  await chaos.close()
  rmSync(home, {recursive: true, force: true})
  if (mine) await down({suite: 'trixie'})
}
process.exit()
