// A run of `produce`, put together as src/commands/produce/index.ts does it, that notes how late each tick comes out of
// alignedTicks while the hosts are read and the samples sent. Prints one line of JSON.
//
//   ticks.ts HOSTS_FILE INTERVAL_SECONDS ROUNDS
import {openSpool, spoolFile} from '../../src/lib/delivery/spool.ts'
import {openGnocchi} from '../../src/lib/gnocchi/client.ts'
import {newestOf} from '../../src/lib/gnocchi/newest.ts'
import {openTransport} from '../../src/lib/gnocchi/transport.ts'
import {withMetrics} from '../../src/lib/hosts-file/choose.ts'
import {readHostsFile} from '../../src/lib/hosts-file/read.ts'
import {openHttp} from '../../src/lib/http.ts'
import {resolveCloud} from '../../src/lib/keystone/cloud.ts'
import {openSession} from '../../src/lib/keystone/session.ts'
import {openTokenCache} from '../../src/lib/keystone/token-cache.ts'
import {produce} from '../../src/lib/produce.ts'
import {HostSampler} from '../../src/lib/sampling/host-sampler.ts'
import {sampleHosts} from '../../src/lib/sampling/sample-hosts.ts'
import {samplers} from '../../src/lib/sampling/samplers.ts'
import {openSsh} from '../../src/lib/ssh/open-host.ts'
import {alignedTicks, take} from '../../src/lib/ticks.ts'

export interface Ticks {
  /** Milliseconds from a tick to its yield, for each round after the one that connects. */
  lags: number[]
  /** Milliseconds that each of these rounds took to read all hosts. */
  sweeps: number[]
  sampled: number
  sent: number
}

const [path = '', interval = '', rounds = ''] = process.argv.slice(2)
const file = readHostsFile(path)
const {memory} = samplers
const ssh = openSsh({report: () => undefined})
const readers = withMetrics(file.hosts).map(
  (host) => new HostSampler(host, memory, (wanted) => ssh.open(wanted, memory.file)),
)
const http = openHttp({})
const gnocchi = openGnocchi(
  openTransport(http, openSession(await resolveCloud({}, process.env), http, openTokenCache())),
)

const lags: number[] = []
async function* noted(ticks: AsyncIterable<Date>): AsyncGenerator<Date> {
  for await (const at of ticks) {
    lags.push(Date.now() - at.getTime())
    yield at
  }
}

// Connected before the first tick: what is measured is the running, not the start.
await sampleHosts(readers, new Date(), 60)

const sweeps: number[] = []
const spool = openSpool(spoolFile(file.path, undefined))
const {sampled, sent} = await produce({
  ticks: noted(take(alignedTicks(Number(interval), new AbortController().signal), Number(rounds))),
  async sampleAll(at) {
    const begun = performance.now()
    const round = await sampleHosts(readers, at, Math.min(5, Number(interval) * 0.8))
    sweeps.push(performance.now() - begun)
    return round
  },
  spool,
  send: gnocchi.measures.send,
  newestOf: (metric, since) => newestOf(gnocchi, metric, since),
  now: gnocchi.now,
  onSample: ({at, value}) => void process.stderr.write(`${at.toISOString()} ${value}\n`),
  report: (line) => void process.stderr.write(`${line}\n`),
})
readers.forEach((reader) => reader.close())
spool.close()
console.log(JSON.stringify({lags, sweeps, sampled, sent} satisfies Ticks))
