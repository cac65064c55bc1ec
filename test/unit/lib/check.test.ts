import assert from 'node:assert/strict'
import {test} from 'node:test'

import {parseAlertRange} from '../../../src/lib/alert-range.ts'
import {judgeHosts, stateCodes, worst} from '../../../src/lib/check.ts'
import {checkText, unknownLine} from '../../../src/lib/render/check.ts'
import {fakeGnocchi} from '../fake-gnocchi.ts'

const [a, b, c] = [
  'a657d89e-a2d0-458b-b457-d600a7e95ca6',
  'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4',
  'f0272162-f2c4-4128-b1af-4e6dc46b64f1',
] as const
const now = new Date('2026-11-20T10:05:30Z')
const what = {method: 'mean', granularitySeconds: 60}
const limits = {warn: parseAlertRange('80'), crit: parseAlertRange('90'), maxAgeSeconds: 120}
const about = {service: 'MEMORY', unit: '%', limits}

const measured = (value: number, minute = '05') => ({
  aggregates: {mean: [[`2026-11-20T10:${minute}:00+00:00`, 60, value] as [string, number, number]]},
})

test('each host is judged by its newest value, and the gravest state is the answer', async (t) => {
  const {client} = await fakeGnocchi(t, {[a]: measured(63.25), [b]: measured(80.5), [c]: measured(97, '04')})
  const targets = [{host: 'web-1', metric: a}, {host: 'db-1', metric: b}, {host: 'cache', metric: c}] // prettier-ignore
  const hosts = await judgeHosts(client, targets, what, limits, now)
  assert.deepEqual([worst(hosts), stateCodes[worst(hosts)]], ['CRITICAL', 2])
  assert.equal(
    checkText(hosts, about),
    `MEMORY CRITICAL - 1 of 3 hosts: cache 97% | 'web-1'=63.25%;80;90;0;100 'db-1'=80.5%;80;90;0;100 'cache'=97%;80;90;0;100
CRITICAL cache 97% at 2026-11-20T10:04:00Z, not within 0 to 90
WARNING db-1 80.5% at 2026-11-20T10:05:00Z, not within 0 to 80
OK web-1 63.3% at 2026-11-20T10:05:00Z
`,
  )
  const fine = await judgeHosts(client, targets.slice(0, 1), what, limits, now)
  assert.equal(checkText(fine, about).split(' | ')[0], 'MEMORY OK - web-1 63.3%')
  const all = await judgeHosts(client, targets, what, {maxAgeSeconds: 120}, now)
  assert.equal(checkText(all, about).split(' | ')[0], 'MEMORY OK - 3 hosts, highest cache 97%')
})

test('a stale host, and one that cannot be read, are UNKNOWN; an alert is graver', async (t) => {
  const {client} = await fakeGnocchi(t, {[a]: measured(63.25), [b]: measured(99, '01'), [c]: measured(99)})
  const gone = '00000000-0000-4000-8000-000000000009'
  const targets = [{host: 'web-1', metric: a}, {host: 'db-1', metric: b}, {host: 'gone', metric: gone}] // prettier-ignore
  const hosts = await judgeHosts(client, targets, what, limits, now)
  assert.deepEqual(
    hosts.map(({state}) => state),
    ['OK', 'UNKNOWN', 'UNKNOWN'],
  )
  assert.deepEqual([worst(hosts), stateCodes[worst(hosts)]], ['UNKNOWN', 3])
  assert.match(
    checkText(hosts, about),
    /^MEMORY UNKNOWN - 2 of 3 hosts: db-1: no measure from .* \| 'web-1'=63\.25%;80;90;0;100\n/,
  )
  const alarmed = await judgeHosts(client, [...targets, {host: 'cache', metric: c}], what, limits, now)
  assert.equal(worst(alarmed), 'CRITICAL')
})

test('names cannot end the text or the label, and numbers have no exponent', () => {
  const hosts = (values: [string, number][]) => values.map(([host, value]) => ({host, value, state: 'OK' as const}))
  const text = checkText(
    hosts([
      ["a'b=c|d\ne", 0.000_012_345],
      ['big', 1e22],
      ['zero', 0],
      ['low', -12.5],
    ]),
    {
      ...about,
      unit: 'MiB',
      limits: {crit: parseAlertRange('@5:'), maxAgeSeconds: 60},
    },
  )
  const [first] = text.split('\n')
  assert.equal(
    first,
    "MEMORY OK - 4 hosts, highest big 1.0e+22 MiB | 'a''b-c/d e'=0.000012345;;@5: 'big'=10000000000000000000000;;@5: 'zero'=0;;@5: 'low'=-12.5;;@5:",
  )
  assert.equal(unknownLine('GNOCCHI', 'no | one\nthere\u0007'), 'GNOCCHI UNKNOWN - no / one there\\u0007\n')
})
