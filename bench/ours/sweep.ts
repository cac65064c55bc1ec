// One sweep of all hosts over kept connections, put together as src/commands/produce/index.ts does it.
import {readHostsFile} from '../../src/lib/hosts-file/read.ts'
import {HostSampler} from '../../src/lib/sampling/host-sampler.ts'
import {sampleHosts} from '../../src/lib/sampling/sample-hosts.ts'
import {samplers} from '../../src/lib/sampling/samplers.ts'
import {openSsh} from '../../src/lib/ssh/open-host.ts'
import {answer} from './answer.ts'

const {hosts} = readHostsFile(process.argv[2]!)
const {memory} = samplers
const ssh = openSsh({report: () => undefined})
const readers = hosts.map((host) => new HostSampler(host, memory, (wanted) => ssh.open(wanted, memory.file)))

const sweep = async (patienceSeconds: number) => {
  const {samples, failures} = await sampleHosts(readers, new Date(), patienceSeconds)
  if (samples.length === hosts.length) return
  throw new Error(`${samples.length} of ${hosts.length} hosts answered: ${failures[0]?.error.message ?? 'too slow'}`)
}

await sweep(60) // connects
await answer(() => sweep(8))
readers.forEach((reader) => reader.close())
