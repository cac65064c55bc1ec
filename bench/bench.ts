// `npm run bench`: the goals of speed, each measured beside what it is compared with. Exit 1 when one does not hold.
//
//   node bench/bench.ts [TOPIC…]     starts, commands, sweep, consume, produce, metric-list, transfer; all when none is named
import {availableParallelism, cpus, loadavg} from 'node:os'
import {down} from '../lab/down.ts'
import {LabError} from '../lab/process.ts'
import {readLab} from '../lab/state.ts'
import {up} from '../lab/up.ts'
import {formats} from '../src/lib/render/formats.ts'
import {commands} from './commands.ts'
import {consume} from './consume.ts'
import {metricList} from './metric-list.ts'
import {produce} from './produce.ts'
import {columns, type Result} from './result.ts'
import {starts} from './starts.ts'
import {sweep} from './sweep.ts'
import {transfer} from './transfer.ts'
import {openWorkplace, type Workplace} from './workplace.ts'

const topics: Record<string, (workplace: Workplace) => Promise<Result[]>> = {
  starts,
  commands,
  sweep,
  consume,
  produce,
  'metric-list': metricList,
  transfer,
}
const suite = 'trixie'

function sayLoad(): void {
  const cores = availableParallelism()
  const [minute = 0] = loadavg()
  console.error(`${cores} x ${cpus()[0]?.model.trim()}, Node ${process.version}, load ${minute.toFixed(2)}`)
  if (minute > cores / 4)
    console.error('warning: the machine is busy; the figures of a quiet one are other and steadier')
}

const interrupted = new AbortController()

async function bench(names: string[]): Promise<number> {
  const unknown = names.find((name) => !(name in topics))
  if (unknown !== undefined) {
    console.error(`error: there is no topic ${unknown}; there are ${Object.keys(topics).join(', ')}`)
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  const running = readLab(suite)
  if (!running) console.error('starting the lab, and stopping it at the end')
  const lab = running ?? (await up({suite, storage: 'ceph', signal: interrupted.signal}))
  try {
    const workplace = openWorkplace(lab)
    try {
      return report(await measure(names, workplace))
    } finally {
      await workplace.clean()
    }
  } finally {
    if (!running) await down({suite})
  }
}

async function measure(names: string[], workplace: Workplace): Promise<Result[]> {
  sayLoad()
  const results: Result[] = []
  for (const [name, topic] of Object.entries(topics)) {
    if (interrupted.signal.aborted || (names.length > 0 && !names.includes(name))) continue
    const begun = performance.now()
    results.push(...(await topic(workplace)))
    console.error(`${name}: measured in ${((performance.now() - begun) / 1000).toFixed(0)} s`)
  }
  return results
}

function report(results: Result[]): number {
  process.stdout.write(formats.table.list(results, columns))
  return results.some(({holds}) => holds === false) ? 1 : 0
}

try {
  process.exitCode = await bench(process.argv.slice(2))
} catch (error) {
  // Control-C ends the contestants too: what then fails is no news.
  if (!(error instanceof LabError) && !interrupted.signal.aborted) throw error
  console.error(error instanceof LabError ? `error: ${error.message}` : 'interrupted')
  process.exitCode = error instanceof LabError ? error.exitCode : 130
}
