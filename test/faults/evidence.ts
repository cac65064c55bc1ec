// What `produce` printed against what Gnocchi holds, point by point: the assertion of every fault test and of the chaos.
import assert from 'node:assert/strict'
import {monitorEventLoopDelay} from 'node:perf_hooks'

import {gnocchiAs, stored, type Http, type Lab} from '../live/lab.ts'
import type {Running} from '../live/person.ts'

export interface Printed {
  timestamp: string
  host: string
  metric: string
  value: number
}

/** Lines that were printed completely: what a SIGKILL cut off does not count. */
export const samplesIn = (stdout: string): Printed[] =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Printed)

export interface Account {
  /** Printed, to the end of the line. */
  sampled: number
  /** Points that Gnocchi holds. */
  stored: number
  /** Printed, and not in Gnocchi, or there with another value. */
  lost: number
  /** Printed twice, or in Gnocchi more often than printed. */
  doubled: number
  /** Printed after a later sample of the same metric. */
  outOfOrder: number
  /** In Gnocchi, though never printed: a SIGKILL came between the disk and the line. */
  unprinted: number
}

const methods = ['count', 'last', 'min', 'max'] as const

/** A point for each second, open to late ones for an hour; made by the admin. */
export async function secondsPolicy(lab: Lab): Promise<string> {
  const name = 'faults-seconds'
  const gnocchi = await gnocchiAs(lab, lab.users.admin)
  const {status} = await gnocchi('POST', 'v1/archive_policy', {
    name,
    back_window: 3600,
    definition: [{granularity: '1s', points: 10_800}],
    aggregation_methods: methods,
  })
  assert.ok(status === 201 || status === 409, `the archive policy was answered ${status}`)
  return name
}

type Held = Partial<Record<(typeof methods)[number], number>>

/** By second, what Gnocchi holds of a metric. */
async function heldOf(gnocchi: Http, metric: string): Promise<Map<number, Held>> {
  const held = new Map<number, Held>()
  for (const method of methods)
    for (const [time, , value] of await stored(gnocchi, metric, method, 1))
      held.set(Date.parse(time), {...held.get(Date.parse(time)), [method]: value})
  return held
}

/** One second of one metric: `want` was printed, in the order of time. */
function compare(account: Account, want: readonly number[], {count = 0, last, min, max}: Held): void {
  account.stored += count
  if (want.length === 0) account.unprinted += count
  else if (count < want.length) account.lost += want.length - count
  else if (count > want.length) account.doubled += count - want.length
  else if (last !== want.at(-1) || min !== Math.min(...want) || max !== Math.max(...want)) account.lost += want.length
}

/** Compares; `metrics` are those to look at, beyond the ones that were printed. */
export async function accountFor(
  gnocchi: Http,
  printed: readonly Printed[],
  metrics: readonly string[] = [],
): Promise<Account> {
  const account: Account = {sampled: printed.length, stored: 0, lost: 0, doubled: 0, outOfOrder: 0, unprinted: 0}
  const mine = Map.groupBy(printed, ({metric}) => metric)
  for (const metric of new Set([...metrics, ...mine.keys()])) {
    const samples = (mine.get(metric) ?? []).map(({timestamp, value}) => ({at: Date.parse(timestamp), value}))
    account.outOfOrder += samples.filter(({at}, index) => index > 0 && at < samples[index - 1]!.at).length
    const byTime = new Map(samples.map((sample) => [sample.at, sample]))
    account.doubled += samples.length - byTime.size
    const inOrder = [...byTime.values()].sort((a, b) => a.at - b.at)
    const seconds = Map.groupBy(inOrder, ({at}) => Math.floor(at / 1000) * 1000)
    const held = await heldOf(gnocchi, metric)
    for (const second of new Set([...seconds.keys(), ...held.keys()])) {
      const want = (seconds.get(second) ?? []).map(({value}) => value)
      compare(account, want, held.get(second) ?? {})
    }
  }
  return account
}

/** How long this process itself got no turn, at worst: then the machine had none for anybody. */
const stalls = monitorEventLoopDelay({resolution: 20})
stalls.enable()

/**
 * A host missed no two seconds in a row: one may go, on a machine of two cores that others are busy on, and as many more as
 * the machine stood still.
 */
export function assertSteady(stdout: string, host: string): void {
  const samples = samplesIn(stdout).filter((sample) => sample.host === host)
  const times = samples.map(({timestamp}) => Date.parse(timestamp) / 1000)
  const most = 2 + Math.floor(stalls.max / 1e9)
  assert.ok(times.length > 0, `${host} has no samples`)
  assert.ok(
    times.every((time, index) => index === 0 || time - times[index - 1]! <= most),
    `${host} was held back by more than ${most - 1} s: ${times.join(' ')}`,
  )
}

/** Nothing lost, doubled, out of order or beyond what was printed. */
export async function assertAllStored(gnocchi: Http, stdout: string, atLeast = 1): Promise<void> {
  const samples = samplesIn(stdout)
  assert.ok(samples.length >= atLeast, `only ${samples.length} samples were printed`)
  const {length} = samples
  assert.deepEqual(await accountFor(gnocchi, samples), {
    sampled: length,
    stored: length,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
    unprinted: 0,
  })
}

export const randomly = ['produce', '--source', 'random', '--interval', '1', '-f', 'ndjson']
export const fromHosts = ['produce', '--interval', '1', '-f', 'ndjson']

/** It printed `count` samples in all. */
export const printed =
  (count: number) =>
  ({stdout}: {stdout: string}): boolean =>
    stdout.split('\n').length > count

/** It printed `count` samples more than now. */
export const printsMore = ({stdout}: Running, count: number) => printed(stdout.split('\n').length - 1 + count)

export const says =
  (words: string | RegExp) =>
  ({stderr}: {stderr: string}): boolean =>
    typeof words === 'string' ? stderr.includes(words) : words.test(stderr)

export const well = says('Gnocchi takes measures again')
export const kept = says('samples are kept')

/** What it said, without what differs from run to run and the first meeting with a host. */
const lines = (stderr: string): string[] =>
  stderr
    .split('\n')
    .filter((line) => line && !line.includes('accepted and kept'))
    .map((line) => line.replace(/kept in \S+ until/, 'kept in SPOOL until'))

/** Ends it as a service manager does, which is to be a success with nothing left over; gives what it printed and said. */
export async function endedWell(running: Running): Promise<{stdout: string; said: string[]}> {
  const {stdout, stderr, code} = await running.end('SIGTERM')
  assert.equal(code, 0, stderr)
  const said = lines(stderr)
  assert.match(said.at(-1)!, /^\d+ rounds?, (\d+) sampled, \d+ sent$/, stderr)
  return {stdout, said}
}
