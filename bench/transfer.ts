// A million measures in, a hundred thousand rows out, beside the official client; and beside wrk, which only sends.
import {spawnSync} from 'node:child_process'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {openGnocchi} from '../src/lib/gnocchi/client.ts'
import {measureParts} from '../src/lib/gnocchi/measure-parts.ts'
import type {Query} from '../src/lib/gnocchi/transport.ts'
import {gnocchiAs, unique, type Http} from '../test/live/lab.ts'
import {missing} from '../test/live/tools.ts'
import {compared, type Result} from './result.ts'
import {ours} from './scripts.ts'
import {median} from './side-by-side.ts'
import {cpu, inTurns, memory, officialUsage, usage, usageInsideLab, type Usage} from './usage.ts'
import type {Workplace} from './workplace.ts'

const [measures, metrics, rows] = [1_000_000, 100, 100_000]

export async function transfer(workplace: Workplace): Promise<Result[]> {
  const {lab} = workplace
  const folder = mkdtempSync(join(tmpdir(), 'gnocchictl-transfer-'))
  const admin = await gnocchiAs(lab, lab.users.admin)
  const alice = await gnocchiAs(lab, lab.users.alice)
  const resources: string[] = []
  /** Metrics that have nothing yet, as those of most imports. */
  const made = async (): Promise<Made> => {
    const resource = unique('live-bench')
    resources.push(resource)
    return {resource, ids: await makeMetrics(alice, resource)}
  }
  try {
    await makePolicy(admin)
    return [
      ...(await importing(workplace, {folder, admin, made})),
      // Of the last turn, which stored a million.
      ...(await exporting(workplace, {folder, admin, alice, resource: resources.at(-1)!})),
    ]
  } finally {
    for (const resource of resources) await alice('DELETE', `v1/resource/generic/${resource}`)
    rmSync(folder, {recursive: true, force: true})
    rmSync(labPath(workplace, 'live-bench.json'), {force: true})
  }
}

const peak = (runs: Usage[]): number => median(runs.map(({peakMegabytes}) => peakMegabytes))

interface Made {
  resource: string
  /** By `resource/name`. */
  ids: Record<string, string>
}

interface Place {
  folder: string
  admin: Http
}

async function importing(
  workplace: Workplace,
  {folder, admin, made}: Place & {made: () => Promise<Made>},
): Promise<Result[]> {
  const path = join(folder, 'measures.csv')
  const imported = async (count: number) => {
    writeMeasures(path, (await made()).resource, count)
    return usage(workplace, workplace.gnocchictl('measures', 'import', path))
  }
  const wrk = await withWrk(workplace, join(folder, 'bodies'))
  const contestants: Record<string, () => Promise<Usage>> = {
    ours: () => imported(measures),
    tenth: () => imported(measures / 10),
    async official() {
      const {resource, ids} = await made()
      const {lines} = writeMeasures(path, resource, measures)
      writeFileSync(labPath(workplace, 'live-bench.json'), asOfficialFile(lines, ids))
      return officialUsage(workplace, ['measures', 'batch-metrics', '/tmp/live-bench.json'])
    },
    ...(wrk && {
      async wrk() {
        const {resource, ids} = await made()
        writeMeasures(path, resource, measures)
        return wrk(writeBodies(folder, path, ids))
      },
    }),
  }
  const used = await inTurns(contestants, () => processed(admin))
  const times = (name: string) => used[name]!.map(({milliseconds}) => milliseconds)
  return [
    compared(`measures import of ${measures} / official batch-metrics`, times('ours'), times('official'), 0.1),
    ...(used['wrk'] ? [compared('  the same / wrk, the same bodies', times('ours'), times('wrk'), 1.25)] : []),
    {name: '  CPU', ours: cpu(used['ours']!), peer: cpu(used['official']!)},
    {name: '  memory at its peak', ours: memory(used['ours']!), peer: memory(used['official']!)},
    {
      name: '  memory, a million measures / a hundred thousand',
      ours: memory(used['ours']!),
      peer: memory(used['tenth']!),
      ratio: peak(used['ours']!) / peak(used['tenth']!),
    },
  ]
}

