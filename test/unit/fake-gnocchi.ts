import type {TestContext} from 'node:test'

import {openGnocchi, type Gnocchi} from '../../src/lib/gnocchi/client.ts'
import {openTransport, type Transport} from '../../src/lib/gnocchi/transport.ts'
import {openHttp} from '../../src/lib/http.ts'
import {resolveCloud} from '../../src/lib/keystone/cloud.ts'
import {openSession} from '../../src/lib/keystone/session.ts'
import {noTokenCache} from '../../src/lib/keystone/token-cache.ts'
import {httpServer, type Answer, type FakeServer, type Received} from './servers.ts'

/** The policy `medium` of an installation, as it comes over the wire. */
export const medium = {
  name: 'medium',
  back_window: 0,
  aggregation_methods: ['mean', 'min', 'max', 'count'],
  definition: [
    {granularity: '0:01:00', points: 10_080, timespan: '7 days, 0:00:00'},
    {granularity: '1:00:00', points: 8760, timespan: '365 days, 0:00:00'},
  ],
}

/** A resource as it comes over the wire, of the id that its maker gave it. */
export const wireResource = (original: string, more: Record<string, unknown> = {}) => ({
  id: '11111111-1111-5111-8111-111111111111',
  creator: 'alice:research',
  started_at: '2026-11-24T08:57:44.933176+00:00',
  revision_start: '2026-11-24T08:57:44.933181+00:00',
  ended_at: null,
  user_id: null,
  project_id: null,
  original_resource_id: original,
  type: 'generic',
  revision_end: null,
  ...more,
  created_by_user_id: 'alice',
  created_by_project_id: 'research',
})

type WirePolicy = typeof medium

export interface FakeMetric {
  /** Belongs to another project. */
  foreign?: boolean
  policy?: WirePolicy
  /** What is stored by method: [ISO time, seconds, value]. */
  aggregates?: Record<string, Row[]>
  /** Shown to a refresh alone: it was sent, but not processed yet. */
  pending?: Record<string, Row[]>
  /** Another process holds it: a refresh gets a 503. */
  locked?: boolean
}

export interface FakeGnocchi extends FakeServer {
  transport: Transport
  client: Gnocchi
  metrics: Record<string, FakeMetric>
  /** Batches that were taken. */
  stored: Record<string, {timestamp: string; value: number}[]>[]
  /** Metric ids by resource and name. */
  resources: Record<string, Record<string, string>>
  /** Answers in place of the real ones, while it gives any. */
  instead: (request: Received) => Answer | undefined
}

const failure = (status: number, title: string, description: unknown): Answer => ({
  status,
  body: {code: status, title, description},
})

const ids = (what: string, named: string[]) => ({cause: what, detail: named})

type Row = [time: string, seconds: number, value: number]

function within(rows: readonly Row[], search: URLSearchParams): readonly Row[] {
  const [start, stop] = [search.get('start'), search.get('stop')].map((text) => text && Date.parse(text))
  if (!start && !stop) return rows
  return rows.filter(([at]) => Date.parse(at) >= (start || 0) && Date.parse(at) < (stop || Infinity))
}

/** A row for each period that has any. */
function resampled(rows: readonly Row[], seconds: number | undefined): readonly Row[] {
  if (seconds === undefined) return rows
  const begins = rows.map(([at]) => Math.floor(Date.parse(at) / 1000 / seconds) * seconds)
  return [...new Set(begins)].map((begin) => [new Date(begin * 1000).toISOString(), seconds, 1])
}

