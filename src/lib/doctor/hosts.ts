import {setTimeout as sleep} from 'node:timers/promises'

import pMap from 'p-map'

import {GnocchiError} from '../errors.ts'
import {roughly} from '../duration.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {Metric} from '../gnocchi/metrics.ts'
import {isoTime} from '../time.ts'
import type {Finding} from './check.ts'
import type {Examination} from './examination.ts'

const some = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

export async function hostsFile(examination: Examination): Promise<Finding[]> {
  const file = await examination.hostsFile()
  if (!file) return [{verdict: 'skipped', what: 'there is none: produce, consume and metrics create need one'}]
  const warnings = file.warnings.map((warning): Finding => {
    const [what, mend] = warning.split(/: (?=chmod)/)
    return {verdict: 'warning', what: what!, ...(mend ? {mend} : {})}
  })
  return [{verdict: 'ok', what: `${some(file.hosts.length, 'host')} in ${file.path}`}, ...warnings]
}

export async function hosts(examination: Examination): Promise<Finding[]> {
  const all = await examination.hosts()
  const checked = await examination.options.checkHosts(all)
  const bad = checked.filter(({problem}) => problem)
  const good = checked.length - bad.length
  return [
    ...(good > 0 ? [{verdict: 'ok' as const, what: `${good} of ${checked.length} can be sampled`}] : []),
    ...bad.map(({problem, host}): Finding => {
      const [mend = `gnocchictl hosts check ${host}`] = problem!.suggestions
      return {verdict: 'wrong', what: problem!.message, mend}
    }),
  ]
}

const stateWords = {
  dead: 'Gnocchi has no metric of the id in the hosts file',
  foreign: 'the metric in the hosts file belongs to another project',
  none: 'has no metric yet',
}

/** That each host has a metric, and that it is there. */
export async function metrics(examination: Examination): Promise<Finding[]> {
  const all = await examination.metrics()
  const good = all.filter(({state}) => state === 'ok').length
  const bad = all.flatMap(({host, state, id}): Finding[] =>
    state === 'ok'
      ? []
      : [
          {
            verdict: state === 'none' ? 'warning' : 'wrong',
            what: `${host}: ${stateWords[state]}${id === null ? '' : ` (${id})`}`,
            mend: 'gnocchictl metrics create',
          },
        ],
  )
  return [...(good > 0 ? [{verdict: 'ok' as const, what: `${good} of ${all.length} are there`}] : []), ...bad]
}

/** Methods that consume offers first. */
const wanted = ['mean', 'min', 'max']

/** Whether the policies of the hosts' metrics fit what is sampled, and how late it comes. */
export async function policies(examination: Examination): Promise<Finding[]> {
  const all = await examination.needs('metrics', examination.metrics())
  const used = new Map(all.flatMap(({metric}) => (metric ? [[metric.archivePolicy.name, metric.archivePolicy]] : [])))
  if (used.size === 0) return [{verdict: 'skipped', what: 'no host has a metric'}]
  const {readSpool} = await import('../delivery/spool.ts')
  const late = (readSpool(await examination.spoolFile()) ?? []).filter(({parked}) => parked?.includes(' too late: '))
  return [...used.values()].flatMap((policy) => {
    const ids = new Set(all.flatMap(({metric}) => (metric?.archivePolicy.name === policy.name ? [metric.id] : [])))
    const lateSamples = late.reduce((sum, {metric, samples}) => sum + (ids.has(metric.toLowerCase()) ? samples : 0), 0)
    return misfits(policy, examination.options.intervalSeconds, lateSamples)
  })
}

/** What of a policy does not fit hosts that are sampled so often, or samples that came too late for it. */
export function misfits(
  {name, definition, aggregationMethods, backWindow}: ArchivePolicy,
  intervalSeconds: number,
  lateSamples: number,
): Finding[] {
  const finest = definition[0]!.granularitySeconds
  const lacking = wanted.filter((method) => !aggregationMethods.includes(method))
  const findings: Finding[] = []
  if (finest < intervalSeconds)
    findings.push({
      verdict: 'warning',
      what: `${name} keeps a point every ${finest} s, but hosts are sampled every ${intervalSeconds} s: most of its points stay empty`,
      mend: `gnocchictl produce --interval ${finest}s`,
    })
  if (lacking.length > 0)
    findings.push({
      verdict: 'warning',
      what: `${name} keeps no ${lacking.join(', ')}: consume cannot show ${lacking.length === 1 ? 'it' : 'them'}`,
      mend: 'gnocchictl archive-policy list',
    })
  if (backWindow === 0 && lateSamples > 0)
    findings.push({
      verdict: 'warning',
      what: `${name} has a back window of 0, and ${some(lateSamples, 'sample')} came too late for it`,
      mend: 'use a policy with a back window: gnocchictl archive-policy create --help',
    })
  return findings.length > 0 ? findings : [{verdict: 'ok', what: `${name} fits samples of every ${intervalSeconds} s`}]
}

