import assert from 'node:assert/strict'
import {test} from 'node:test'

import {formats} from '../../../../src/lib/render/formats.ts'
import {hostStatusColumns, statusColumns} from '../../../../src/lib/render/status.ts'
import type {Status} from '../../../../src/lib/service/status.ts'

const now = new Date('2026-11-20T10:00:00Z')
const status: Status = {
  pid: 4711,
  started: '2026-11-20T08:00:00.123Z',
  updated: '2026-11-20T09:59:58Z',
  ended: null,
  intervalSeconds: 10,
  rounds: 720,
  missedTicks: 1,
  lastRound: '2026-11-20T09:59:50Z',
  sampled: 1440,
  sent: 1400,
  dropped: 0,
  setAside: 2,
  lastAccepted: null,
  sendError: {since: '2026-11-20T09:55:00Z', message: 'Gnocchi: connection refused'},
  backlog: {waiting: 38, parked: 2, oldest: '2026-11-20T09:55:00Z'},
  clockAheadSeconds: -0.4,
  hosts: [
    {
      host: 'web',
      state: 'up',
      since: '2026-11-20T08:00:00Z',
      lastSample: '2026-11-20T09:59:50Z',
      lastError: 'web: \u001B[1m',
    },
    {host: 'db', state: 'unknown', since: null, lastSample: null, lastError: null},
  ],
}

test('people see what the producer does, in words', () => {
  assert.equal(
    formats.table.one({state: 'running', status}, statusColumns(now)),
    `+-------------------------+------------------------------------------------+
| Field                   | Value                                          |
+-------------------------+------------------------------------------------+
| state                   | running                                        |
| process                 | 4711                                           |
| started                 | 2026-11-20T08:00:00Z (2 hours ago)             |
| as of                   | 2026-11-20T09:59:58Z (2 seconds ago)           |
| interval                | 10 s                                           |
| rounds                  | 720                                            |
| missed ticks            | 1                                              |
| last round              | 2026-11-20T09:59:50Z (10 seconds ago)          |
| sampled                 | 1440                                           |
| sent                    | 1400                                           |
| dropped                 | 0                                              |
| set aside               | 2                                              |
| last 202                | not yet                                        |
| backlog                 | 38, the oldest for 5 minutes                   |
| set aside on disk       | 2                                              |
| send error              | for 5 minutes: Gnocchi: connection refused     |
| clock ahead of Keystone | -0.4 s                                         |
| hosts                   | 1 of 2 up                                      |
+-------------------------+------------------------------------------------+
`
      .replaceAll(/ {4}\|$/gm, '|')
      .replaceAll(/-{4}\+$/gm, '+'),
  )
  assert.equal(
    formats.table.list(status.hosts, hostStatusColumns(now)),
    `+------+----------------+----------------+----------------+
| host | state          | last sample    | last error     |
+------+----------------+----------------+----------------+
| web  | up for 2 hours | 10 seconds ago | web: \\u001b[1m |
| db   | unknown        | none           |                |
+------+----------------+----------------+----------------+
`,
  )
})

test('programs get numbers, times and the hosts as a list', () => {
  const shown = JSON.parse(formats.json.one({state: 'running', status}, statusColumns(now))) as Record<string, unknown>
  assert.deepEqual(
    [shown['backlog'], shown['backlog_age_seconds'], shown['send_error'], shown['last_accepted'], shown['ended']],
    [38, 300, 'Gnocchi: connection refused', null, null],
  )
  assert.deepEqual((shown['hosts'] as unknown[])[1], {
    host: 'db',
    state: 'unknown',
    since: null,
    last_sample: null,
    last_error: null,
  })
})

test('where there was no producer, all but the state is null', () => {
  const shown = JSON.parse(formats.json.one({state: 'never', status: undefined}, statusColumns(now))) as object
  const {state, ...rest} = shown as Record<string, unknown>
  assert.equal(state, 'never')
  assert.deepEqual(new Set(Object.values(rest)), new Set([null]))
})
