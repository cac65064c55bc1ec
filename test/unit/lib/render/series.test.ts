import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {HostSeries, Question} from '../../../../src/lib/series/read.ts'
import {formats} from '../../../../src/lib/render/formats.ts'
import {seriesColumns, seriesRows, seriesTables} from '../../../../src/lib/render/series.ts'

const question: Question = {method: 'mean', granularitySeconds: 60, last: 5}
const series: HostSeries[] = [
  {
    host: '172.16.1.210',
    aggregates: [
      {at: new Date('2020-07-07T19:20:00Z'), granularitySeconds: 60, value: 35.89666666666667},
      {at: new Date('2020-07-07T19:21:00Z'), granularitySeconds: 60, value: null},
    ],
  },
  {host: 'web\u001B[2J', aggregates: [], note: 'no measure yet\u0007'},
]

test('people see a heading and a table for each host, or why there is none', () => {
  assert.equal(
    seriesTables(series, question, false),
    `Host: 172.16.1.210

+----------------------+-------------+--------------+
| Timestamp            | Granularity | MEAN         |
+----------------------+-------------+--------------+
| 2020-07-07T19:20:00Z | 1 minute    | 35.9         |
| 2020-07-07T19:21:00Z | 1 minute    | not a number |
+----------------------+-------------+--------------+

Host: web\\u001b[2J

no measure yet\\u0007
`,
  )
})

test('colour changes nothing but colour', () => {
  const coloured = seriesTables(series, question, true)
  assert.ok(coloured.includes('\u001B[1m172.16.1.210\u001B[22m'))
  assert.equal(coloured.replace(/\u001B\[\d+m/g, ''), seriesTables(series, question, false))
})

test('programs get one row for each aggregate, the number whole', () => {
  assert.equal(
    formats.csv.list(seriesRows(series), seriesColumns(question)),
    `"host","timestamp","granularity","mean"
"172.16.1.210","2020-07-07T19:20:00Z",60,35.89666666666667
"172.16.1.210","2020-07-07T19:21:00Z",60,""
`,
  )
  assert.equal(
    formats.ndjson.list(seriesRows(series).slice(0, 1), seriesColumns({...question, method: 'rate:mean'})),
    '{"host":"172.16.1.210","timestamp":"2020-07-07T19:20:00Z","granularity":60,"rate:mean":35.89666666666667}\n',
  )
})

test('of all hosts as one, it is said how many had each period', () => {
  const across: Question = {...question, across: 'sum'}
  const at = new Date('2020-07-07T19:20:00Z')
  const one = {host: 'sum of 2 hosts', aggregates: [{at, granularitySeconds: 60, value: 3}], hosts: new Map([[+at, 2]])}
  assert.equal(
    formats.csv.list(seriesRows([one]), seriesColumns(across)),
    '"host","timestamp","granularity","mean","hosts"\n"sum of 2 hosts","2020-07-07T19:20:00Z",60,3,2\n',
  )
  assert.match(seriesTables([one], across, false), /\| MEAN \| Hosts \|/)
})

test('below a long table stands its trend', () => {
  const aggregates = [1, 2, 3, 4, 5, 6, 7, 8].map((value) => ({
    at: new Date(value * 60_000),
    granularitySeconds: 60,
    value,
  }))
  assert.match(seriesTables([{host: 'web', aggregates}], question, false), /\+\n▁▂▃▄▅▆▇█\n$/)
  assert.doesNotMatch(seriesTables([{host: 'web', aggregates: aggregates.slice(0, 5)}], question, false), /▁/)
})
