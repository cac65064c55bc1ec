// The start of every command that the official client has: from the start of the process until a server that is not there
// has refused the first request. What a command loads and checks before it asks for anything is all in it.
import {stopwatch, stopwatchInsideLab, withContestants} from './contestant.ts'
import {milliseconds, type Result} from './result.ts'
import {median, sideBySide} from './side-by-side.ts'
import type {Workplace} from './workplace.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const definition = ['-d', 'granularity:60,points:10']

const lines: string[][] = [
  ['aggregates', `(metric ${id} mean)`],
  ['archive-policy', 'create', 'x', ...definition],
  ['archive-policy', 'delete', 'x'],
  ['archive-policy', 'list'],
  ['archive-policy', 'show', 'x'],
  ['archive-policy', 'update', 'x', ...definition],
  ['archive-policy-rule', 'create', 'x', '-a', 'low', '-m', 'x*'],
  ['archive-policy-rule', 'delete', 'x'],
  ['archive-policy-rule', 'list'],
  ['archive-policy-rule', 'show', 'x'],
  ['archive-policy-rule', 'update', 'x', '-n', 'y'],
  ['benchmark', 'measures', 'add', '-n', '1', id],
  ['benchmark', 'measures', 'show', '-n', '1', id],
  ['benchmark', 'metric', 'create', '-n', '1'],
  ['benchmark', 'metric', 'show', '-n', '1', id],
  ['capabilities', 'list'],
  ['measures', 'add', id, '-m', '2026-11-24T10:00:00@1'],
  ['measures', 'aggregation', '-m', id, '--aggregation', 'mean'],
  ['measures', 'show', id],
  ['metric', 'create', 'x'],
  ['metric', 'delete', id],
  ['metric', 'list'],
  ['metric', 'show', id],
  ['resource', 'batch', 'delete', 'id = "x"'],
  ['resource', 'create', 'x'],
  ['resource', 'delete', 'x'],
  ['resource', 'history', 'x'],
  ['resource', 'list'],
  ['resource', 'search', 'id = "x"'],
  ['resource', 'show', 'x'],
  ['resource', 'update', 'x'],
  ['resource-type', 'create', 'x'],
  ['resource-type', 'delete', 'x'],
  ['resource-type', 'list'],
  ['resource-type', 'show', 'x'],
  ['resource-type', 'update', 'x', '-r', 'y'],
  ['server', 'version'],
  ['status'],
]

/** Discard: nobody listens there, and a connection is refused at once. */
const nobody = {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_USER: 'admin', GNOCCHI_ENDPOINT: 'http://127.0.0.1:9'}

/** A success would mean that somebody did answer. */
const failing = (program: string[]): string[] => ['/bin/sh', '-c', '! "$@"', 'sh', ...program]

const goal = 0.2
const rounds = 3

export async function commands({lab, env, gnocchictl}: Workplace): Promise<Result[]> {
  const starts: {line: string; ours: number; official: number; ratio: number}[] = []
  const home = {PATH: env['PATH'], HOME: env['HOME'], XDG_CACHE_HOME: env['XDG_CACHE_HOME'], ...nobody}
  for (const line of lines) {
    const contestants = {
      ours: stopwatch(failing(gnocchictl(...line)), home),
      official: stopwatchInsideLab(lab, failing(['gnocchi', ...line]), nobody),
    }
    const times = await withContestants(contestants, (measures) => sideBySide(measures, rounds))
    const [ours, official] = [median(times.ours), median(times.official)]
    starts.push({line: line.slice(0, 2).join(' '), ours, official, ratio: ours / official})
  }
  const worst = starts.reduce((most, start) => (start.ratio > most.ratio ? start : most))
  const middle = (key: 'ours' | 'official' | 'ratio') => median(starts.map((start) => start[key]))
  return [
    {
      name: `start of ${starts.length} commands / official client, the median`,
      ours: milliseconds(middle('ours')),
      peer: milliseconds(middle('official')),
      ratio: middle('ratio'),
    },
    {
      name: `the worst of them: ${worst.line}`,
      ours: milliseconds(worst.ours),
      peer: milliseconds(worst.official),
      ratio: worst.ratio,
      goal: `<= ${goal}x`,
      holds: worst.ratio <= goal,
    },
  ]
}
