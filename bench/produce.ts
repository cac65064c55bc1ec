// `produce` with 200 connections: memory, CPU, and how late rounds start.
import {spawn, spawnSync, type ChildProcess} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import type {Ticks} from './ours/ticks.ts'
import {milliseconds, type Result} from './result.ts'
import {ours} from './scripts.ts'
import {median, percentile} from './side-by-side.ts'
import type {Workplace} from './workplace.ts'

const count = 200
const intervalSeconds = 10
/** The first connects; five others follow. */
const rounds = 6
const goalMs = 50

export async function produce(workplace: Workplace): Promise<Result[]> {
  const file = workplace.hostsFileWithMetrics(count)
  const seen = await watch(workplace, file)
  const slow = ticks(workplace, file, intervalSeconds, 12)
  const quick = ticks(workplace, file, 1, 100)
  const {cpuSeconds, peakMegabytes, firstLines, lastLines} = seen
  const starts = percentile(slow.lags, 0.99)
  return [
    {
      name: 'produce, 200 hosts, every 10 s: start of a round after its tick, p99',
      ours: milliseconds(starts),
      goal: `<= ${goalMs} ms`,
      holds: starts <= goalMs,
    },
    {name: '  the same at 100 rounds, every second', ours: milliseconds(percentile(quick.lags, 0.99))},
    {name: '  all hosts read, median of rounds', ours: milliseconds(median(slow.sweeps))},
    {name: '  first line of a round after its tick, median', ours: milliseconds(median(firstLines))},
    {name: '  last line of a round after its tick, the worst', ours: milliseconds(Math.max(...lastLines))},
    {name: '  memory at its peak (VmHWM)', ours: `${peakMegabytes.toFixed(0)} MB`},
    {name: '  CPU of a round, median', ours: `${median(cpuSeconds).toFixed(2)} s`},
  ]
}

interface Seen {
  cpuSeconds: number[]
  peakMegabytes: number
  /** Milliseconds from each tick to the arrival of the first and the last line of its round. */
  firstLines: number[]
  lastLines: number[]
}

/** Runs the program itself and looks on from outside; the round that connects is left out. */
async function watch({env, gnocchictl}: Workplace, file: string): Promise<Seen> {
  const args = ['produce', '--interval', String(intervalSeconds), '--count', String(rounds), '-f', 'ndjson']
  const [node = '', ...words] = gnocchictl(...args, '--config', file)
  const child = spawn(node, words, {env, stdio: ['ignore', 'pipe', 'pipe']})
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const usages: Usage[] = []
  const arrivals = new Map<string, number[]>()
  for await (const line of createInterface({input: child.stdout})) {
    const {timestamp} = JSON.parse(line) as {timestamp: string}
    const lags = arrivals.get(timestamp) ?? []
    lags.push(Date.now() - Date.parse(timestamp))
    arrivals.set(timestamp, lags)
    // From the first line of a round to that of the next, the process does the work of one round.
    if (lags.length === 1) usages.push(usageOf(child))
  }
  if ((await ended) !== 0) throw new Error(`gnocchictl produce failed: ${said}`)
  const [, ...steady] = [...arrivals.values()]
  if (steady.length !== rounds - 1 || steady.some((lags) => lags.length !== count))
    throw new Error(
      `rounds of ${[...arrivals.values()].map(({length}) => length).join(', ')} samples, not ${count}: ${said}`,
    )
  return {
    cpuSeconds: usages.slice(1).map(({cpuSeconds}, n) => cpuSeconds - usages[n]!.cpuSeconds),
    peakMegabytes: Math.max(...usages.map(({peakMegabytes}) => peakMegabytes)),
    firstLines: steady.map((lags) => Math.min(...lags)),
    lastLines: steady.map((lags) => Math.max(...lags)),
  }
}

interface Usage {
  cpuSeconds: number
  peakMegabytes: number
}

/** @see proc(5): utime and stime are fields 14 and 15 of stat, in hundredths of a second; VmHWM is in kB. */
function usageOf({pid}: ChildProcess): Usage {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return {cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, peakMegabytes: Number(peak?.[1]) / 1024}
}

/** The same run in a process that notes its ticks. */
function ticks({env}: Workplace, file: string, interval: number, many: number): Ticks {
  const {status, stdout, stderr} = spawnSync(process.execPath, [ours.ticks, file, String(interval), String(many)], {
    env,
    encoding: 'utf8',
    maxBuffer: 100e6,
  })
  if (status !== 0) throw new Error(`ticks.ts ended with ${status}: ${stderr.slice(-2000)}`)
  const measured = JSON.parse(stdout) as Ticks
  if (measured.sent !== many * count)
    throw new Error(`${measured.sent} of ${many * count} sent: ${stderr.slice(-2000)}`)
  return measured
}
