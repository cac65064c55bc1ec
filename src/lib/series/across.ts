import {newest, rangeOf, readSeries, readTogether, type HostSeries, type Question, type Target} from './read.ts'
import type {AcrossMethod} from '../gnocchi/aggregates.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import type {Aggregate} from '../gnocchi/measures.ts'

/**
 * All hosts as one series, made by Gnocchi: of each period, `across` over the hosts that have it, and how many those
 * were. A host that lacks a period does not take it away from the others; one that cannot be read is left out, and
 * follows with the reason.
 * @throws GnocchiError when no metric at all can be read so, or Gnocchi is unwell; AuthError
 */
export async function readAcross(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  question: Question & {across: AcrossMethod},
  now: Date,
): Promise<HostSeries[]> {
  const {across} = question
  const range = rangeOf(question, now)
  const ask = () =>
    readTogether(gnocchi, targets, question, (metrics) =>
      Promise.all(
        [across, 'count' as const].map((method) =>
          gnocchi.aggregates.acrossMetrics(metrics, {...question, ...range, across: method}),
        ),
      ),
    )
  const first = await ask()
  // Asked one by one, Gnocchi processes what is queued first, and says why there is nothing.
  const apart = first.answer[0]!.length === 0 ? await readSeries(gnocchi, targets, question, now) : []
  const {answer, unreadable} = apart.length > 0 ? await ask() : first
  const [values, counts] = answer as [Aggregate[], Aggregate[]]
  const host = `${across} of ${targets.length} ${targets.length === 1 ? 'host' : 'hosts'}`
  const leftOut = targets.flatMap((target) => {
    const note = unreadable.get(target.metric)
    return note === undefined ? [] : [{host: target.host, aggregates: [], note: `left out: ${note}`}]
  })
  // In the order of the targets.
  const note = apart.find((one, index) => one.note !== undefined && !unreadable.has(targets[index]!.metric))?.note
  return [
    {
      host,
      aggregates: newest(values, question),
      hosts: new Map(counts.map(({at, value}) => [at.getTime(), value ?? 0])),
      ...(values.length === 0 && note !== undefined ? {note} : {}),
    },
    ...leftOut,
  ]
}
