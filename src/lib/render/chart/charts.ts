import type {HostSeries, Question} from '../../series/read.ts'
import {durationInWords} from '../../duration.ts'
import {clock, localDay, utcOffset} from './axes.ts'
import {bars, drawChart, extentOf, type Extent, type Line} from './chart.ts'
import {clip, lineInks, noteInk, pad, paint, run, type Run} from './runs.ts'

export interface ChartPage {
  /** Columns of the terminal. */
  width: number
  /** Lines of the terminal; undefined where there is no end of them. */
  height?: number | undefined
  colour: boolean
  name: string
  unit: string
  thresholds: readonly number[]
}

/**
 * A look as charts: lines of up to six hosts in one where colour tells them apart, else one chart for each, on the same
 * scale; where there is no room for that, a line of bars for each. Why there is nothing of a host comes below.
 */
export function charts(series: readonly HostSeries[], question: Question, page: ChartPage): string {
  const {width, height, colour, unit, thresholds} = page
  const lines = series
    .filter(({aggregates}) => aggregates.length > 0)
    .map(({host, aggregates, band}): Line => ({name: host, points: aggregates, ...(band ? {band} : {})}))
  const notes = series
    .filter(({note}) => note !== undefined)
    .map(({host, note}) => clip([run(`${host}: ${note}`, noteInk)], width))
  if (lines.length === 0) return paint(notes.slice(0, height), colour)
  const extent = extentOf(lines, thresholds)
  const title = clip([run(titleOf(question, page, extent))], width)
  const keptNotes = height === undefined ? notes : notes.slice(0, Math.max(0, Math.floor(height / 4)))
  const room = height === undefined ? undefined : height - 1 - keptNotes.length
  const together = lines.length <= lineInks && colour && lines.every(({band}) => !band)
  const drawn =
    lines.length === 1 || together
      ? drawChart(lines, extent, {width, height: room ?? 18, unit, thresholds})
      : sideBySide(lines, extent, {width, height: room, unit, thresholds})
  return paint([title, ...drawn, ...keptNotes].slice(0, height), colour)
}

const titleOf = ({method, granularitySeconds}: Question, {name}: ChartPage, {from, to}: Extent): string => {
  const [first, last] = [new Date(from), new Date(to)]
  const seconds = granularitySeconds < 60
  const days = localDay(first) === localDay(last) ? '' : `${localDay(last)} `
  const range = `${localDay(first)} ${clock(first, seconds)} to ${days}${clock(last, seconds)} ${utcOffset(last)}`
  return `${name ? `${name}, ` : ''}${method} per ${durationInWords(granularitySeconds).replace(/^1 /, '')}, ${range}`
}

const [leastWidth, leastHeight, usualHeight] = [36, 7, 10]

interface Look {
  width: number
  height: number | undefined
  unit: string
  thresholds: readonly number[]
}

/** One chart for each line, in as few columns as the height allows. */
function sideBySide(lines: readonly Line[], extent: Extent, look: Look): Run[][] {
  const {width, height} = look
  const most = Math.max(1, Math.floor(width / leastWidth))
  for (let columns = 1; columns <= most; columns++) {
    const across = Math.ceil(lines.length / columns)
    const each = height === undefined ? usualHeight : Math.min(usualHeight * 2, Math.floor(height / across))
    if (each < leastHeight) continue
    const size = {...look, width: Math.floor(width / columns) - (columns > 1 ? 1 : 0), height: each}
    return Array.from({length: across}, (_, row) => {
      const parts = lines
        .slice(row * columns, (row + 1) * columns)
        .map((line) => drawChart([line], extent, size).map((text) => pad(text, size.width + 1)))
      return Array.from({length: each}, (_none, n) => parts.flatMap((part) => part[n] ?? pad([], size.width + 1)))
    }).flat()
  }
  return bars(lines, {...look, height: height ?? Infinity})
}
