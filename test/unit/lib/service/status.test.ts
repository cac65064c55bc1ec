import assert from 'node:assert/strict'
import {test} from 'node:test'

import {HostError} from '../../../../src/lib/errors.ts'
import type {ProduceEvent} from '../../../../src/lib/produce.ts'
import {backlogAgeSeconds, StatusKeeper, stalled, unwell, type Status} from '../../../../src/lib/service/status.ts'
import {hostOf} from '../../hosts.ts'

const keeping = (hosts: string[], intervalSeconds: number | undefined = 10) =>
  new StatusKeeper({
    intervalSeconds,
    hosts: () => hosts,
    backlog: () => ({waiting: 3, parked: 1, oldest: new Date('2026-11-20T10:00:00Z')}),
    clockAheadSeconds: () => 1.26,
  })

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 20, 10, 0, seconds))
const round = (seconds: number, up: string[], down: string[] = []): ProduceEvent => ({
  kind: 'round',
  at: at(seconds),
  round: {
    samples: up.map((host) => ({at: at(seconds), host, metric: 'm', value: 1})),
    failures: down.map((label) => ({host: hostOf({label}), error: new HostError(`${label}: no`), retryInSeconds: 1})),
  },
})

test('what happens is counted', () => {
  const keeper = keeping(['web', 'db', 'new'])
  const events: ProduceEvent[] = [
    round(0, ['web', 'db']),
    {kind: 'sent', samples: 2},
    round(10, ['web'], ['db']),
    {kind: 'set aside', samples: 1},
    {kind: 'dropped', samples: 4},
    round(40, ['web'], ['db']),
  ]
  for (const event of events) keeper.notice(event)
  const {rounds, missedTicks, sampled, sent, setAside, dropped, backlog, clockAheadSeconds, hosts, pid} =
    keeper.status()
  assert.deepEqual(
    {rounds, missedTicks, sampled, sent, setAside, dropped, backlog, clockAheadSeconds, pid},
    {
      rounds: 3,
      missedTicks: 2,
      sampled: 4,
      sent: 2,
      setAside: 1,
      dropped: 4,
      backlog: {waiting: 3, parked: 1, oldest: '2026-11-20T10:00:00Z'},
      clockAheadSeconds: 1.3,
      pid: process.pid,
    },
  )
  assert.deepEqual(hosts, [
    {host: 'web', state: 'up', since: '2026-11-20T10:00:00Z', lastSample: '2026-11-20T10:00:40Z', lastError: null},
    {
      host: 'db',
      state: 'down',
      since: '2026-11-20T10:00:10Z',
      lastSample: '2026-11-20T10:00:00Z',
      lastError: 'db: no',
    },
    {host: 'new', state: 'unknown', since: null, lastSample: null, lastError: null},
  ])
})

test('the last error of a host stays when it is back; hosts that are no longer sampled are not shown', () => {
  const hosts = ['web', 'db']
  const keeper = keeping(hosts)
  keeper.notice(round(0, ['web'], ['db']))
  keeper.notice(round(10, ['web', 'db']))
  assert.deepEqual(
    keeper.status().hosts.map(({state, since, lastError}) => [state, since, lastError]),
    [
      ['up', '2026-11-20T10:00:00Z', null],
      ['up', '2026-11-20T10:00:10Z', 'db: no'],
    ],
  )
  hosts.pop()
  assert.deepEqual(
    keeper.status().hosts.map(({host}) => host),
    ['web'],
  )
})

test('an error of sending is told from its beginning until all is sent', () => {
  const keeper = keeping([])
  keeper.notice({kind: 'send failed', error: new Error('first')})
  const first = keeper.status().sendError
  keeper.notice({kind: 'send failed', error: new Error('second')})
  assert.deepEqual(keeper.status().sendError, {since: first!.since, message: 'second'})
  keeper.notice({kind: 'sent', samples: 5})
  assert.equal(keeper.status().sendError?.message, 'second')
  keeper.notice({kind: 'all sent'})
  assert.equal(keeper.status().sendError, null)
  assert.notEqual(keeper.status().lastAccepted, null)
})

const healthy: Status = {
  ...keeping([]).status(),
  started: '2026-11-20T10:00:00Z',
  lastRound: '2026-11-20T10:00:00Z',
  sendError: null,
}

test('rounds may be three intervals late, and at least 5 seconds', () => {
  assert.equal(stalled(healthy, at(30)), undefined)
  assert.match(
    stalled(healthy, at(31)) ?? '',
    /^no round has ended for 31 seconds; there is to be one each 10 seconds$/,
  )
  assert.equal(stalled({...healthy, intervalSeconds: 0.1}, at(5)), undefined)
  assert.notEqual(stalled({...healthy, intervalSeconds: 0.1}, at(6)), undefined)
  assert.notEqual(stalled({...healthy, lastRound: null}, at(31)), undefined)
  assert.equal(stalled({...healthy, intervalSeconds: null}, at(3000)), undefined)
})

test('sending may fail for five minutes', () => {
  const failing = {...healthy, sendError: {since: '2026-11-20T10:00:00Z', message: 'refused'}}
  const later = (seconds: number) => unwell({...failing, lastRound: at(seconds).toISOString()}, at(seconds))
  assert.equal(later(300), undefined)
  assert.equal(later(301), 'nothing could be sent for 5 minutes (3 samples wait): refused')
})

test('the age of the backlog is that of the first sample to be sent', () => {
  assert.equal(backlogAgeSeconds(healthy, at(90)), 90)
  assert.equal(backlogAgeSeconds({...healthy, backlog: {waiting: 0, parked: 0, oldest: null}}, at(90)), 0)
})
