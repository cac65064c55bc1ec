import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import type {HostSeries, Question} from '../../../../../src/lib/series/read.ts'
import {roundScale, shortNumber, ticksOf, timeTicks} from '../../../../../src/lib/render/chart/axes.ts'
import {charts, type ChartPage} from '../../../../../src/lib/render/chart/charts.ts'
import {textWidth} from '../../../../../src/lib/render/text-width.ts'

process.env['TZ'] = 'UTC'
const question: Question = {method: 'mean', granularitySeconds: 60, last: 9}
const page: ChartPage = {width: 60, height: 14, colour: false, name: 'memory.usage', unit: '%', thresholds: []}
const start = Date.parse('2026-11-24T10:00:00Z')
const host = (name: string, values: (number | null)[]): HostSeries => ({
  host: name,
  aggregates: values.map((value, n) => ({at: new Date(start + n * 60_000), granularitySeconds: 60, value})),
})
const braille = /[\u2801-\u28FF]/

test('a chart: what is asked, the newest value, round numbers with the unit, local time, and a gap where there is nothing', () => {
  const {aggregates} = host('web', [10, 20, 30, 40, 50, 50, 40, 30, 20, 10])
  // 10:04 and 10:05 are missing.
  const series = [{host: 'web', aggregates: aggregates.toSpliced(4, 2)}]
  assert.equal(
    charts(series, question, {...page, width: 40, height: 12, thresholds: [45]}),
    `\
memory.usage, mean per minute, 24 Nov 1…
web 10 %   min 10   max 40
45 % ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
     │          ⢀⠄          ⠠⡀
     │        ⡠⠒⠁            ⠈⠒⢄
     │      ⡠⠊                  ⠑⢄
     │   ⢀⠔⠉                      ⠉⠢⡀
     │ ⡠⠔⠁                          ⠈⠢⢄
     │⠊                                ⠑
 0 % ┤
     └┬─────────────────┬───────────────
      10:00           10:05
`,
  )
})

test('in colour, several hosts share a chart, each in its own; without it each has one of its own', () => {
  const three = ['web', 'db', 'cache'].map((name, n) => host(name, [n, n + 1, n + 2]))
  const coloured = charts(three, question, {...page, colour: true})
  assert.equal(coloured.split('└').length, 2)
  for (const [name, code] of [
    ['web', 36],
    ['db', 33],
    ['cache', 32],
  ] as const)
    // prettier-ignore
    assert.match(coloured, new RegExp(`\u001B\\[${code}m━━ \u001B\\[39m${name} `))
  const plain = charts(three, question, {...page, height: undefined})
  assert.equal(plain.split('└').length, 4)
  assert.doesNotMatch(plain, /\u001B/)
})

test('more than six hosts have a chart each, side by side where the screen is low, and bars where it is too low', () => {
  const many = Array.from({length: 8}, (_, n) => host(`host-${n}`, [n, n + 1, n * 2]))
  const drawn = charts(many, question, {...page, width: 120, height: 40, colour: true})
  assert.equal(drawn.split('└').length, 9)
  assert.ok(drawn.split('\n').length <= 41)
  const low = charts(many, question, {...page, height: 5})
  assert.match(low, /host-0 0 % +▁█▁|host-0 0 % +▁/)
  assert.match(low, /and 5 more\n$/)
})

test('a band is shaded from the least to the greatest, and the line stands out of it', () => {
  const {aggregates} = host('web', [20, 22, 24])
  const shifted = (by: number) => aggregates.map((one) => ({...one, value: one.value! + by}))
  const drawn = charts([{host: 'web', aggregates, band: {low: shifted(-10), high: shifted(10)}}], question, page)
  assert.match(drawn, /web 24 % {3}min 10 {3}max 34/)
  assert.match(drawn, /░/)
  assert.match(drawn, braille)
})

test('half a million points are a chart too', () => {
  const values = Array.from({length: 500_000}, (_, n) => n % 100)
  assert.match(charts([host('web', values)], question, page), /web 99 % {3}min 0 {3}max 99/)
})

test('one point, equal values, and none at all', () => {
  assert.match(charts([host('web', [7])], question, page), braille)
  assert.match(charts([host('web', [7, 7, 7])], question, page), braille)
  assert.match(charts([host('web', [null, null])], question, page), /web no value/)
  assert.equal(charts([{host: 'web', aggregates: [], note: 'nothing yet'}], question, page), 'web: nothing yet\n')
})

test('whatever the values and however small the terminal: nothing throws, and nothing is wider or taller than it may be', () => {
  const value = fc.oneof(
    fc.double({noNaN: true, noDefaultInfinity: true}),
    fc.constant(null),
    fc.integer({min: 0, max: 100}),
  )
  const series = fc.array(fc.tuple(fc.string({unit: 'grapheme'}), fc.array(value, {maxLength: 30})), {
    minLength: 1,
    maxLength: 9,
  })
  const size = fc.record({
    width: fc.integer({min: 1, max: 130}),
    height: fc.option(fc.integer({min: 1, max: 50}), {nil: undefined}),
  })
  fc.assert(
    fc.property(
      series,
      size,
      fc.array(fc.double({noNaN: true, noDefaultInfinity: true}), {maxLength: 2}),
      (hosts, {width, height}, thresholds) => {
        const drawn = charts(hosts.map(([name, values]) => host(name, values)), question, {...page, width, height, thresholds}) // prettier-ignore
        const lines = drawn.replace(/\n$/, '').split('\n')
        for (const line of lines) assert.ok(textWidth(line) <= width, `${textWidth(line)} > ${width}: ${line}`)
        if (height !== undefined) assert.ok(lines.length <= height, `${lines.length} > ${height}`)
        assert.doesNotMatch(drawn, /NaN|Infinity|undefined/)
      },
    ),
    {numRuns: 300},
  )
})

test('scales have round numbers, times are round moments of the local clock, and a new day is named', () => {
  assert.deepEqual(ticksOf(roundScale([3, 97], 6)), [0, 20, 40, 60, 80, 100])
  assert.deepEqual(ticksOf(roundScale([0.1, 0.3], 6)).map((tick) => shortNumber(tick, 0.05)), ['0.1', '0.15', '0.2', '0.25', '0.3']) // prettier-ignore
  assert.deepEqual([1234, 12_345, 2.5e9, 0, -0.004_56, 1e-9].map((value) => shortNumber(value)), ['1230', '12.3k', '2.5G', '0', '-0.00456', '1.0e-9'].map((text) => text.replace('1230', '1234'))) // prettier-ignore
  const ticks = timeTicks(Date.parse('2026-11-24T22:10:00Z'), Date.parse('2026-11-25T02:10:00Z'), 6)
  assert.deepEqual(ticks.map(({label}) => label), ['23:00', '25 Nov', '01:00', '02:00']) // prettier-ignore
})
