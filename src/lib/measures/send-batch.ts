import pMap from 'p-map'

import {AppError, GnocchiError} from '../errors.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {Measure} from '../gnocchi/measures.ts'
import {findMetricId} from '../gnocchi/metric-names.ts'
import type {NamedMeasures} from '../gnocchi/resource-measures.ts'

/** Measures of one request at most. */
const mostMeasures = 10_000

/** What was not stored, by the name that was given, and why. */
export interface NotStored {
  name: string
  reason: string
}

/** Lists of measures by key, in pieces that a request has room for. */
function* pieces<K>(lists: Iterable<readonly [K, readonly Measure[]]>): Generator<[K, readonly Measure[]][]> {
  let piece: [K, readonly Measure[]][] = []
  let room = mostMeasures
  for (const [key, list] of lists) {
    // Oldest first, once it is cut: what is processed first must not push out what comes later (the back window).
    let rest: readonly Measure[] = list.length > room ? list.toSorted(byTime) : list
    while (rest.length > 0) {
      const count = wholeMoments(rest, room)
      piece.push([key, rest.slice(0, count)])
      rest = rest.slice(count)
      room -= count
      if (room > 0) continue
      yield piece
      piece = []
      room = mostMeasures
    }
  }
  if (piece.length > 0) yield piece
}

const byTime = (a: Measure, b: Measure): number =>
  a.at.getTime() - b.at.getTime() || (a.nanoseconds ?? 0) - (b.nanoseconds ?? 0)

/** So many that two of one moment stay together: in one request the smallest of them counts, in two the last. */
function wholeMoments(list: readonly Measure[], room: number): number {
  let count = Math.min(room, list.length)
  while (count < list.length && byTime(list[count - 1]!, list[count]!) === 0) count++
  return count
}

/**
 * Stores measures by metric, named as a person names them; one name that cannot be found holds back no other.
 * @throws GnocchiError when Gnocchi is unwell
 */
export async function sendByMetric(
  gnocchi: Pick<Gnocchi, 'metrics' | 'resources' | 'measures'>,
  batch: ReadonlyMap<string, readonly Measure[]>,
): Promise<NotStored[]> {
  const refused: NotStored[] = []
  const names = new Map<string, string>()
  const lists = await pMap(
    batch,
    async ([name, list]) => {
      const id = await findMetricId(gnocchi, name).catch((error: unknown) => {
        if (!(error instanceof AppError) || (error instanceof GnocchiError && !isTold(error))) throw error
        refused.push({name, reason: error.message})
        return undefined
      })
      if (id !== undefined) names.set(id, name)
      return [id, list] as const
    },
    {concurrency: 8},
  )
  for (const piece of pieces(lists.flatMap(([id, list]) => (id === undefined ? [] : [[id, list] as const])))) {
    // A metric may be there twice, by its name and by its id.
    const together = new Map<string, Measure[]>()
    for (const [id, list] of piece) together.set(id, [...(together.get(id) ?? []), ...list])
    const lost = await gnocchi.measures.send(together)
    refused.push(...lost.map(({metric, reason}) => ({name: names.get(metric) ?? metric, reason})))
  }
  return once(refused)
}

/** Not found, or another's: whatever else went wrong is no fault of this one metric. */
const isTold = ({status}: GnocchiError): boolean => status === 404 || status === 403

/** Stores measures by resource and metric name; with `create`, metrics that are not there yet are made. */
export async function sendByResource(
  gnocchi: Pick<Gnocchi, 'resourceMeasures'>,
  batch: ReadonlyMap<string, ReadonlyMap<string, NamedMeasures>>,
  create: boolean,
): Promise<NotStored[]> {
  const lists = [...batch].flatMap(([resource, metrics]) =>
    [...metrics].map(([metric, named]) => [{resource, metric, named}, named.measures] as const),
  )
  const refused: NotStored[] = []
  for (const piece of pieces(lists)) {
    const together = new Map<string, Map<string, NamedMeasures>>()
    for (const [{resource, metric, named}, measures] of piece) {
      const metrics = together.get(resource) ?? new Map<string, NamedMeasures>()
      together.set(resource, metrics.set(metric, {...named, measures}))
    }
    const lost = await gnocchi.resourceMeasures.send(together, create)
    refused.push(...lost.map(({resource, metric, reason}) => ({name: `${resource}/${metric}`, reason})))
  }
  return once(refused)
}

const once = (refused: readonly NotStored[]): NotStored[] => [
  ...new Map(refused.map((one) => [one.name, one])).values(),
]

/** The failure that tells what was not stored; undefined when all was. */
export function notStored(refused: readonly NotStored[], of: number): GnocchiError | undefined {
  if (refused.length === 0) return undefined
  const lines = refused.map(({name, reason}) => `${name}: ${reason}`)
  const rest = refused.length < of ? '; the rest was stored' : ''
  return new GnocchiError(`measures of ${refused.length} of ${of} metrics were not stored${rest}: ${lines.join('; ')}`)
}