interface Newest {
  /** The beginning of the newest period that has a value; undefined: there is none. */
  at: Date | undefined
  /** That period's length. */
  seconds: number
}

/** The newest period of a metric, once what is queued for it is processed. Two requests, whatever the metric holds. */
async function newestPeriod(gnocchi: Gnocchi, {id, archivePolicy}: Metric): Promise<Newest> {
  const {definition, aggregationMethods} = archivePolicy
  const method = ['count', 'last', 'max'].find((one) => aggregationMethods.includes(one)) ?? aggregationMethods[0]!
  const finest = definition[0]!.granularitySeconds
  const coarsest = definition.at(-1)!.granularitySeconds
  const read = async (granularitySeconds: number, start: Date | undefined, refresh: boolean) => {
    const rows = await gnocchi.measures.get(id, {method, granularitySeconds, refresh, ...(start ? {start} : {})})
    return rows.at(-1)?.at
  }
  const recently = new Date(gnocchi.now().getTime() - Math.max(50 * coarsest, 86_400) * 1000)
  const coarse = (await read(coarsest, recently, true)) ?? (await read(coarsest, undefined, false))
  if (coarse === undefined) return {at: undefined, seconds: finest}
  const fine = finest === coarsest ? coarse : await read(finest, coarse, false)
  return fine === undefined ? {at: coarse, seconds: coarsest} : {at: fine, seconds: finest}
}

const anew = (id: string): string => `gnocchictl metric delete ${id} && gnocchictl metrics create`

/**
 * How old the newest measure of each host is, and whether its metric still takes any: Gnocchi answers 202 all the same.
 * One point in the future has all before it dropped; a timestamp that is none (NaT) has all dropped, for ever.
 */
export async function measures(examination: Examination): Promise<Finding[]> {
  const all = (await examination.needs('metrics', examination.metrics())).filter(({metric}) => metric !== null)
  if (all.length === 0) return [{verdict: 'skipped', what: 'no host has a metric'}]
  const {gnocchi} = await examination.gnocchi()
  const {readNewestSent} = await import('../delivery/spool.ts')
  const sent = readNewestSent(await examination.spoolFile())
  const {intervalSeconds} = examination.options
  let oldestSeconds = 0
  const bad = await pMap(
    all,
    async ({host, metric}): Promise<Finding | undefined> => {
      try {
        let verdict: Finding | undefined
        // Gnocchi 4.4 sometimes answers with nothing where there is something, and a refresh that failed shows what was
        // before: what is wrong once may be well the next time.
        for (let look = 0; look < 3; look++) {
          if (look > 0) await sleep(1000)
          const newest = await newestPeriod(gnocchi, metric!)
          if (newest.at) oldestSeconds = Math.max(oldestSeconds, (gnocchi.now().getTime() - newest.at.getTime()) / 1000)
          verdict = judged(host, metric!.id, newest, sent.get(metric!.id), gnocchi.now(), intervalSeconds)
          if (verdict?.verdict !== 'wrong') break
        }
        return verdict
      } catch (error) {
        // Another process has it locked just now.
        if (error instanceof GnocchiError && error.status === 503)
          return {verdict: 'skipped', what: `${host}: ${error.message}`}
        throw error
      }
    },
    {concurrency: 8},
  )
  const found = bad.filter((finding) => finding !== undefined)
  if (found.length > 0) return found
  return [{verdict: 'ok', what: `the newest of each host is at most ${roughly(Math.max(0, oldestSeconds))} old`}]
}

/** What is wrong with a metric's newest measure, or undefined. */
export function judged(
  host: string,
  id: string,
  {at, seconds}: Newest,
  sent: Date | undefined,
  now: Date,
  intervalSeconds: number,
): Finding | undefined {
  if (at && at.getTime() > now.getTime() + 1000)
    return {
      verdict: 'wrong',
      what: `${host}: its newest point lies in the future, at ${isoTime(at)}; Gnocchi drops what comes before that`,
      mend: anew(id),
    }
  if (sent && (at === undefined || sent.getTime() >= at.getTime() + seconds * 1000))
    return {
      verdict: 'wrong',
      what: `${host}: Gnocchi took measures until ${isoTime(sent)} and keeps none after ${at ? isoTime(at) : 'any'}: the metric is blocked, as by a measure with an impossible time`,
      mend: anew(id),
    }
  if (!at) return {verdict: 'warning', what: `${host}: has no measure yet`, mend: 'gnocchictl produce --once'}
  const age = (now.getTime() - at.getTime()) / 1000
  if (age <= seconds + 3 * intervalSeconds + 60) return undefined
  return {
    verdict: 'warning',
    what: `${host}: its newest measure is ${roughly(age)} old`,
    mend: 'gnocchictl produce status',
  }
}
