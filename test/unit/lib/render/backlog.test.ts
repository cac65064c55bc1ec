import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {Look} from '../../../../src/lib/backlog.ts'
import {lookColumns, lookFrames} from '../../../../src/lib/render/backlog.ts'
import type {FormatName} from '../../../../src/lib/render/formats.ts'
import {oneLooks} from '../../../../src/lib/render/looks.ts'

const look = (seconds: number, bundles: number): Look => ({
  at: new Date(Date.UTC(2026, 10, 24, 10) + seconds * 1000),
  bundles,
  metrics: 1,
  processors: null,
  trend: seconds === 0 ? null : {bundlesPerSecond: 0, secondsLeft: null},
})

test('a terminal shows the newest look in words, and those before it as bars', () => {
  const frame = lookFrames(() => 100)
  assert.equal(frame(look(0, 9)), '2026-11-24T10:00:00Z  9 bundles of 1 metric to process, trend not known yet\n')
  const newest = (time: string) => `2026-11-24T${time}Z  3 bundles of 1 metric to process, neither rising nor falling\n`
  assert.equal(frame(look(2, 3)), `${newest('10:00:02')}█▁  from 3 to 9 bundles in 2 seconds\n`)
  frame(null)
  assert.equal(frame(look(6, 3)), `${newest('10:00:06')}█▁ ▁  from 3 to 9 bundles in 6 seconds\n`)
})

test('bars are as many as there is room for, the newest ones; a narrow terminal has none', () => {
  let columns = 54
  const frame = lookFrames(() => columns)
  const bars = (seconds: number, bundles: number) => frame(look(seconds, bundles)).split('\n')[1]
  for (let seconds = 0; seconds < 100; seconds++) frame(look(seconds, seconds))
  assert.equal(bars(100, 100), '▁▃▅▇█  from 96 to 100 bundles in 4 seconds')
  columns = 200
  assert.match(bars(101, 101)!, /^[▁▂▃▄▅▆▇█]{60} {2}from 42 to 101 bundles in 59 seconds$/)
  columns = 40
  assert.equal(bars(102, 102), '')
})

test('a backlog that stays has bars of one height', () => {
  const frame = lookFrames(() => 100)
  frame(look(0, 1))
  assert.match(frame(look(60, 1)), /\n▄▄ {2}always 1 bundle in 1 minute\n$/)
})

for (const [format, text] of [
  ['csv', '"time","bundles"\n"2026-11-24T10:00:00Z",9\n"2026-11-24T10:00:02Z",3\n'],
  ['value', '2026-11-24T10:00:00Z 9\n2026-11-24T10:00:02Z 3\n'],
  ['json', '{"time":"2026-11-24T10:00:00Z","bundles":9}\n{"time":"2026-11-24T10:00:02Z","bundles":3}\n'],
  ['ndjson', '{"time":"2026-11-24T10:00:00Z","bundles":9}\n{"time":"2026-11-24T10:00:02Z","bundles":3}\n'],
  ['yaml', 'time: "2026-11-24T10:00:00Z"\nbundles: 9\n---\ntime: "2026-11-24T10:00:02Z"\nbundles: 3\n'],
  ['shell', 'time="2026-11-24T10:00:00Z"\nbundles="9"\ntime="2026-11-24T10:00:02Z"\nbundles="3"\n'],
] as const satisfies [FormatName, string][])
  test(`looks one after the other as ${format}`, async () => {
    const draw = oneLooks(lookColumns.slice(0, 2), format, () => ({}))
    assert.equal((await draw(look(0, 9))) + (await draw(look(2, 3))), text)
  })
