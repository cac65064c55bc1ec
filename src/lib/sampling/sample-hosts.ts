import type {AppError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {HostSampler} from './host-sampler.ts'

/** One value of one host, on its way to Gnocchi. */
export interface Sample {
  at: Date
  host: string
  /** UUID of its metric. */
  metric: string
  value: number
}

export interface Round {
  samples: Sample[]
  failures: {host: Host; error: AppError; retryInSeconds: number}[]
}

/** Reads all hosts at the same time; `at` is the moment all the samples bear. */
export async function sampleHosts(hosts: readonly HostSampler[], at: Date, patienceSeconds: number): Promise<Round> {
  const outcomes = await Promise.all(
    hosts.map(async (sampler) => ({sampler, outcome: await sampler.sample(patienceSeconds)})),
  )
  const round: Round = {samples: [], failures: []}
  for (const {sampler, outcome} of outcomes) {
    const {host} = sampler
    if (outcome.kind === 'sample')
      round.samples.push({at, host: host.label, metric: host.metric!, value: outcome.value})
    else if (outcome.kind === 'failure')
      round.failures.push({host, error: outcome.error, retryInSeconds: outcome.retryInSeconds})
  }
  return round
}
