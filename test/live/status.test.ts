import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {httpServer} from '../unit/servers.ts'
import {suites} from '../suites.ts'
import {gnocchiAs, labOf, openrc, unique} from './lab.ts'
import {assertSameJson, officialClient} from './official.ts'
import {person} from './person.ts'
import {Terminal} from './terminal.ts'

/** Numbers go on while others send: how many fields there are, and of which kind, stays. */
const kinds = (said: unknown) =>
  Object.fromEntries(
    Object.entries(said as object).map(([name, value]) => [
      name,
      typeof value === 'number' ? 'number' : (value as unknown),
    ]),
  )

for (const suite of suites)
  describe(suite, {concurrency: true}, () => {
    const lab = labOf(suite)

    test(`${suite}: status, capabilities and version say what the official client says`, async (t) => {
      const ours = person(t, openrc(lab, lab.users.admin))
      const admin = officialClient(lab, lab.users.admin)
      await Promise.all([
        assertSameJson(ours, admin, ['status'], kinds),
        assertSameJson(ours, admin, ['server', 'version']),
        assertSameJson(ours, admin, ['capabilities', 'list'], (said) =>
          (said as {aggregation_methods: string[]}).aggregation_methods.toSorted(),
        ),
      ])
    })

    test(`${suite}: who may not see the backlog is told what to do instead`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      assert.deepEqual(await alice.cli(['status']), {
        stdout: '',
        stderr:
          "error: Forbidden (HTTP 403): GET /v1/status\n  try: Gnocchi shows its backlog to admins only; gnocchictl measures show METRIC --refresh processes one metric's own first\n",
        code: 4,
      })
    })

    test(`${suite}: what is queued is told by metric, and can be read once a wait for it has ended`, async (t) => {
      const [gnocchi, alice] = await Promise.all([gnocchiAs(lab, lab.users.admin), gnocchiAs(lab, lab.users.alice)])
      const admin = person(t, openrc(lab, lab.users.admin))
      const name = unique('live')
      const {body} = await alice('POST', 'v1/metric', {name, archive_policy_name: 'low'})
      const {id} = body as {id: string}
      t.after(() => alice('DELETE', `v1/metric/${id}`))
      const send = () => alice('POST', `v1/metric/${id}/measures`, [{timestamp: '2026-11-24T10:00:00Z', value: 7}])
      // It may be processed between the two: then again.
      for (let left = 20; ; left--) {
        await send()
        const {stdout} = await admin.cli(['status', '--details', '-f', 'json', '-c', 'storage/measures_to_process'])
        const {'storage/measures_to_process': queued} = JSON.parse(stdout) as Record<string, Record<string, number>>
        if (queued?.[id]) break
        assert.ok(left > 0, 'never seen in the queue')
      }
      await send()
      const {code, stderr} = await admin.cli(['status', '--wait', '--interval', '0.2', '--at-most', '60s'])
      assert.deepEqual({code, stderr}, {code: 0, stderr: ''})
      const {body: points} = await gnocchi('GET', `v1/metric/${id}/measures?aggregation=mean`)
      assert.deepEqual(points, [['2026-11-24T10:00:00+00:00', 300, 7]])
    })
  })

const id = '00000000-0000-4000-8000-000000000001'

/** Someone whose Gnocchi says one number of bundles after the other, the last one for ever. */
async function withQueue(t: TestContext, ...bundles: number[]) {
  const {url} = await httpServer(t, ({path}) => {
    if (path.startsWith('/v1/metric/'))
      return {status: 404, body: {code: 404, title: 'Not Found', description: 'Metric does not exist'}}
    const next = bundles.length > 1 ? bundles.shift()! : bundles[0]!
    return {
      body: {
        storage: {summary: {measures: next, metrics: 1}, measures_to_process: next ? {[id]: next} : {}},
        metricd: {processors: [], statistics: {}},
      },
    }
  })
  return person(t, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: url})
}