/** The part of Gnocchi's REST API that gnocchictl uses, with the error bodies of gnocchi/rest/api.py. */
export async function fakeGnocchi(t: TestContext, metrics: Record<string, FakeMetric> = {}): Promise<FakeGnocchi> {
  const gnocchi: Omit<FakeGnocchi, 'transport' | 'client'> = {
    url: '',
    received: [],
    metrics,
    stored: [],
    resources: {},
    instead: () => undefined,
  }
  let made = 0
  const make = (names: object): Record<string, string> =>
    Object.fromEntries(
      Object.keys(names).map((name) => [name, `00000000-0000-4000-8000-${String(++made).padStart(12, '0')}`]),
    )

  const batch = (body: Record<string, {timestamp: string; value: number}[]>): Answer => {
    const unknown = Object.keys(body).filter((id) => !gnocchi.metrics[id])
    if (unknown.length > 0) return failure(400, 'Bad Request', `Unknown metrics: ${unknown.sort().join(', ')}`)
    if (Object.keys(body).some((id) => gnocchi.metrics[id]!.foreign)) return failure(403, 'Forbidden', '')
    gnocchi.stored.push(body)
    return {status: 202}
  }

  type Metrics = ['metric', ...[string, string][]]
  const aggregates = (
    search: URLSearchParams,
    {operations}: {operations: Metrics | ['resample', string, number, Metrics]},
  ): Answer => {
    const [, ...asked] = operations[0] === 'resample' ? operations[3] : operations
    const seconds = operations[0] === 'resample' ? operations[2] : undefined
    const unknown = asked.map(([id]) => id).filter((id) => !gnocchi.metrics[id])
    if (unknown.length > 0) return failure(404, 'Not Found', ids('Unknown metrics', unknown))
    if (asked.some(([id]) => gnocchi.metrics[id]!.foreign)) return failure(403, 'Forbidden', '')
    const lacking = asked.filter(([id, method]) => !policyOf(id).aggregation_methods.includes(method))
    if (lacking.length > 0)
      return failure(404, 'Not Found', {cause: 'Metrics with unknown aggregation', detail: lacking})
    const measures = asked.map(([id, method]) => [
      id,
      {[method]: resampled(within(gnocchi.metrics[id]!.aggregates?.[method] ?? [], search), seconds)},
    ])
    return {body: {measures: Object.fromEntries(measures) as object}}
  }

  const policyOf = (id: string): WirePolicy => gnocchi.metrics[id]!.policy ?? medium

  const metric = (id: string, measures: boolean, search: URLSearchParams): Answer => {
    const known = gnocchi.metrics[id]
    if (!known) return failure(404, 'Not Found', `Metric ${id} does not exist`)
    if (known.foreign) return failure(403, 'Forbidden', '')
    if (!measures)
      return {
        body: {
          id,
          name: 'memory.usage',
          unit: '%',
          archive_policy: policyOf(id),
          creator: 'alice:research',
          created_by_user_id: 'alice',
          created_by_project_id: 'research',
          resource: wireResource('web-1'),
        },
      }
    if (known.locked) return failure(503, 'Service Unavailable', 'Unable to lock')
    const rows = {...known.aggregates, ...known.pending}[search.get('aggregation')!] ?? []
    return {body: resampled(within(rows, search), search.has('resample') ? Number(search.get('resample')) : undefined)}
  }

  const resource = ({method, body}: Received, id: string | undefined): Answer => {
    const known = gnocchi.resources[id ?? '']
    if (method === 'GET')
      return known
        ? {body: wireResource(id!, {metrics: known})}
        : failure(404, 'Not Found', `Resource ${id} does not exist`)
    const names = id === undefined ? (body as {metrics: object}).metrics : (body as object)
    if (Object.values(names).some(({archive_policy_name: name}: {archive_policy_name: string}) => name !== 'medium'))
      return failure(400, 'Bad Request', 'Archive policy nope does not exist')
    if (id === undefined) {
      const {id: own} = body as {id: string}
      if (gnocchi.resources[own]) return failure(409, 'Conflict', `Resource ${own} already exists`)
      gnocchi.resources[own] = make(names)
      return {status: 201, body: wireResource(own, {metrics: gnocchi.resources[own]})}
    }
    if (Object.keys(names).some((name) => known![name])) return failure(409, 'Conflict', 'Named metric exists')
    Object.assign(known!, make(names))
    return {
      body: Object.entries(known!).map(([name, metricId]) => ({
        id: metricId,
        name,
        unit: null,
        archive_policy: medium,
      })),
    }
  }

  const answer = (request: Received): Answer => {
    const {path} = request
    const {pathname, searchParams} = new URL(path, 'http://gnocchi')
    const [, version, ...parts] = pathname.split('/').map(decodeURIComponent)
    if (version !== 'v1') return failure(404, 'Not Found', null)
    const [first, second, third] = parts
    if (first === 'batch') return batch(request.body as Parameters<typeof batch>[0])
    if (first === 'aggregates') return aggregates(searchParams, request.body as Parameters<typeof aggregates>[1])
    if (first === 'metric') return metric(second!, third === 'measures', searchParams)
    if (first === 'archive_policy') {
      if (second === undefined) return {body: [medium]}
      return second === 'medium' ? {body: medium} : failure(404, 'Not Found', `Archive policy ${second} does not exist`)
    }
    return resource(request, third)
  }

  const {url, received} = await httpServer(t, (request) => gnocchi.instead(request) ?? answer(request))
  const cloud = await resolveCloud({}, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: url})
  const http = openHttp({})
  const transport = openTransport(http, openSession(cloud, http, noTokenCache))
  return Object.assign(gnocchi, {url, received, transport, client: openGnocchi(transport)})
}
