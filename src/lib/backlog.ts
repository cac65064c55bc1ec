import {durationInWords} from './duration.ts'
import {AppError, GnocchiError, exitCodes} from './errors.ts'
import type {Gnocchi} from './gnocchi/client.ts'
import type {ServerStatus} from './gnocchi/status.ts'
import {looks, repeatedly} from './ticks.ts'

/** How the backlog moves. */
export interface Trend {
  /** Above zero: more comes than is processed. */
  bundlesPerSecond: number
  /** null unless it falls. */
  secondsLeft: number | null
}

/** One look at the backlog; without a trend, the first. */
export interface Look extends ServerStatus {
  at: Date
  trend: Trend | null
}

export interface Watching {
  intervalSeconds: number
  signal: AbortSignal
  /** A look that failed after others went well. */
  missed: (line: string) => void
}

/** How many looks a trend is made of. */
const mostLooks = 12

/** Looks again and again, the first one at once. Ends, quietly, when `signal` aborts. */
export async function* watchBacklog(
  gnocchi: Pick<Gnocchi, 'status'>,
  {intervalSeconds, signal, missed}: Watching,
): AsyncGenerator<Look, void, void> {
  let before: Look[] = []
  const look = async (at: Date) => ({...(await gnocchi.status.get()), at})
  for await (const seen of looks(repeatedly(intervalSeconds, signal), look, missed)) {
    const found = {...seen, trend: trendOf([...before, seen])}
    before = [...before, found].slice(-mostLooks)
    yield found
  }
}

/** The line that lies nearest to the looks. */
export function trendOf(looks: readonly Pick<Look, 'at' | 'bundles'>[]): Trend | null {
  const newest = looks.at(-1)
  if (looks.length < 2 || newest === undefined) return null
  const points = looks.map(({at, bundles}) => ({seconds: (at.getTime() - newest.at.getTime()) / 1000, bundles}))
  const mean = (of: (point: {seconds: number; bundles: number}) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [seconds, bundles] = [mean((point) => point.seconds), mean((point) => point.bundles)]
  const spread = mean((point) => (point.seconds - seconds) ** 2)
  if (spread === 0) return null
  const slope = mean((point) => (point.seconds - seconds) * (point.bundles - bundles)) / spread
  const bundlesPerSecond = Number(slope.toFixed(2))
  return {bundlesPerSecond, secondsLeft: bundlesPerSecond < 0 ? Math.round(newest.bundles / -bundlesPerSecond) : null}
}

export const backlogInWords = ({bundles, metrics}: Pick<ServerStatus, 'bundles' | 'metrics'>): string =>
  bundles === 0
    ? 'nothing'
    : `${bundles} bundle${bundles === 1 ? '' : 's'} of ${metrics} metric${metrics === 1 ? '' : 's'}`

/**
 * Waits until nothing is queued any more. Gnocchi takes a bundle off the queue once it is processed, so all that was sent
 * before is to be read then.
 * @returns undefined when `signal` aborted before that
 * @throws AppError when `atMostSeconds` are over
 */
export async function waitUntilProcessed(
  gnocchi: Pick<Gnocchi, 'status'>,
  {atMostSeconds, looked, ...watching}: Watching & {atMostSeconds: number | undefined; looked: (look: Look) => void},
): Promise<Look | undefined> {
  const late = new AbortController()
  const timer = atMostSeconds === undefined ? undefined : setTimeout(() => late.abort(), atMostSeconds * 1000)
  const signal = AbortSignal.any([watching.signal, late.signal])
  let [first, last]: (Look | undefined)[] = []
  try {
    for await (const look of watchBacklog(gnocchi, {...watching, signal})) {
      looked(look)
      if (look.bundles === 0) return look
      first ??= look
      last = look
    }
  } finally {
    clearTimeout(timer)
  }
  if (!late.signal.aborted) return undefined
  const left = last ? `${backlogInWords(last)} still wait` : 'Gnocchi did not say what still waits'
  throw new AppError(
    `after ${durationInWords(atMostSeconds!)}, ${left} to be processed`,
    exitCodes.timeout,
    last && last.bundles >= first!.bundles
      ? ['it did not become less: do the processes of gnocchi-metricd run? which metrics: gnocchictl status --details']
      : ['wait longer, or see which metrics: gnocchictl status --details'],
  )
}

export interface WaitingMetric {
  id: string
  bundles: number
  /** `resource/name`, as far as there is one; null for a metric that was deleted or may not be seen. */
  name: string | null
}

/** The metrics for which most is queued, by name. */
export async function mostWaiting(
  gnocchi: Pick<Gnocchi, 'metrics'>,
  bundlesByMetric: Record<string, number>,
  most: number,
): Promise<WaitingMetric[]> {
  const ranked = Object.entries(bundlesByMetric).sort(([, a], [, b]) => b - a)
  return Promise.all(
    ranked.slice(0, most).map(async ([id, bundles]) => {
      try {
        const {name, resource} = await gnocchi.metrics.get(id)
        return {id, bundles, name: [resource?.originalId, name].filter((part) => part).join('/') || null}
      } catch (error) {
        if (!(error instanceof GnocchiError)) throw error
        return {id, bundles, name: null}
      }
    }),
  )
}