test('a wait whose time is over is exit 6, with what is left', async (t) => {
  const someone = await withQueue(t, 4)
  assert.deepEqual(await someone.cli(['status', '--wait', '--interval', '0.1', '--at-most', '0.5']), {
    stdout: '',
    stderr:
      'error: after 0.5 seconds, 4 bundles of 1 metric still wait to be processed\n  try: it did not become less: do the processes of gnocchi-metricd run? which metrics: gnocchictl status --details\n',
    code: 6,
  })
})

test('the details name the metrics for people, too', async (t) => {
  const someone = await withQueue(t, 4)
  assert.equal(
    (await someone.cli(['status', '--details'])).stdout,
    `\
+----------------------+-----------------------------------------+
| Field                | Value                                   |
+----------------------+-----------------------------------------+
| bundles to process   | 4                                       |
| metrics they are for | 1                                       |
| processes of metricd | none: nothing is processed              |
| bundles by metric    | 4: 00000000-0000-4000-8000-000000000001 |
+----------------------+-----------------------------------------+
`,
  )
})

test('a watch prints a line at each look, or an object', async (t) => {
  const watch = ['status', '--watch', '--interval', '0.5', '--count', '3']
  const lines = await (await withQueue(t, 9, 6, 0)).cli(watch)
  assert.match(
    lines.stdout.replace(/[\d-]+T[\d:]+Z/g, 'TIME'),
    /^TIME {2}9 bundles of 1 metric to process, trend not known yet\nTIME {2}6 bundles of 1 metric to process, falling by [\d.]+ a second, done in about 1 second\nTIME {2}nothing to process\n$/,
  )
  const objects = await (await withQueue(t, 9, 9, 12)).cli([...watch, '-f', 'ndjson', '-c', 'bundles', '-c', 'trend'])
  assert.equal(
    objects.stdout,
    '{"bundles":9,"trend":null}\n{"bundles":9,"trend":"steady"}\n{"bundles":12,"trend":"rising"}\n',
  )
  assert.deepEqual([lines.code, lines.stderr, objects.code, objects.stderr], [0, '', 0, ''])
})

test('a watch is one stream: a heading once, an object of JSON on a line, YAML in documents', async (t) => {
  const watch = ['status', '--watch', '--interval', '0.1', '--count', '2', '-c', 'bundles', '-c', 'trend', '-f']
  for (const [format, stdout] of [
    ['csv', '"bundles","trend"\n9,""\n9,"steady"\n'],
    ['value', '9 None\n9 steady\n'],
    ['json', '{"bundles":9,"trend":null}\n{"bundles":9,"trend":"steady"}\n'],
    ['yaml', 'bundles: 9\ntrend: null\n---\nbundles: 9\ntrend: steady\n'],
  ] as const)
    assert.deepEqual(await (await withQueue(t, 9)).cli([...watch, format]), {stdout, stderr: '', code: 0})
})

test('on a terminal a watch stays in its place, and a wait leaves nothing behind', async (t) => {
  const watched = Terminal.start(await withQueue(t, 9, 6, 3), [
    'status',
    '--watch',
    '--interval',
    '0.5',
    '--count',
    '3',
  ])
  const after = await watched.shows(/exit code 0/)
  assert.match(
    after,
    /^[\dTZ:-]+ {2}3 bundles of 1 metric to process, falling by [\w., \n]+\n█▅▁ {2}from 3 to 9 bundles in \d+ seconds?\nexit code 0$/,
  )
  const waited = Terminal.start(await withQueue(t, 9, 6, 0), [
    'status',
    '--wait',
    '--interval',
    '0.5',
    '-f',
    'json',
    '--noindent',
  ])
  await waited.shows(/6 bundles of 1 metric to process, falling by/)
  assert.match(await waited.shows(/exit code 0/), /^\{"storage\/total number of measures to process": 0, /)
})
