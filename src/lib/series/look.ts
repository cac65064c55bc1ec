import {readAcross} from './across.ts'
import {readSeries, withBands, type HostSeries, type Question, type Target} from './read.ts'
import type {Gnocchi} from '../gnocchi/client.ts'

/** A look: of all hosts as one, or of each; with its band where one is wanted and has a meaning. @throws as those do */
export async function readLook(
  gnocchi: Gnocchi,
  targets: readonly Target[],
  question: Question,
  now: Date,
  banded: boolean,
): Promise<HostSeries[]> {
  const {across, method} = question
  if (across) return readAcross(gnocchi, targets, {...question, across}, now)
  const series = await readSeries(gnocchi, targets, question, now)
  return banded && /^(mean|median|\d+pct)$/.test(method) ? withBands(gnocchi, targets, series, question, now) : series
}
