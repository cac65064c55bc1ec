import {AppError} from '../errors.ts'
import {coarsestSeconds, oldestTakenAt} from '../gnocchi/archive-policies.ts'
import {isoTime} from '../time.ts'
import type {Series} from './gather.ts'
import type {ImportedMetric, ImportMeasures, Target} from './import-measures.ts'

/** Measures of a metric that Gnocchi drops, since it has newer ones. */
export interface TooOld {
  measures: number
  oldest: Date
  takenFrom: Date
  /** How many it holds of that time: what is sent once more is there already. null: it does not count. */
  held: number | null
}

type Asking = Pick<ImportMeasures, 'newestOf' | 'heldOf' | 'report' | 'path' | 'send'>

/**
 * Asks what Gnocchi has of metrics that have come up, and has their series count what is too old beside it. What is
 * queued there and not processed yet is not seen. Gives in words what is dropped of a block that is to be sent, where any
 * of it is.
 */
export async function judgeAll(
  unjudged: readonly Series[],
  bound: ReadonlyMap<Series, {target: Target | undefined}>,
  asking: Asking,
  sending: boolean,
): Promise<string | undefined> {
  const asked = unjudged.flatMap((series) => {
    const {target} = bound.get(series)!
    return target && !target.isNew ? [{series, target}] : []
  })
  const newest = await unlessUnwell(asked, asking)
  for (const series of unjudged) {
    const {target} = bound.get(series)!
    const at = target && newest.get(target.id)
    series.late.judge(at ? oldestTakenAt(target.archivePolicy, at).getTime() : -Infinity)
  }
  if (!asking.send || !sending) return undefined
  // One is looked into: to count for all what is there already takes time, and is done at the end.
  const late = asked.find(({series}) => series.late.count > 0)
  if (!late || lostOf(await asTold(late.target, late.series.late, asking)) === 0) return undefined
  const {series, target} = late
  const {name, backWindow} = target.archivePolicy
  return `of ${series.name}, Gnocchi drops what is from before ${isoTime(new Date(series.late.takenFrom))}: it has newer measures, and a back window of ${backWindow} (archive policy ${name})`
}

/** Not to know it is no reason to import nothing. */
async function unlessUnwell(
  asked: readonly {series: Series; target: Target}[],
  {newestOf, report}: Asking,
): Promise<ReadonlyMap<string, Date>> {
  const since = asked.reduce((least, {series}) => Math.min(least, series.oldest), Infinity)
  try {
    if (asked.length === 0) return new Map()
    const targets = asked.map(({target}) => target)
    return await newestOf(targets, new Date(since))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    report(`warning: not known what Gnocchi has already, and so what it drops as too old: ${error.message}`)
    return new Map()
  }
}

/** With what Gnocchi holds of that time. */
export async function asTold(
  target: Target,
  late: {count: number; oldest: number; takenFrom: number},
  {heldOf}: Pick<Asking, 'heldOf'>,
): Promise<TooOld> {
  const [oldest, takenFrom] = [new Date(late.oldest), new Date(late.takenFrom)]
  const held = await heldOf(target, oldest, takenFrom).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error
    return null
  })
  return {measures: late.count, oldest, takenFrom, held}
}

/** Those that Gnocchi does not hold: as many as it holds of their time are taken for these. */
export const lostOf = (tooOld: TooOld | null): number =>
  tooOld === null ? 0 : Math.max(0, tooOld.measures - (tooOld.held ?? 0))

const mostTold = 10

/** What Gnocchi drops of each metric, and what to do about it; no lines when it drops nothing. */
export function tooOldInWords(metrics: readonly ImportedMetric[], dryRun: boolean): string[] {
  const late = metrics.filter(({tooOld}) => lostOf(tooOld) > 0)
  if (late.length === 0) return []
  const lines = late.slice(0, mostTold).map(({name, tooOld, measures}) => {
    const lost = lostOf(tooOld)
    const those = `${lost === measures && lost > 1 ? 'all ' : ''}${lost} measure${lost === 1 ? '' : 's'}`
    const unknown = tooOld!.held === null ? ', unless they are there already' : ''
    return `  ${name}: ${those}, from before ${isoTime(tooOld!.takenFrom)}${unknown}`
  })
  const rest = late.length > mostTold ? [`  … and of ${late.length - mostTold} more metrics`] : []
  const periods = Math.max(...late.map(backWindowFor))
  return [
    `warning: Gnocchi ${dryRun ? 'would drop' : 'drops'} what is too old beside the newer measures that it has:`,
    ...lines,
    ...rest,
    `  a metric takes them that gets them before newer ones, or whose archive policy has a back window of ${periods}: gnocchictl archive-policy create NAME -d … --back-window ${periods}`,
  ]
}

/** How many periods the back window would have to have for the oldest of them. */
function backWindowFor({archivePolicy, tooOld}: ImportedMetric): number {
  const {takenFrom, oldest} = tooOld!
  const coarsest = coarsestSeconds(archivePolicy!) * 1000
  return archivePolicy!.backWindow + Math.ceil((takenFrom.getTime() - oldest.getTime()) / coarsest)
}
