import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import {openSpool, spoolFile} from '../../src/lib/delivery/spool.ts'
import {gnocchiAs, labOf, openrc, secondsPolicy, stored, unique} from './lab.ts'
import {person, type Person} from './person.ts'

const lab = labOf()

const unreachable = ['--os-endpoint-override', 'http://127.0.0.1:9']

/** Alice, who sampled a host twice while Gnocchi could not be reached; what was printed of it. */
async function kept(t: TestContext): Promise<{alice: Person; host: string; metric: string; values: number[]}> {
  const alice = person(t, openrc(lab, lab.users.alice))
  const host = unique('kept')
  alice.hostsFile([{ip: '10.0.0.1', name: host}])
  await alice.cli(['metrics', 'create', '--archive-policy', await secondsPolicy(lab)])
  const {stdout, stderr, code} = await alice.cli([
    ...['produce', '--source', 'random', '--count', '2', '--interval', '1', '-f', 'ndjson'],
    ...unreachable,
  ])
  const samples = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as {metric: string; value: number}) // prettier-ignore
  const refused = 'POST /v1/batch/metrics/measures at http://127.0.0.1:9: connection refused'
  assert.match(stderr, new RegExp(`^${refused}; samples are kept in \\S+ until they can be sent\n`))
  assert.equal(
    stderr.slice(stderr.indexOf('\n') + 1),
    `2 rounds, 2 sampled, 0 sent, 2 kept for the next run
error: ${refused}
  try: is the server running, and is the address right?
`,
  )
  assert.equal(code, 4)
  return {alice, host, metric: alice.metrics()[host]!, values: samples.map(({value}) => value)}
}

test('what could not be sent is shown by spool show, and sent by spool flush', async (t) => {
  const {alice, host, metric, values} = await kept(t)
  assert.deepEqual(await alice.cli(['spool', 'show', '-f', 'value', '-c', 'host', '-c', 'metric', '-c', 'samples']), {
    stdout: `${host} ${metric} 2\n`,
    stderr: '',
    code: 0,
  })
  const still = await alice.cli(['spool', 'flush', ...unreachable])
  assert.deepEqual({stdout: still.stdout, code: still.code}, {stdout: '', code: 4})
  assert.deepEqual(await alice.cli(['spool', 'flush']), {stdout: '', stderr: '2 sent\n', code: 0})
  const points = await stored(await gnocchiAs(lab, lab.users.alice), metric, 'mean', 1)
  assert.deepEqual(
    points.map(([, , value]) => value),
    values,
  )
  assert.deepEqual(await alice.cli(['spool', 'show', '-f', 'json']), {stdout: '[]\n', stderr: '', code: 0})
})

test('spool drop forgets what waits, once it is told what', async (t) => {
  const {alice, metric} = await kept(t)
  assert.deepEqual(await alice.cli(['spool', 'drop', '--parked']), {stdout: '', stderr: '0 dropped\n', code: 0})
  assert.deepEqual(await alice.cli(['spool', 'drop']), {
    stdout: '',
    stderr:
      'error: which samples: those set aside (--parked), or all (--all)?\n  try: see them first: gnocchictl spool show\n',
    code: 2,
  })
  assert.deepEqual(await alice.cli(['spool', 'drop', '--all']), {stdout: '', stderr: '2 dropped\n', code: 0})
  assert.deepEqual(await alice.cli(['spool', 'flush']), {stdout: '', stderr: '0 sent\n', code: 0})
  assert.deepEqual(await stored(await gnocchiAs(lab, lab.users.alice), metric, 'mean', 1), [])
})

test('a sample that Gnocchi would drop, since another producer sent newer ones, is set aside; the others are sent', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const host = unique('late')
  const hostsFile = alice.hostsFile([{ip: '10.0.0.1', name: host}])
  await alice.cli(['metrics', 'create', '--archive-policy', 'low'])
  const metric = alice.metrics()[host]!
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const now = Date.now()
  await gnocchi('POST', `v1/metric/${metric}/measures`, [{timestamp: new Date(now - 1000).toISOString(), value: 50}])
  assert.equal((await stored(gnocchi, metric, 'count', 300)).length, 1)

  const spool = openSpool(spoolFile(hostsFile, alice.path('spool')))
  const sampled = (ago: number, value: number) => ({at: new Date(now - ago * 1000), host, metric, value})
  spool.add([sampled(1200, 10), sampled(0, 70)])
  spool.close()

  const {stdout, stderr, code} = await alice.cli(['spool', 'flush', '--spool', alice.path('spool')])
  assert.deepEqual({stdout, code}, {stdout: '', code: 0})
  const period = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
  assert.match(
    stderr,
    new RegExp(
      `^${host}: 1 sample is set aside: \\d+ \\w+ too late: the metric has a measure of ${period} or later, and its archive policy takes none from before ${period} then\n1 sent, 1 set aside \\(gnocchictl spool show\\)\n$`,
    ),
  )
  const counts = await stored(gnocchi, metric, 'count', 300)
  assert.equal(
    counts.reduce((sum, [, , count]) => sum + count, 0),
    2,
  )
})
