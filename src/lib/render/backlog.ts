import {backlogInWords, type Look, type WaitingMetric} from '../backlog.ts'
import {roughly} from '../duration.ts'
import type {ServerStatus} from '../gnocchi/status.ts'
import {isoTime} from '../time.ts'
import type {Column} from './formats.ts'
import {sparkline} from './sparkline.ts'

export const backlogColumns: readonly Column<ServerStatus>[] = [
  {
    name: 'storage/total number of measures to process',
    title: 'bundles to process',
    value: ({bundles}) => bundles,
  },
  {
    name: 'storage/number of metric having measures to process',
    title: 'metrics they are for',
    value: ({metrics}) => metrics,
  },
  {
    name: 'metricd/processors',
    title: 'processes of metricd',
    value: ({processors}) => processors,
    text: ({processors}) => (processors === null ? 'not known' : processors.join('\n') || 'none: nothing is processed'),
  },
]

/** Which metrics they are for: all of them for programs, those with most for people. */
export const detailColumn = (waiting: readonly WaitingMetric[]): Column<ServerStatus> => ({
  name: 'storage/measures_to_process',
  title: 'bundles by metric',
  value: ({bundlesByMetric = {}}) => bundlesByMetric,
  text: ({bundlesByMetric = {}}) => {
    const lines = waiting.map(({id, bundles, name}) => `${bundles}: ${id}${name === null ? '' : `, ${name}`}`)
    const rest = Object.keys(bundlesByMetric).length - waiting.length
    return [...lines, ...(rest > 0 ? [`and ${rest} more metrics`] : [])].join('\n') || 'none'
  },
})

/** `falling by 4.2 a second, done in about 3 seconds` */
function trendInWords({trend}: Look): string {
  if (trend === null) return 'trend not known yet'
  const {bundlesPerSecond: rate, secondsLeft} = trend
  if (rate === 0) return 'neither rising nor falling'
  const left = secondsLeft === null ? '' : `, done in about ${roughly(secondsLeft)}`
  return `${rate > 0 ? 'rising' : 'falling'} by ${Math.abs(rate)} a second${left}`
}

const direction = (rate: number): string => (rate > 0 ? 'rising' : rate < 0 ? 'falling' : 'steady')

/** A look, for programs that read one after the other. */
export const lookColumns: readonly Column<Look>[] = [
  {name: 'time', value: ({at}) => isoTime(at)},
  {name: 'bundles', value: ({bundles}) => bundles},
  {name: 'metrics', value: ({metrics}) => metrics},
  {name: 'per_second', value: ({trend}) => trend && trend.bundlesPerSecond},
  {name: 'trend', value: ({trend}) => trend && direction(trend.bundlesPerSecond)},
  {name: 'seconds_left', value: ({trend}) => trend && trend.secondsLeft},
]

/** A look on one line. */
export const lookLine = (look: Look): string =>
  `${isoTime(look.at).replace(/\.\d+Z/, 'Z')}  ${backlogInWords(look)} to process${look.bundles === 0 ? '' : `, ${trendInWords(look)}`}`

/** Bars at most; and columns for what stands behind them. */
const [mostBars, wordColumns] = [60, 48]

/**
 * Turns one look after another into what a terminal of so many columns shows of them: the newest in words, and under it,
 * once there are two, those before it as bars. null is a look that failed.
 */
export function lookFrames(columns: () => number): (look: Look | null) => string {
  let seen: (Look | null)[] = []
  let newest: Look | undefined
  return (look) => {
    seen = [...seen, look].slice(-mostBars)
    newest = look ?? newest
    const room = Math.max(0, columns() - 1 - wordColumns)
    return newest ? `${lookLine(newest)}\n${room < 2 ? '' : bars(seen.slice(-room))}` : ''
  }
}

/** `█▆▃▁  from 3 to 9 bundles in 8 seconds` */
function bars(looks: readonly (Look | null)[]): string {
  const known = looks.filter((look) => look !== null)
  if (known.length < 2) return ''
  const bundles = known.map((look) => look.bundles)
  const [least, most] = [Math.min(...bundles), Math.max(...bundles)]
  const range = least === most ? `always ${least}` : `from ${least} to ${most}`
  const seconds = (known.at(-1)!.at.getTime() - known[0]!.at.getTime()) / 1000
  const drawn = sparkline(looks.map((look) => look && look.bundles))
  return `${drawn}  ${range} bundle${most === 1 ? '' : 's'} in ${roughly(seconds)}\n`
}
