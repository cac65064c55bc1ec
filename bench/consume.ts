// Reading the aggregates of 50 hosts.
import {setTimeout as sleep} from 'node:timers/promises'
import {stopwatch, stopwatchInsideLab, withContestants} from './contestant.ts'
import {compared, type Result} from './result.ts'
import {ours, peers} from './scripts.ts'
import {sideBySide} from './side-by-side.ts'
import {readHosts, type Workplace} from './workplace.ts'

const count = 50

export async function consume(workplace: Workplace): Promise<Result[]> {
  const {lab, env, gnocchictl, run, hostsFileWithMetrics, token} = workplace
  const file = hostsFileWithMetrics(count)
  const look = ['consume', '--once', '--agg', 'mean', '--granularity', 'minute', '--config', file]
  run('produce', '--source', 'random', '--count', '3', '--interval', '1', '--config', file)
  await processed(() => run(...look, '-f', 'value', '-c', 'host'))

  // The peers are given a token; ours has one in its cache.
  const {endpoint, token: given} = await token()
  const words = [endpoint, given, ...readHosts(file).map(({metric}) => metric!)]
  const processes = await withContestants(
    {
      ours: stopwatch(gnocchictl(...look), env),
      gnocchiclient: stopwatchInsideLab(lab, ['python3', '-c', peers.getsByGnocchiclient, ...words], {}),
      requests: stopwatchInsideLab(lab, ['python3', '-c', peers.getsByRequests, ...words], {}),
    },
    (measures) => sideBySide(measures, 20),
  )
  const client = (way: string) => ({command: [process.execPath, ours.readAggregates, way, file], env})
  const calls = await withContestants({together: client('together'), apart: client('apart')}, (measures) =>
    sideBySide(measures, 20),
  )
  return [
    compared('consume --once, 50 hosts / gnocchiclient, 50 GETs', processes.ours, processes.gnocchiclient, 0.3),
    compared('  the same / bare requests, 50 GETs', processes.ours, processes.requests),
    compared('  one request / 50 GETs, both in our client', calls.together, calls.apart),
  ]
}

/** Waits until each host has an aggregate. */
async function processed(hostsWithRows: () => string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    if (new Set(hostsWithRows().trim().split('\n')).size === count) return
    await sleep(500)
  }
  throw new Error('Gnocchi did not process the measures within 30 s')
}
