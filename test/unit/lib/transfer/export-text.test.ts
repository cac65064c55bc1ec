import assert from 'node:assert/strict'
import {test} from 'node:test'

import {AggregateRows} from '../../../../src/lib/gnocchi/aggregate-rows.ts'
import {exportFormats, type ExportFormatName} from '../../../../src/lib/transfer/export-formats.ts'
import type {ExportPart} from '../../../../src/lib/transfer/export-measures.ts'
import {ExportText} from '../../../../src/lib/transfer/export-text.ts'

function part(metric: string, aggregation: string, points: readonly (readonly [time: number, value: number])[]) {
  const rows = new AggregateRows(points.length)
  for (const [milliseconds, value] of points) rows.add(milliseconds, 60, value)
  return {metric, aggregation, rows}
}

function pieces(name: ExportFormatName, several: boolean, parts: readonly ExportPart[]): string[] {
  const text = new ExportText(exportFormats[name], several)
  const found: string[] = []
  for (const one of parts) for (const piece of text.part(one)) found.push(piece.toString())
  for (const piece of text.end()) found.push(piece.toString())
  assert.equal(text.rows, parts.reduce((sum, {rows}) => sum + rows.length, 0)) // prettier-ignore
  return found
}

const at = Date.UTC(2026, 10, 24, 10)
const parts = [part('a,"b" ü', 'mean', [[at, 1.5]]), part('none', 'mean', []), part('c', 'max', [[at + 60_000, -2]])]

test('CSV, with quotes where there must be some', () => {
  assert.equal(
    pieces('csv', false, parts).join(''),
    'metric,timestamp,value\n"a,""b"" ü",2026-11-24T10:00:00Z,1.5\nc,2026-11-24T10:01:00Z,-2\n',
  )
  assert.equal(
    pieces('csv', true, parts).join(''),
    'metric,aggregation,timestamp,value\n"a,""b"" ü",mean,2026-11-24T10:00:00Z,1.5\nc,max,2026-11-24T10:01:00Z,-2\n',
  )
  assert.equal(pieces('csv', false, []).join(''), 'metric,timestamp,value\n')
})

test('NDJSON and JSON, a row on each line', () => {
  const rows = [
    {metric: 'a,"b" ü', aggregation: 'mean', timestamp: '2026-11-24T10:00:00Z', value: 1.5},
    {metric: 'c', aggregation: 'max', timestamp: '2026-11-24T10:01:00Z', value: -2},
  ]
  const [first, second] = rows.map((row) => JSON.stringify(row))
  assert.equal(pieces('ndjson', true, parts).join(''), `${first}\n${second}\n`)
  assert.equal(pieces('json', true, parts).join(''), `[\n${first},\n${second}\n]\n`)
  assert.equal(
    pieces('ndjson', false, parts.slice(2)).join(''),
    '{"metric":"c","timestamp":"2026-11-24T10:01:00Z","value":-2}\n',
  )
  assert.deepEqual(pieces('ndjson', false, []).join(''), '')
  assert.equal(pieces('json', false, []).join(''), '[]\n')
})

test('times of any day and any part of a second, and numbers, are written as everywhere', () => {
  const random = Array.from({length: 20_000}, (_, n): [number, number] => {
    const milliseconds = Math.floor(Math.random() * 2 * at)
    return [n % 3 === 0 ? milliseconds : Math.floor(milliseconds / 1000) * 1000, Math.random() * 10 ** (n % 30)]
  })
  const second = Array.from({length: 20_000}, (_, n): [number, number] => [at + n * 10_000, n / 8])
  const points = [...random, ...second, [0, 0.1 + 0.2], [-1000, 5e-324], [253_402_300_800_000, -1e21]] as const
  assert.deepEqual(
    pieces('csv', false, [part('m', 'mean', points)])
      .join('')
      .split('\n')
      .slice(1, -1),
    points.map(([time, value]) => `m,${new Date(time).toISOString().replace('.000Z', 'Z')},${value}`),
  )
})

test('much comes in pieces of 64 KiB at most, of whole rows, each in the place of the one before', () => {
  const points = Array.from({length: 10_000}, (_, n) => [at + n * 1000, n] as const)
  const text = new ExportText(exportFormats.csv, false)
  const found: Buffer[] = []
  const lengths = Array.from(text.part(part('web-1/memory.usage', 'mean', points)), (piece) => {
    found.push(piece)
    assert.equal(piece.at(-1), 10)
    return piece.length
  })
  assert.ok(lengths.length > 5 && Math.max(...lengths) <= 65_536)
  assert.equal(new Set(found.map(({buffer}) => buffer)).size, 1)
})

test('a name longer than a piece has room', () => {
  const name = 'x'.repeat(100_000)
  assert.equal(
    pieces('csv', false, [...parts.slice(2), part(name, 'mean', [[at, 1], [at, 2]])]).join(''), // prettier-ignore
    `metric,timestamp,value\nc,2026-11-24T10:01:00Z,-2\n${name},2026-11-24T10:00:00Z,1\n${name},2026-11-24T10:00:00Z,2\n`,
  )
})
