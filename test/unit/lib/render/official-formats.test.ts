// Columns that are printed as the official client, in Python, prints them.
import assert from 'node:assert/strict'
import {test} from 'node:test'

import {formats, type Column, type ListFormatName} from '../../../../src/lib/render/formats.ts'

interface Point {
  at: string
  late: boolean
  seconds: number | string
  value: number | null
}

const pointColumns: readonly Column<Point>[] = [
  {name: 'at', value: ({at}) => at},
  {name: 'late', value: ({late}) => late, python: true},
  {name: 'seconds', value: ({seconds}) => seconds, python: true},
  {name: 'value', value: ({value}) => value, python: true},
]

const points: Point[] = [
  {at: '10:00', late: false, seconds: 60, value: 300},
  {at: '10:01', late: true, seconds: 60, value: null},
  {at: '10:02', late: false, seconds: 'M', value: -1e16},
]

for (const [format, list, one] of [
  [
    'table',
    `+-------+-------+---------+--------+
| at    | late  | seconds |  value |
+-------+-------+---------+--------+
| 10:00 | False |    60.0 |  300.0 |
| 10:01 | True  |    60.0 |   None |
| 10:02 | False |       M | -1e+16 |
+-------+-------+---------+--------+
`,
    `+---------+-------+
| Field   | Value |
+---------+-------+
| at      | 10:00 |
| late    | False |
| seconds | 60.0  |
| value   | 300.0 |
+---------+-------+
`,
  ],
  [
    'csv',
    '"at","late","seconds","value"\n"10:00",False,60.0,300.0\n"10:01",True,60.0,""\n"10:02",False,"M",-1e+16\n',
    '"at","late","seconds","value"\n"10:00",False,60.0,300.0\n',
  ],
  ['value', '10:00 False 60.0 300.0\n10:01 True 60.0 None\n10:02 False M -1e+16\n', '10:00\nFalse\n60.0\n300.0\n'],
  [
    'yaml',
    '- at: "10:00"\n  late: false\n  seconds: 60.0\n  value: 300.0\n- at: "10:01"\n  late: true\n  seconds: 60.0\n  value: null\n- at: "10:02"\n  late: false\n  seconds: M\n  value: -1.0e+16\n',
    'at: "10:00"\nlate: false\nseconds: 60.0\nvalue: 300.0\n',
  ],
  [
    'ndjson',
    '{"at":"10:00","late":false,"seconds":60,"value":300}\n{"at":"10:01","late":true,"seconds":60,"value":null}\n{"at":"10:02","late":false,"seconds":"M","value":-10000000000000000}\n',
    '{"at":"10:00","late":false,"seconds":60,"value":300}\n',
  ],
] as [ListFormatName, string, string][])
  test(`${format}: as the official client`, async () => {
    assert.equal(await formats[format].list(points, pointColumns), list)
    assert.equal(await formats[format].one(points[0]!, pointColumns), one)
  })

test('shell: fields as the official client has them', () =>
  assert.equal(
    formats.shell.one(points[0]!, pointColumns),
    'at="10:00"\nlate="False"\nseconds="60.0"\nvalue="300.0"\n',
  ))

for (const at of ['10:00', 'é'])
  test(`a column of floats whose first row has none stands to the left, as for the official client: ${at}`, () => {
    const lines = formats.table
      .list([{at, late: true, seconds: 60, value: null}, points[0]!, points[2]!], pointColumns)
      .split('\n')
    assert.deepEqual(lines.slice(4, 6), [
      '| 10:00 | False |    60.0 | 300.0  |',
      '| 10:02 | False |       M | -1e+16 |',
    ])
  })

test('CSV: in quotes where all is', () =>
  assert.equal(
    formats.csv.list([points[0]!], pointColumns, {quote: 'all'}).split('\n')[1],
    '"10:00","False","60.0","300.0"',
  ))
