import assert from 'node:assert/strict'
import {test} from 'node:test'

import {formats} from '../../../../src/lib/render/formats.ts'
import {spoolColumns} from '../../../../src/lib/render/spool.ts'

const now = new Date('2026-11-20T10:00:00Z')
const rows = [
  {host: 'web', metric: 'm1', samples: 3, oldest: new Date('2026-11-20T09:35:00Z'), newest: now, parked: null},
  {host: 'db', metric: 'm2', samples: 1, oldest: new Date('2026-11-18T10:00:00Z'), newest: now, parked: 'too late'},
]

test('people see how old the samples are, and why some are set aside', () => {
  assert.equal(
    formats.table.list(rows, spoolColumns(now)),
    `+------+--------+---------+----------------+-------------------+
| host | metric | samples | oldest         | set aside because |
+------+--------+---------+----------------+-------------------+
| web  | m1     | 3       | 25 minutes ago | no: to be sent    |
| db   | m2     | 1       | 2 days ago     | too late          |
+------+--------+---------+----------------+-------------------+
`,
  )
})

test('programs get the times', () => {
  assert.equal(
    formats.csv.list(rows, spoolColumns(now)),
    `"host","metric","samples","oldest","newest","set_aside"
"web","m1",3,"2026-11-20T09:35:00Z","2026-11-20T10:00:00Z",""
"db","m2",1,"2026-11-18T10:00:00Z","2026-11-20T10:00:00Z","too late"
`,
  )
})