async function exporting(
  workplace: Workplace,
  {folder, admin, alice, resource}: Place & {alice: Http; resource: string},
): Promise<Result[]> {
  const {run, gnocchictl} = workplace
  const metric = `${resource}/export`
  const {lines, path} = writeMeasures(join(folder, 'export.csv'), resource, rows, 'export')
  run('measures', 'import', path)
  await processed(admin)
  const {body} = await alice('GET', `v1/resource/generic/${resource}/metric/export`)
  const {id} = body as {id: string}
  const exported = (...what: string[]) => {
    const out = join(folder, 'out.csv')
    run('measures', 'export', ...what, '--output', out)
    return readFileSync(out, 'utf8').trim().split('\n').length - 1
  }
  const read = exported(metric)
  if (read !== lines.length) throw new Error(`${read} rows of ${lines.length} exported`)
  // Those of the import too: a million.
  const everything = ['--resource', resource]
  const total = exported(...everything)
  const show = (format: string) => ['measures', 'show', id, '--granularity', '1', '-f', format]
  const used = await inTurns({
    export: () => usage(workplace, gnocchictl('measures', 'export', metric)),
    curl: await curl(workplace, id),
    'official csv': () => officialUsage(workplace, show('csv')),
    'our csv': () => usage(workplace, gnocchictl(...show('csv'))),
    'official json': () => officialUsage(workplace, show('json')),
    'our json': () => usage(workplace, gnocchictl(...show('json'))),
    'official table': () => officialUsage(workplace, show('table')),
    'our table': () => usage(workplace, gnocchictl(...show('table'))),
    everything: () => usage(workplace, gnocchictl('measures', 'export', ...everything)),
  })
  type Name = keyof typeof used
  const times = (name: Name) => used[name].map(({milliseconds}) => milliseconds)
  const besides = (ours: Name, official: Name): Result[] => [
    {name: '  CPU', ours: cpu(used[ours]), peer: cpu(used[official])},
    {name: '  memory at its peak', ours: memory(used[ours]), peer: memory(used[official])},
  ]
  const shown = (format: 'csv' | 'json' | 'table'): Result[] => [
    compared(
      `measures show -f ${format} of ${rows} rows / official`,
      times(`our ${format}`),
      times(`official ${format}`),
    ),
    ...besides(`our ${format}`, `official ${format}`),
  ]
  return [
    compared(`measures export of ${rows} rows / official measures show`, times('export'), times('official csv'), 0.2),
    compared('  the same / curl, the same GETs', times('export'), times('curl')),
    ...besides('export', 'official csv'),
    {
      name: `  memory, ${total} rows / ${rows}`,
      ours: memory(used.everything),
      peer: memory(used.export),
      ratio: peak(used.everything) / peak(used.export),
    },
    ...(['table', 'json', 'csv'] as const).flatMap(shown),
  ]
}

/** What Gnocchi itself takes: the GETs of an export, four at once, and their answers thrown away. */
async function curl(workplace: Workplace, id: string): Promise<() => Usage> {
  const {endpoint, token} = await workplace.token()
  const transport = await workplace.transport()
  const gets: string[] = []
  const overheard = openGnocchi((method, path, request) => {
    if (method === 'GET') gets.push(`${endpoint}/${path}?${given(request?.searchParams as Query).toString()}`)
    return transport(method, path, request)
  })
  const reading = {method: 'mean', granularitySeconds: 1}
  for await (const {read} of measureParts(overheard, id, reading, {now: new Date(), mostPeriods: rows})) await read()
  const options = ['--silent', '--fail', '--parallel', '--parallel-immediate', '--parallel-max', '4']
  return () => usageInsideLab(workplace, ['curl', ...options, '--header', `x-auth-token: ${token}`, ...gets])
}

function given(query: Query): URLSearchParams {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) params.set(name, String(value))
  return params
}

