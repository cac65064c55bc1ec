import type {Band} from '../../series/read.ts'
import type {Aggregate} from '../../gnocchi/measures.ts'
import {sparkline} from '../sparkline.ts'
import {roundScale, shortNumber, ticksOf, timeTicks, withUnit} from './axes.ts'
import {Canvas} from './canvas.ts'
import {bandInk, clip, lineInks, noInk, run, thresholdInk, type Run} from './runs.ts'
import {textWidth} from '../text-width.ts'

export interface Line {
  name: string
  points: readonly Aggregate[]
  band?: Band
}

/** What charts side by side share, so that they can be compared. */
export interface Extent {
  /** Milliseconds. */
  from: number
  to: number
  values: number[]
}

export interface ChartLook {
  width: number
  height: number
  unit: string
  thresholds: readonly number[]
}

/** From the first point to the last of all lines, and what their scale must hold. */
export function extentOf(lines: readonly Line[], thresholds: readonly number[]): Extent {
  const all = lines.flatMap(({points, band}) => [points, ...(band ? [band.low, band.high] : [])])
  const times = all.flatMap((points) => [points.at(0), points.at(-1)]).flatMap((point) => (point ? [+point.at] : []))
  const values = all.flatMap((points) => points.flatMap(({value}) => (value === null ? [] : [value])))
  return {from: Math.min(...times), to: Math.max(...times), values: [...values, ...thresholds]}
}

/** Below this a chart is a line of bars. */
const [leastColumns, leastRows] = [12, 3]

/** One chart of one or several lines: rows of text, none wider than it may be, and no more of them than fit. */
export function drawChart(lines: readonly Line[], {from, to, values}: Extent, look: ChartLook): Run[][] {
  const {width, height, unit, thresholds} = look
  const heading = headingOf(lines, look)
  const rows = height - heading.length - 2
  const scale = roundScale(values, Math.max(2, Math.floor(rows / 3) + 1))
  const label = (value: number) => withUnit(shortNumber(value, scale.step), unit)
  const gutter = Math.max(...[...ticksOf(scale), ...thresholds].map((value) => textWidth(label(value))))
  const columns = width - gutter - 2
  if (columns < leastColumns || rows < leastRows) return bars(lines, look)

  const canvas = new Canvas(columns, rows)
  const place: Placing = {
    x: (at) => Math.round((to > from ? (at - from) / (to - from) : 0.5) * (canvas.width - 1)),
    y: (value) => {
      // A scale does not reach as far as a number can.
      const within = Math.min(scale.high, Math.max(scale.low, value))
      return Math.round(((scale.high - within) / (scale.high - scale.low)) * (canvas.height - 1))
    },
  }
  lines.forEach(({band}) => band && drawBand(canvas, band, place))
  thresholds.forEach((value) => canvas.rule(place.y(value), thresholdInk))
  lines.forEach((line, index) => drawLine(canvas, line.points, place, index % lineInks))

  const labels = new Map(ticksOf(scale).map((value) => [place.y(value) >> 2, run(label(value))]))
  thresholds.forEach((value) => labels.set(place.y(value) >> 2, run(label(value), thresholdInk)))
  return [
    ...heading,
    ...canvas.rows().map((drawn, row) => {
      const said = labels.get(row)
      return [
        {text: `${' '.repeat(gutter - (said ? textWidth(said.text) : 0))}${said?.text ?? ''}`, ink: said?.ink ?? noInk},
        {text: said ? ' ┤' : ' │', ink: noInk},
        ...drawn,
      ]
    }),
    ...timeAxis(from, to, columns, gutter, (at) => place.x(at) >> 1),
  ]
}

interface Placing {
  x: (at: number) => number
  y: (value: number) => number
}

/** Neighbours in time are joined, a period that is missing parts them. */
function drawLine(canvas: Canvas, points: readonly Aggregate[], {x, y}: Placing, ink: number): void {
  const joined = (a: Aggregate | undefined, b: Aggregate | undefined) =>
    a?.value != null && b?.value != null && +b.at - +a.at <= 1500 * a.granularitySeconds
  points.forEach((point, index) => {
    if (point.value === null) return
    const [before, after] = [points[index - 1], points[index + 1]]
    const [right, down] = [x(+point.at), y(point.value)]
    if (joined(before, point)) canvas.line(x(+before!.at), y(before!.value!), right, down, ink)
    else if (!joined(point, after)) canvas.spot(right, down, ink)
  })
}

