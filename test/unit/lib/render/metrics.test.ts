import assert from 'node:assert/strict'
import {test} from 'node:test'

import {decodeArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {HostMetric} from '../../../../src/lib/list-metrics.ts'
import {formats} from '../../../../src/lib/render/formats.ts'
import {createdColumns, hostMetricColumns} from '../../../../src/lib/render/metrics.ts'
import {medium} from '../../fake-gnocchi.ts'

const listed: HostMetric[] = [
  {
    host: 'web',
    id: 'm1',
    state: 'ok',
    metric: {
      id: 'm1',
      name: 'memory.usage',
      unit: '%',
      creator: null,
      createdByUserId: null,
      createdByProjectId: null,
      resourceId: null,
      archivePolicy: decodeArchivePolicy(medium),
    },
  },
  {host: 'db', id: 'm2', state: 'dead', metric: null},
  {host: 'cache', id: 'm3', state: 'foreign', metric: null},
  {host: 'new', id: null, state: 'none', metric: null},
]

test('the metrics of the hosts, and what to do about them', () => {
  assert.equal(
    formats.table.list(listed, hostMetricColumns),
    `+-------+--------+--------------+----------------+------+------------------------------------------+
| host  | metric | name         | archive policy | unit | state                                    |
+-------+--------+--------------+----------------+------+------------------------------------------+
| web   | m1     | memory.usage | medium         | %    | ok                                       |
| db    | m2     |              |                |      | dead: remove the id, then metrics create |
| cache | m3     |              |                |      | belongs to another project               |
| new   |        |              |                |      | none yet: metrics create                 |
+-------+--------+--------------+----------------+------+------------------------------------------+
`,
  )
})

test('programs get the state in one word', () => {
  assert.equal(
    formats.csv.list(listed.slice(1, 2), hostMetricColumns),
    '"host","metric","name","archive_policy","unit","state"\n"db","m2","","","","dead"\n',
  )
})

test('what metrics create did', () => {
  assert.equal(
    formats.csv.list([{host: 'web', metric: null, state: 'would create'}], createdColumns),
    '"host","metric","state"\n"web","","would create"\n',
  )
})
