// A collector at a site of its own, with a router between it and the lab: real links, addresses, routes and queues.
//
//     collector's namespace      router's namespace      the lab's, beside its own loopback
//               eth0 .10 ────── .9 in    out .2 ────── .1, and .4 to .7 for hosts
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {randomBytes, randomInt} from 'node:crypto'
import {once} from 'node:events'

import {program, Running, type Person} from '../live/person.ts'

/** A router's interface loses so much of what comes in, by chance: in classic BPF, since many kernels have no netem. */
export const losing = (device: string, share: number): string => {
  const takeRandom = '32 0 0 4294963256' // SKF_AD_OFF + SKF_AD_RANDOM of linux/filter.h
  const passFrom = `53 0 1 ${Math.round(share * 2 ** 32)}`
  const [pass, drop] = ['6 0 0 0', '6 0 0 2']
  return `tc qdisc add dev ${device} ingress
    tc filter add dev ${device} parent ffff: bpf da bytecode '4,${[takeRandom, passFrom, pass, drop].join()}'`
}

/** What it sends waits in a queue, as at the end of a thin line; 1600 bytes at once, for a whole packet. */
export const thin = (device: string, bytesPerSecond: number): string =>
  `tc qdisc add dev ${device} root tbf rate ${bytesPerSecond}bps burst 1600 latency 20s`

/** Why no site can be made on this machine, if so. */
export function impossible(): string | false {
  const script = `ip link add name one type veth peer name two
    ip link set one up
    ${losing('one', 0.5)}
    ${thin('one', 1000)}
    echo 1 > /proc/sys/net/ipv4/ip_forward`
  const {status, stderr, error} = spawnSync('unshare', ['--net', 'sh', '-ec', script], {encoding: 'utf8'})
  if (status === 0) return false
  return `needs root, ip and tc, and in the kernel veth, tbf and cls_bpf: ${error?.message ?? stderr.trim()}`
}

const shell = ([file, ...args]: [string, ...string[]]): string =>
  execFileSync(file, args, {encoding: 'utf8', stdio: 'pipe'})

/** A network namespace of a process that does nothing: both end with this one, however it ends. */
class Namespace {
  readonly #holder = spawn('unshare', ['--net', 'sh', '-ec', 'ip link set lo up; echo; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  readonly #ended = once(this.#holder, 'exit')
  readonly ready = once(this.#holder.stdout, 'data')
  readonly pid = this.#holder.pid!

  /** The command line that runs a command in it. */
  within(command: readonly string[]): [string, ...string[]] {
    return ['nsenter', `--net=/proc/${this.pid}/ns/net`, ...command]
  }

  async end(): Promise<void> {
    this.#holder.kill('SIGKILL')
    await this.#ended
  }
}

/** Sixteen addresses that are on no interface here, of those that no router in the world sends on. */
function freeAddresses(): (last: number) => string {
  const taken = shell(['ip', '-4', '-o', 'address'])
  for (;;) {
    const [third, first] = [randomInt(1, 169), randomInt(16) * 16]
    if (!taken.includes(` 169.254.${third}.`)) return (last) => `169.254.${third}.${first + last}`
  }
}

export interface Site {
  /** On the lab's end of the wire, where proxies are to listen. */
  lab: string
  /** Also there: one for each host that is to have a route of its own. */
  hosts: string[]
  /** Of the collector, and another that it may change to. */
  collectors: [string, string]
  /** Brings the collector's interface up with this address and the way out, as a DHCP client does. */
  join: (address: string) => void
  /** Runs a shell script in the collector's network; gives what it printed. */
  collector: (script: string) => string
  /** The same, in the router's. */
  router: (script: string) => string
  /** Starts gnocchictl there. */
  start: (who: Person, args: readonly string[]) => Running
}

/** A site that is gone, with all that runs in it, when the test is over. */
export async function site(t: {after(end: () => unknown): void}): Promise<Site> {
  const [collector, router] = [new Namespace(), new Namespace()]
  const device = `gn${randomBytes(4).toString('hex')}`
  const started: Running[] = []
  t.after(async () => {
    await Promise.allSettled(started.map((running) => running.end('SIGKILL')))
    await Promise.all([collector.end(), router.end()])
    // A namespace that nobody is in is taken down some time later, and its wires with it: rather now.
    spawnSync('sh', ['-c', `ip link del ${device}`])
  })
  await Promise.all([collector.ready, router.ready])

  const at = freeAddresses()
  const made: Site = {
    lab: at(1),
    hosts: [4, 5, 6, 7].map(at),
    collectors: [at(10), at(11)],
    join: (address) =>
      void made.collector(
        `ip link set eth0 up
         ip address replace ${address}/29 dev eth0
         ip route replace default via ${at(9)}`,
      ),
    collector: (script) => shell(collector.within(['sh', '-ec', script])),
    router: (script) => shell(router.within(['sh', '-ec', script])),
    start(who, args) {
      const command = collector.within([process.execPath, program, ...args])
      const running = new Running(command, {env: who.env, cwd: who.home})
      started.push(running)
      return running
    },
  }
  shell(['ip', 'link', 'add', 'name', device, 'type', 'veth', 'peer', 'name', 'out', 'netns', String(router.pid)])
  made.router(
    `ip address add ${at(2)}/30 dev out
     ip link set out up
     ip link add name in type veth peer name eth0 netns ${collector.pid}
     ip address add ${at(9)}/29 dev in
     ip link set in up
     ip route add ${at(4)}/30 via ${at(1)}
     echo 1 > /proc/sys/net/ipv4/ip_forward`,
  )
  for (const address of [`${at(1)}/30`, ...made.hosts]) shell(['ip', 'address', 'add', address, 'dev', device])
  shell(['ip', 'link', 'set', device, 'up'])
  shell(['ip', 'route', 'add', `${at(8)}/29`, 'via', at(2)])
  made.join(at(10))
  return made
}