function drawBand(canvas: Canvas, {low, high}: Band, {x, y}: Placing): void {
  const above = new Map(high.map(({at, value}) => [+at, value]))
  const edges = low.map(({at, value, granularitySeconds}) => ({
    at: +at,
    step: granularitySeconds,
    low: value,
    high: above.get(+at) ?? null,
  }))
  edges.forEach((edge, index) => {
    if (edge.low === null || edge.high === null) return
    canvas.shade(x(edge.at), y(edge.high), y(edge.low), bandInk)
    const after = edges[index + 1]
    if (!after || after.low === null || after.high === null || after.at - edge.at > 1500 * edge.step) return
    const [from, to] = [x(edge.at), x(after.at)]
    for (let column = from + 1; column < to; column++) {
      const along = (column - from) / (to - from)
      const between = (a: number, b: number) => y(a + (b - a) * along)
      canvas.shade(column, between(edge.high, after.high), between(edge.low, after.low), bandInk)
    }
  })
}

function timeAxis(from: number, to: number, columns: number, gutter: number, place: (at: number) => number): Run[][] {
  const ticks = to > from ? timeTicks(from, to, Math.max(1, Math.floor(columns / 9))) : timeTicks(from, from, 1)
  const shown = ticks.length > 0 ? ticks : timeTicks(Math.floor(from / 1000) * 1000, from, 1)
  const line = Array.from({length: columns}, () => '─')
  const labels = Array.from({length: columns}, () => ' ')
  let free = 0
  for (const {at, label} of shown) {
    const column = Math.min(columns - 1, Math.max(0, place(at)))
    line[column] = '┬'
    const start = Math.min(columns - label.length, Math.max(0, column - (label.length >> 1)))
    if (start < free) continue
    labels.splice(start, label.length, ...Array.from(label))
    free = start + label.length + 1
  }
  const margin = ' '.repeat(gutter + 1)
  return [[run(`${margin}└${line.join('')}`)], [run(`${margin} ${labels.join('')}`)]]
}

/** Name and newest value of each line; of a single one, its extremes too. */
function headingOf(lines: readonly Line[], {width, unit}: ChartLook): Run[][] {
  if (lines.length === 1) return [clip(describe(lines[0]!, unit, noInk, true), width)]
  const rows: Run[][] = []
  let room = 0
  lines.forEach((line, index) => {
    const entry = [run('━━ ', index % lineInks), ...describe(line, unit, noInk, false), run('   ')]
    const size = entry.reduce((sum, {text}) => sum + textWidth(text), 0)
    if (size > room) {
      rows.push([])
      room = width
    }
    rows.at(-1)!.push(...entry)
    room -= size
  })
  return rows.map((row) => clip(row, width))
}

const known = (points: readonly Aggregate[]): number[] => points.flatMap(({value}) => (value === null ? [] : [value]))

function describe({name, points, band}: Line, unit: string, ink: number, extremes: boolean): Run[] {
  const values = known(points)
  const last = values.at(-1)
  const short = clip([run(name)], 32)
  if (last === undefined) return [...short, run(' no value')]
  // Not spread: a call takes some 100 000 arguments, and months of minutes are more.
  const least = [...known(band?.low ?? []), ...values].reduce((a, b) => Math.min(a, b))
  const greatest = [...known(band?.high ?? []), ...values].reduce((a, b) => Math.max(a, b))
  return [
    ...short,
    run(` ${withUnit(shortNumber(last), unit)}`, ink),
    ...(extremes ? [run(`   min ${shortNumber(least)}   max ${shortNumber(greatest)}`)] : []),
  ]
}

/** Where a chart has no room: a line of bars for each, the newest that fit. */
export function bars(lines: readonly Line[], {width, height, unit}: ChartLook): Run[][] {
  const rows = lines.map((line) => describe(line, unit, noInk, false))
  const names = Math.min(Math.max(...rows.map((row) => row.reduce((sum, {text}) => sum + textWidth(text), 0))), width)
  const shown = lines.map(({points}, index) => {
    const left = width - names - 1
    const values = points.slice(-Math.max(1, left)).map(({value}) => value)
    const gap = ' '.repeat(Math.max(0, names + 1 - rows[index]!.reduce((sum, {text}) => sum + textWidth(text), 0)))
    return clip([...rows[index]!, run(gap), ...(left > 0 ? [run(sparkline(values, left))] : [])], width)
  })
  if (shown.length <= height) return shown
  const kept = shown.slice(0, Math.max(0, height - 1))
  return [...kept, clip([run(`and ${shown.length - kept.length} more`)], width)].slice(0, Math.max(1, height))
}
