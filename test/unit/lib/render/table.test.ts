import assert from 'node:assert/strict'
import {test} from 'node:test'

import fc from 'fast-check'

import {drawTable} from '../../../../src/lib/render/table.ts'

test('plain cells are drawn as all others are', () => {
  const cell = fc.stringMatching(/^[ -~]{0,9}$/)
  const cells = fc
    .integer({min: 1, max: 4})
    .chain((columns) => fc.array(fc.array(cell, {minLength: columns, maxLength: columns}), {maxLength: 5}))
    .map((rows): string[][] => [Array<string>(rows[0]?.length ?? 1).fill('e'), ...rows])
  fc.assert(
    fc.property(cells, fc.array(fc.boolean(), {maxLength: 4}), (plain, toTheRight) => {
      const others = plain.map((row) => row.map((text) => text.replaceAll('e', 'é')))
      const drawn = drawTable(plain, undefined, toTheRight)
      assert.equal(drawn, drawTable(others, undefined, toTheRight).replaceAll('é', 'e'))
    }),
    {numRuns: 500},
  )
})

test('two hundred thousand rows are drawn, on a terminal too', () => {
  const cells = [['n', 'name'], ...Array.from({length: 200_000}, (_, n) => [String(n), 'web'])]
  for (const width of [undefined, {most: 80, breakWords: false}]) {
    const lines = drawTable(cells, width).split('\n')
    assert.equal(lines.length, 200_000 + 5)
    assert.deepEqual(lines.slice(0, 4), [
      '+--------+------+',
      '| n      | name |',
      '+--------+------+',
      '| 0      | web  |',
    ])
  }
})
