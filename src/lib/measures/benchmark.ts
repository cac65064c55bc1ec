import {availableParallelism} from 'node:os'

import pMap from 'p-map'

import {AppError} from '../errors.ts'
import type {Measure} from '../gnocchi/measures.ts'

/** Figures by name, as the official client's benchmark has them. */
export type Figures = Record<string, string | number | null>

export interface Benchmark<T> {
  results: T[]
  figures: Figures
  /** Why requests failed, the first of each kind. */
  failures: string[]
}

/** How many at once when nothing is said: as many as there are processors. */
export const usualWorkers = (): number => availableParallelism()

/**
 * Does every job, `workers` at once, and measures each. Seconds throughout.
 * @throws the first failure when every job failed
 */
export async function benchmark<J, T>(
  verb: string,
  jobs: readonly J[],
  workers: number,
  work: (job: J) => Promise<T>,
): Promise<Benchmark<T>> {
  const results: T[] = []
  const latencies: number[] = []
  const failures: AppError[] = []
  const began = performance.now()
  await pMap(
    jobs,
    async (job) => {
      const started = performance.now()
      try {
        results.push(await work(job))
        latencies.push((performance.now() - started) / 1000)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        failures.push(error)
      }
    },
    {concurrency: workers},
  )
  const runtime = (performance.now() - began) / 1000
  if (results.length === 0 && failures[0]) throw failures[0]
  return {
    results,
    failures: [...new Set(failures.map(({message}) => message))],
    figures: figuresOf(verb, {jobs: jobs.length, workers, failed: failures.length, runtime, latencies}),
  }
}

interface Measured {
  jobs: number
  workers: number
  failed: number
  runtime: number
  latencies: readonly number[]
}

function figuresOf(verb: string, {jobs, workers, failed, runtime, latencies: unsorted}: Measured): Figures {
  const latencies = unsorted.toSorted((a, b) => a - b)
  const cumulated = latencies.reduce((sum, latency) => sum + latency, 0)
  return {
    'client workers': workers,
    [`${verb} runtime`]: `${runtime.toFixed(2)} seconds`,
    [`${verb} runtime (cumulated)`]: `${cumulated.toFixed(2)} seconds`,
    [`${verb} executed`]: jobs,
    [`${verb} speed`]: `${(cumulated > 0 ? (jobs * workers) / cumulated : 0).toFixed(2)} ${verb}/s`,
    [`${verb} failures`]: failed,
    [`${verb} failures rate`]: `${(jobs === 0 ? 0 : (100 * failed) / jobs).toFixed(2)} %`,
    [`${verb} latency min`]: latencies[0] ?? null,
    [`${verb} latency max`]: latencies.at(-1) ?? null,
    [`${verb} latency mean`]: latencies.length > 0 ? cumulated / latencies.length : null,
    [`${verb} latency median`]: percentile(latencies, 0.5),
    [`${verb} latency 95%'ile`]: percentile(latencies, 0.95),
    [`${verb} latency 99%'ile`]: percentile(latencies, 0.99),
    [`${verb} latency 99.9%'ile`]: percentile(latencies, 0.999),
  }
}

/** Of a sorted list, between the two nearest. */
function percentile(sorted: readonly number[], part: number): number | null {
  if (sorted.length === 0) return null
  const place = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return low + (high - low) * (place - Math.floor(place))
}

/** So many measures of random values, evenly spread from `start` on, whole seconds apart. */
export function randomMeasures(count: number, start: Date, end: Date): Measure[] {
  const from = Math.floor(start.getTime() / 1000)
  const step = Math.floor((Math.floor(end.getTime() / 1000) - from) / count)
  return Array.from({length: count}, (_, index) => ({
    at: new Date((from + index * step) * 1000),
    value: Math.floor(Math.random() * 2 ** 33) - 2 ** 32,
  }))
}
