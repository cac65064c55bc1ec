import {existsSync, statSync, statfsSync} from 'node:fs'
import {dirname} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'

import {GnocchiError} from '../errors.ts'
import {roughly} from '../duration.ts'
import {status, type ServerStatus} from '../gnocchi/status.ts'
import type {Transport} from '../gnocchi/transport.ts'
import {bytesInWords} from '../size.ts'
import type {Finding} from './check.ts'
import type {Examination} from './examination.ts'

/** Metrics are processed in that many heaps, if nobody has changed it: gnocchi/cli/manage.py, sacks-number. */
const sacks = 128

/** gnocchi/incoming/__init__.py sack_for_metric: the id as a number, modulo the heaps. */
const sackOf = (id: string): number => parseInt(id.slice(-4), 16) % sacks

const lookSeconds = 2

/**
 * Metrics whose backlog has not fallen once while they were looked at again and again: an empty list of measures stops
 * a whole heap of them for good (gnocchi/incoming/ceph.py), and so does a metricd that is stuck.
 */
async function standingStill(
  transport: Transport,
  first: ReadonlyMap<string, number>,
  patienceSeconds: number,
): Promise<string[]> {
  const still = new Map(first)
  for (let waited = 0; still.size > 0 && waited < patienceSeconds; waited += lookSeconds) {
    await sleep(Math.min(lookSeconds, patienceSeconds - waited) * 1000)
    const {bundlesByMetric: pending = {}} = await status(transport).get({details: true})
    for (const [id, before] of still) {
      const now = pending[id] ?? 0
      if (now < before) still.delete(id)
      else still.set(id, now)
    }
  }
  return [...still.keys()]
}

export async function backlog(examination: Examination): Promise<Finding[]> {
  const {transport} = await examination.needs('gnocchi', examination.gnocchi())
  const {patienceSeconds} = examination.options
  let now: ServerStatus
  try {
    now = await status(transport).get({details: true})
  } catch (error) {
    if (error instanceof GnocchiError && error.status === 403)
      return [{verdict: 'skipped', what: 'only an admin may see it'}]
    throw error
  }
  const first = new Map(Object.entries(now.bundlesByMetric ?? {}))
  const still = await standingStill(transport, first, patienceSeconds)
  const findings: Finding[] = []
  if (now.processors?.length === 0)
    findings.push({
      verdict: 'wrong',
      what: 'no metricd runs: measures are taken and not processed',
      mend: 'systemctl start gnocchi-metricd',
    })
  if (still.length > 0) findings.push(stands([...first.keys()], still, patienceSeconds))
  if (findings.length > 0) return findings
  return [
    {verdict: 'ok', what: first.size === 0 ? 'nothing waits' : `moves: ${first.size} metrics had measures waiting`},
  ]
}

/** That of the metrics that waited some stand still, and in how many sacks nothing moves. */
function stands(waiting: readonly string[], still: readonly string[], patienceSeconds: number): Finding {
  // A metric whose sack others leave is late, no more; a sack that nothing leaves has stopped.
  const stopped = [...new Set(still.map(sackOf))]
    .filter((sack) => waiting.every((id) => sackOf(id) !== sack || still.includes(id)))
    .sort((a, b) => a - b)
  const named = `${stopped.slice(0, 5).join(', ')}${stopped.length > 5 ? ', …' : ''}`
  return {
    verdict: 'wrong',
    what: `stands still: ${still.length} of ${waiting.length} metrics with measures waiting have had none processed for ${roughly(patienceSeconds)}, in ${stopped.length} of ${sacks} sacks (${named}), such as ${still[0]}`,
    mend: `see metricd's log; a metric that was sent an empty list of measures stops its sack until it is deleted: gnocchictl metric delete ${still[0]}`,
  }
}

/** Less than this, and the next hours without Gnocchi may fill the disk. */
const leastBytes = 100 * 1024 ** 2

export async function spool(examination: Examination): Promise<Finding[]> {
  const file = await examination.spoolFile()
  const {readSpool} = await import('../delivery/spool.ts')
  const rows = readSpool(file) ?? []
  const sum = (of: typeof rows) => of.reduce((total, {samples}) => total + samples, 0)
  const parked = rows.filter((row) => row.parked !== null)
  const toBeSent = rows.filter((row) => row.parked === null)
  const findings: Finding[] = []
  if (toBeSent.length > 0) {
    const oldest = Math.min(...toBeSent.map((row) => row.oldest.getTime()))
    const ageSeconds = (Date.now() - oldest) / 1000
    findings.push({
      verdict: ageSeconds > 60 + 3 * examination.options.intervalSeconds ? 'warning' : 'ok',
      what: `${sum(toBeSent)} samples wait to be sent, the oldest for ${roughly(ageSeconds)}`,
      mend: 'gnocchictl spool flush',
    })
  }
  if (parked.length > 0)
    findings.push({
      verdict: 'warning',
      what: `${sum(parked)} samples are set aside: ${parked[0]!.parked}`,
      mend: 'gnocchictl spool show',
    })
  return findings.length > 0 ? findings : [{verdict: 'ok', what: 'all samples are sent'}]
}

/** Room where samples wait. */
export async function disk(examination: Examination): Promise<Finding> {
  const file = await examination.spoolFile()
  let folder = dirname(file)
  while (!existsSync(folder)) folder = dirname(folder)
  const {bavail, bsize} = statfsSync(folder)
  const free = bavail * bsize
  const used = statSync(file, {throwIfNoEntry: false})?.size ?? 0
  if (free >= leastBytes) return {verdict: 'ok', what: `${bytesInWords(free)} free in ${folder}`}
  return {
    verdict: free < leastBytes / 10 ? 'wrong' : 'warning',
    what: `${bytesInWords(free)} free in ${folder}, where samples wait while Gnocchi is down (${bytesInWords(used)} do now)`,
    mend: 'make room, or give another folder: gnocchictl produce --spool FOLDER',
  }
}
