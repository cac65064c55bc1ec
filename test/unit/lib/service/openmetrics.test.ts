import assert from 'node:assert/strict'
import {test} from 'node:test'

import {openMetrics} from '../../../../src/lib/service/openmetrics.ts'
import type {Status} from '../../../../src/lib/service/status.ts'

const host = (name: string, state: Status['hosts'][number]['state']) => ({
  host: name,
  state,
  since: null,
  lastSample: null,
  lastError: null,
})

const status: Status = {
  pid: 1,
  started: '2026-11-20T09:00:00Z',
  updated: '2026-11-20T10:00:00Z',
  ended: null,
  intervalSeconds: 10,
  rounds: 7,
  missedTicks: 1,
  lastRound: '2026-11-20T10:00:00Z',
  sampled: 14,
  sent: 12,
  dropped: 1,
  setAside: 2,
  lastAccepted: '2026-11-20T10:00:00.500Z',
  sendError: null,
  backlog: {waiting: 2, parked: 1, oldest: '2026-11-20T09:59:30Z'},
  clockAheadSeconds: -1.5,
  hosts: [host('web', 'up'), host('a\\b"c\nd', 'down'), host('new', 'unknown')],
}
const text = openMetrics(status, new Date('2026-11-20T10:00:00Z'))

test('the figures are the status', () => {
  const samples = text.split('\n').filter((line) => line && !line.startsWith('#'))
  assert.deepEqual(samples, [
    'gnocchictl_rounds_total 7',
    'gnocchictl_missed_ticks_total 1',
    'gnocchictl_samples_total 14',
    'gnocchictl_samples_sent_total 12',
    'gnocchictl_samples_dropped_total 1',
    'gnocchictl_samples_parked_total 2',
    'gnocchictl_backlog_samples 2',
    'gnocchictl_backlog_parked_samples 1',
    'gnocchictl_backlog_age_seconds 30',
    'gnocchictl_host_up{host="web"} 1',
    String.raw`gnocchictl_host_up{host="a\\b\"c\nd"} 0`,
    'gnocchictl_sending 1',
    'gnocchictl_last_accepted_timestamp_seconds 1795168800.5',
    'gnocchictl_last_round_timestamp_seconds 1795168800',
    'gnocchictl_start_time_seconds 1795165200',
    'gnocchictl_clock_ahead_seconds -1.5',
  ])
})

test('it is OpenMetrics: each family has its type first, units end names, and it ends with EOF', () => {
  assert.match(text, /\n# EOF\n$/)
  const lines = text.trimEnd().split('\n').slice(0, -1)
  let family = ''
  for (const line of lines) {
    const [, name, type] = /^# TYPE (\w+) (counter|gauge)$/.exec(line) ?? []
    if (name && type) family = name
    else if (line.startsWith('# UNIT')) assert.equal(line, `# UNIT ${family} seconds`)
    else if (line.startsWith('#'))
      assert.match(line, new RegExp(`^# HELP ${family} [A-Z0-9].*\\.$|^# HELP ${family} .+`))
    else
      assert.match(line, new RegExp(`^${family}(_total)?(\\{host="([^"\\\\\\n]|\\\\[\\\\"n])*"\\})? -?\\d+(\\.\\d+)?$`))
    if (/^# UNIT/.test(line)) assert.match(family, /_seconds$/)
  }
  const families = lines.flatMap((line) => /^# TYPE (\w+)/.exec(line)?.[1] ?? [])
  assert.deepEqual(families, [...new Set(families)])
})

test('what is not known yet is left out', () => {
  const fresh = openMetrics({...status, lastAccepted: null, lastRound: null}, new Date())
  assert.doesNotMatch(fresh, /^gnocchictl_last_\w+ /m)
})
