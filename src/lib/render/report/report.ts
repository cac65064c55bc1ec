import {createHash} from 'node:crypto'

import type {HostSeries, Question} from '../../series/read.ts'
import {durationInWords} from '../../duration.ts'
import type {Aggregate} from '../../gnocchi/measures.ts'
import {isoTime} from '../../time.ts'
import {shortNumber, withUnit} from '../chart/axes.ts'
import {clean} from '../../clean.ts'
import {pageScript, pageStyle, uplotScript, uplotStyle} from './assets.ts'

export interface Report {
  question: Question
  now: Date
  /** Of the metric; empty where it has none. */
  name: string
  unit: string
  thresholds: readonly number[]
  /** Of gnocchictl. */
  version: string
}

interface PageLine {
  name: string
  values: (number | null)[]
  low?: (number | null)[]
  high?: (number | null)[]
}

/** What the page's script draws: `times` in Unix seconds, and of each line a value for each, null for none. */
export interface PageChart {
  title: string
  times: number[]
  lines: PageLine[]
}

/**
 * One page that needs nothing else: uPlot, its style and the data stand in it, and its Content-Security-Policy lets it
 * load nothing and run nothing but its own script.
 */
export function reportPage(series: readonly HostSeries[], report: Report): string {
  const {question, unit, thresholds, version, now} = report
  const made = isoTime(new Date(Math.floor(+now / 1000) * 1000))
  const full = series.filter(({aggregates}) => aggregates.length > 0)
  const each = full.map((one) => pageChart(clean(one.host), [one], true))
  const charts = [...(full.length > 1 ? [pageChart('All hosts', full, false)] : []), ...each]
  const script = `${uplotScript}\n${pageScript}`
  const style = `${uplotStyle}\n${pageStyle}`
  const title = titleOf(report)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gnocchictl ${escaped(version)}">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(asked(question, series.length))}</p>
<p>made <time datetime="${made}">${made}</time> by gnocchictl ${escaped(version)}; <span id="zone"></span></p>
<div class="scroll"><table class="summary">
<thead><tr><th>Host</th><th>Last</th><th>Min</th><th>Mean</th><th>Max</th><th>Trend</th></tr></thead>
<tbody>
${series.map((one) => summaryRow(one, unit)).join('\n')}
</tbody>
</table></div>
${charts.length > 0 ? '<p class="zoomhelp">Drag over a chart to zoom in, double-click to see all of it again.</p>' : ''}
${charts.map(({title: heading}, index) => `<figure id="chart-${index}"><h2>${escaped(heading)}</h2><div class="plot"></div><figcaption></figcaption></figure>`).join('\n')}
<script type="application/json" id="data">${jsonInHtml({unit, thresholds, charts})}</script>
<script>${script}</script>
</body>
</html>
`
}

const titleOf = ({name, question: {method, granularitySeconds, across}}: Report): string =>
  `${name ? `${clean(name)}, ` : ''}${across ? `${across} of ` : ''}${method} per ${durationInWords(granularitySeconds).replace(/^1 /, '')}`

const asked = ({start, stop, last, across}: Question, count: number): string => {
  const hosts = across ? 'all hosts as one' : `${count} ${count === 1 ? 'host' : 'hosts'}`
  const range = start ? `from ${isoTime(start)}` : `the last ${last} periods`
  return `${hosts}, ${range}${stop ? ` before ${isoTime(stop)}` : ''}`
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const entities: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;'}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!)

/** JSON that no `</script>` or `<!--` of a host's name can end. */
const jsonInHtml = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c')

/** Lines over the times that any of them has; where all lack a period, a moment without values parts them. */
function pageChart(title: string, series: readonly HostSeries[], withBand: boolean): PageChart {
  const points = series.flatMap(({aggregates}) => aggregates)
  const known = [...new Set(points.map(({at}) => +at))].sort((a, b) => a - b)
  const step = (points[0]?.granularitySeconds ?? 1) * 1000
  const times = known.flatMap((at, index) => (known[index + 1]! - at > 1.5 * step ? [at, at + step] : [at]))
  const over = (aggregates: readonly Aggregate[]) => {
    const values = new Map(aggregates.map(({at, value}) => [+at, value]))
    return times.map((at) => values.get(at) ?? null)
  }
  return {
    title,
    times: times.map((at) => at / 1000),
    lines: series.map(({host, aggregates, band}) => ({
      name: clean(host),
      values: over(aggregates),
      ...(withBand && band ? {low: over(band.low), high: over(band.high)} : {}),
    })),
  }
}

const valuesOf = (aggregates: readonly Aggregate[]): number[] =>
  aggregates.flatMap(({value}) => (value === null ? [] : [value]))

function summaryRow({host, aggregates, band, note}: HostSeries, unit: string): string {
  const name = `<td>${escaped(clean(host))}</td>`
  const values = valuesOf(aggregates)
  if (values.length === 0)
    return `<tr>${name}<td class="note" colspan="5">${escaped(clean(note ?? 'no value'))}</td></tr>`
  const mean = values.reduce((sum, value) => sum + value / values.length, 0)
  const least = valuesOf(band?.low ?? aggregates).reduce((a, b) => Math.min(a, b), Infinity)
  const greatest = valuesOf(band?.high ?? aggregates).reduce((a, b) => Math.max(a, b), -Infinity)
  const cells = [values.at(-1)!, least, mean, greatest].map(
    (value) => `<td>${escaped(withUnit(shortNumber(value), unit))}</td>`,
  )
  return `<tr>${name}${cells.join('')}<td>${trend(values)}</td></tr>`
}

const [trendWidth, trendHeight, trendPoints] = [120, 24, 120]

/** A small line, without axes. */
function trend(values: readonly number[]): string {
  const every = Math.ceil(values.length / trendPoints)
  const shown = values.filter((_, index) => index % every === 0)
  const [low, high] = [Math.min(...shown), Math.max(...shown)]
  const y = (value: number) => (high > low ? (high - value) / (high - low) : 0.5) * (trendHeight - 4) + 2
  const x = (index: number) => (shown.length > 1 ? index / (shown.length - 1) : 0.5) * trendWidth
  const points = shown.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
  return `<svg width="${trendWidth}" height="${trendHeight}" viewBox="0 0 ${trendWidth} ${trendHeight}" aria-hidden="true"><polyline points="${points}"/></svg>`
}
