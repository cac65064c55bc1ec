import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, stored, unique} from './lab.ts'
import {officialClient, parsed} from './official.ts'
import {person} from './person.ts'

const minute = 60_000
/** Begin of a minute an hour ago. */
const base = Math.floor(Date.now() / minute) * minute - 60 * minute
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

for (const suite of suites) {
  describe(suite, {concurrency: 3}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    /** Metrics `a` and `b` of a new resource, with what is sent of each. */
    async function twoMetrics(a: object[], b: object[]): Promise<{a: string; b: string}> {
      const metric = {archive_policy_name: 'medium'}
      const {body} = await gnocchi('POST', 'v1/resource/generic', {
        id: unique('live-wrong'),
        metrics: {a: metric, b: metric},
      })
      const {metrics} = body as {metrics: {a: string; b: string}}
      await gnocchi('POST', 'v1/batch/metrics/measures', {[metrics.a]: a, [metrics.b]: b})
      for (const id of Object.values(metrics)) await stored(gnocchi, id, 'count', 60)
      return metrics
    }

    test(`${suite}: a stored NaN is null in JSON, where the official client prints what is no JSON, or fails`, async (t) => {
      const {a} = await twoMetrics(
        [
          {timestamp: iso(base), value: 'NaN'},
          {timestamp: iso(base + minute), value: 7},
        ],
        [{timestamp: iso(base), value: 1}],
      )
      const line = ['measures', 'show', a, '--granularity', '60', '--aggregation', 'max', '--utc', '-f', 'json']
      const alice = person(t, openrc(lab, lab.users.alice))
      const rows = parsed(await alice.cli(line)) as {value: number | null}[]
      assert.deepEqual(
        rows.map(({value}) => value),
        [null, 7],
      )
      const official = await officialClient(lab, lab.users.alice)(line)
      assert.throws(() => JSON.parse(official.stdout), SyntaxError)
    })

    test(`${suite}: --fill lays its value into the gaps of a series`, async (t) => {
      const {a, b} = await twoMetrics(
        [0, 1, 2].map((n) => ({timestamp: iso(base + n * minute), value: 10})),
        [{timestamp: iso(base + minute), value: 4}],
      )
      const line = [
        ...['aggregates', `(aggregate sum (metric (${a} mean) (${b} mean)))`, '--granularity', '60', '--fill', '0'],
        ...['-f', 'json'],
      ]
      const sums = (rows: unknown) => (rows as {value: number}[]).map(({value}) => value)
      const alice = person(t, openrc(lab, lab.users.alice))
      assert.deepEqual(sums(parsed(await alice.cli(line))), [10, 14, 10])
    })

    test(`${suite}: an error is said once, and nothing of it on stdout`, async (t) => {
      const said = 'The request you have made requires authentication.'
      const wrong = {...openrc(lab, lab.users.alice), OS_PASSWORD: 'not-the-password'}
      const {stdout, stderr, code} = await person(t, wrong).cli(['metric', 'list', '-f', 'json'])
      assert.deepEqual({stdout, code}, {stdout: '', code: 3})
      assert.match(stderr, /^error: [^\n]+\n( {2}try: [^\n]+\n)*$/)
      const official = await officialClient(lab, {...lab.users.alice, password: 'not-the-password'})([
        ...['metric', 'list', '-f', 'json'],
      ])
      assert.deepEqual([official.stdout.includes(said), official.stderr.includes(said)], [true, true])
    })
  })
}
