// Short commands: the time from the start of the process to its end.
import {stopwatch, stopwatchInsideLab, withContestants} from './contestant.ts'
import {compared, type Result} from './result.ts'
import {sideBySide} from './side-by-side.ts'
import type {Workplace} from './workplace.ts'

export async function starts({lab, env, cloudEnv, run, gnocchictl}: Workplace): Promise<Result[]> {
  const show = ['archive-policy', 'show', 'medium']
  run(...show) // keeps the token
  const ours = stopwatch(gnocchictl(...show), env)
  const version = stopwatch(gnocchictl('--version'), env)
  const official = stopwatchInsideLab(lab, ['gnocchi', ...show], cloudEnv)
  const bare = stopwatch([process.execPath, '-e', '0'], env)

  const withOfficial = await withContestants({ours, official}, (measures) => sideBySide(measures, 20))
  const withBare = await withContestants({ours, version, bare}, (measures) => sideBySide(measures, 40))
  return [
    compared('archive-policy show / official client', withOfficial.ours, withOfficial.official, 0.2),
    compared('archive-policy show / node -e 0', withBare.ours, withBare.bare, 4),
    compared('--version / node -e 0', withBare.version, withBare.bare, 2.5),
  ]
}