/** undefined where wrk cannot be had. */
async function withWrk({token}: Workplace, folder: string): Promise<((bodies: number) => Usage) | undefined> {
  const none = await missing('wrk')
  if (none !== false) {
    console.error(`not compared with wrk: ${none}`)
    return undefined
  }
  const given = await token()
  const args = (bodies: number) => [
    '-t1',
    '-c4',
    '-d600',
    '--timeout',
    '60',
    '-s',
    ours.bodiesForWrk,
    given.endpoint,
    '--',
    given.token,
    folder,
    String(bodies),
  ]
  return (bodies) => {
    const {status, stdout, stderr} = spawnSync('wrk', args(bodies), {encoding: 'utf8'})
    const said = /^\{.*\}$/m.exec(stdout)?.[0]
    if (status !== 0 || said === undefined || stderr !== '')
      throw new Error(`wrk ended with ${status}: ${stdout}${stderr}`)
    return {cpuSeconds: Number.NaN, peakMegabytes: Number.NaN, ...(JSON.parse(said) as {milliseconds: number})}
  }
}

const policy = 'live-transfer-rows'

const makePolicy = (admin: Http) =>
  admin('POST', 'v1/archive_policy', {
    name: policy,
    definition: [{granularity: '1s', points: rows}],
    aggregation_methods: ['mean', 'count'],
  })

async function makeMetrics(alice: Http, resource: string): Promise<Record<string, string>> {
  const names = [...Array.from({length: metrics}, (_, n) => `m${n}`), 'export']
  const {status, body} = await alice('POST', 'v1/resource/generic', {
    id: resource,
    metrics: Object.fromEntries(names.map((name) => [name, {archive_policy_name: policy}])),
  })
  if (status !== 201) throw new Error(`no resource ${resource}: ${JSON.stringify(body)}`)
  const ids = (body as {metrics: Record<string, string>}).metrics
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [`${resource}/${name}`, id]))
}

type Line = [metric: string, timestamp: string, value: number]

/** One a second for each metric, up to an hour ago. */
function writeMeasures(path: string, resource: string, count: number, only?: string): {path: string; lines: Line[]} {
  const width = only === undefined ? metrics : 1
  const begin = Math.floor(Date.now() / 1000) - 3600 - count / width
  const lines = Array.from({length: count}, (_, n): Line => {
    const at = new Date((begin + Math.floor(n / width)) * 1000).toISOString().replace('.000Z', 'Z')
    return [`${resource}/${only ?? `m${n % width}`}`, at, Math.round(Math.random() * 1e5) / 1000]
  })
  writeFileSync(path, `metric,timestamp,value\n${lines.map((line) => `${line.join(',')}\n`).join('')}`)
  return {path, lines}
}

function asOfficialFile(lines: Line[], ids: Record<string, string>): string {
  const batch: Record<string, {timestamp: string; value: number}[]> = {}
  for (const [metric, timestamp, value] of lines) (batch[ids[metric]!] ??= []).push({timestamp, value})
  return JSON.stringify(batch)
}

function writeBodies(folder: string, file: string, ids: Record<string, string>): number {
  rmSync(join(folder, 'bodies'), {recursive: true, force: true})
  mkdirSync(join(folder, 'bodies'))
  const args = [ours.bodies, file, join(folder, 'bodies'), JSON.stringify(ids)]
  const {status, stdout, stderr} = spawnSync(process.execPath, args, {encoding: 'utf8'})
  if (status !== 0) throw new Error(`bodies.ts ended with ${status}: ${stderr}`)
  return Number(stdout)
}

/** A file of the lab's own /tmp, from outside. */
const labPath = ({lab}: Workplace, name: string): string => `/proc/${lab.pid}/root/tmp/${name}`

/** Waits until Gnocchi has nothing left to process. */
async function processed(admin: Http): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const {body} = await admin('GET', 'v1/status')
    const {storage} = body as {storage?: {summary?: {measures?: number}}}
    if (storage?.summary?.measures === 0) return
    await sleep(500)
  }
  throw new Error('Gnocchi did not process the measures within 300 s')
}
