import type {ArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {MeasureText} from '../../../../src/lib/gnocchi/measure-text.ts'
import {isoTime} from '../../../../src/lib/time.ts'
import {importMeasures, type ImportMeasures} from '../../../../src/lib/transfer/import-measures.ts'

const now = new Date('2026-11-24T12:00:00Z')
export const policy: ArchivePolicy = {
  name: 'medium',
  backWindow: 0,
  aggregationMethods: ['mean', 'count'],
  definition: [{granularitySeconds: 3600, points: 100, timespanSeconds: 360_000}],
}

export type Batch = ReadonlyMap<string, MeasureText>

/** What is sent of one metric: whole seconds as numbers, unless one has a fraction. */
function sent(measures: MeasureText): {timestamp: string | number; value: number}[] {
  const bytes = Buffer.alloc(measures.byteLength)
  measures.writeTo(bytes, 0)
  return JSON.parse(`[${bytes.toString()}]`) as {timestamp: string | number; value: number}[]
}

const written = (timestamp: string | number): string =>
  typeof timestamp === 'number' ? isoTime(new Date(timestamp * 1000)) : timestamp

/** What arrived, by metric, in order: `time value`. */
export class Arrived {
  readonly by: Record<string, string[]> = {}
  readonly sizes: number[] = []

  take(batch: Batch): void {
    this.sizes.push([...batch.values()].reduce((sum, {length}) => sum + length, 0))
    for (const [id, measures] of batch)
      (this.by[id] ??= []).push(...sent(measures).map(({timestamp, value}) => `${written(timestamp)} ${value}`))
  }
}

async function* chunksOf(text: string, bytes: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.from(text)
  for (let at = 0; at < buffer.length; at += bytes) yield buffer.subarray(at, at + bytes)
}

/** An import of a text, and all that can be seen of it. */
export async function read(text: string, options: Partial<ImportMeasures> & {chunkBytes?: number} = {}) {
  const arrived = new Arrived()
  const reports: string[] = []
  const offsets: number[] = []
  const outcome = importMeasures({
    chunks: chunksOf(text, options.chunkBytes ?? 1000),
    path: 'file',
    metrics: [],
    resourceTag: 'host',
    skipBad: false,
    inFlight: 2,
    storedTo: 0,
    resolve: async (name) => ({id: `id of ${name}`, archivePolicy: policy}),
    newestOf: async () => new Map(),
    heldOf: async () => 0,
    send: async (batch) => {
      arrived.take(batch)
      return []
    },
    now: () => now,
    onStored: (offset) => offsets.push(offset),
    onProgress: () => undefined,
    report: (line) => reports.push(line),
    signal: new AbortController().signal,
    firstPauseMs: 1,
    ...options,
  })
  return {arrived: arrived.by, sizes: arrived.sizes, reports, offsets, outcome}
}

/** CSV with a heading. */
export const lines = (...all: string[]) => `metric,timestamp,value\n${all.map((line) => `${line}\n`).join('')}`
export const good = 'a,2026-11-24T10:00:00Z,1'
