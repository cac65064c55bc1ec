// Batch files of more measures than one request takes.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, stored, unique, type Http} from './lab.ts'
import {person, type Ended} from './person.ts'

const hour = 3_600_000
/** Begin of an hour, a day ago. */
const base = Math.floor(Date.now() / hour) * hour - 24 * hour

/** One a second, the newest first: what is cut must be sent the oldest first, or Gnocchi drops what comes after. */
const measures = (count: number, first = 0) =>
  Array.from({length: count}, (_, n) => ({timestamp: base / 1000 + first + count - 1 - n, value: 1}))

/** How many measures Gnocchi holds of a metric. */
async function counted(gnocchi: Http, metric: string): Promise<number> {
  const points = await stored(gnocchi, metric, 'count', 3600)
  return points.reduce((sum, [, , count]) => sum + count, 0)
}

const requests = ({stderr}: Ended): number => [...stderr.matchAll(/^POST \S+\/measures answered 202 in /gm)].length

for (const suite of suites)
  describe(suite, {concurrency: 2}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: batch-metrics of 25 002 measures is three requests, and all arrive`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const resource = unique('live-batches')
      const metric = {archive_policy_name: 'medium'}
      const {body} = await gnocchi('POST', 'v1/resource/generic', {
        id: resource,
        metrics: {few: metric, many: metric, twice: metric},
      })
      const {few, many, twice} = (body as {metrics: Record<'few' | 'many' | 'twice', string>}).metrics
      alice.write(
        'batch.json',
        JSON.stringify({
          [few]: measures(1),
          [`${resource}/many`]: measures(24_000),
          // The same metric by two names.
          [twice]: measures(500),
          [`${resource}/twice`]: measures(501, 500),
        }),
      )
      const sent = await alice.cli(['measures', 'batch-metrics', 'batch.json', '--debug'])
      assert.deepEqual([sent.stdout, sent.code, requests(sent)], ['', 0, 3], sent.stderr)
      assert.deepEqual(await Promise.all([few, many, twice].map((id) => counted(gnocchi, id))), [1, 24_000, 1001])
    })

    test(`${suite}: batch-resources-metrics of 12 000 measures makes the metrics once, and all arrive`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const [here, there] = [unique('live-batches'), unique('live-batches')]
      for (const id of [here, there]) await gnocchi('POST', 'v1/resource/generic', {id})
      const made = {archive_policy_name: 'medium', unit: 'B'}
      const batch = {
        [here]: {long: {...made, measures: measures(11_000)}, short: {...made, measures: measures(10)}},
        [there]: {long: {...made, measures: measures(990)}},
      }
      alice.write('batch.json', JSON.stringify(batch))
      const refused = await alice.cli(['measures', 'batch-resources-metrics', 'batch.json'])
      const unknown = (name: string) => `${name}: Gnocchi knows no such metric`
      assert.deepEqual(refused, {
        stdout: '',
        stderr: `error: measures of 3 of 3 metrics were not stored: ${[`${here}/long`, `${here}/short`, `${there}/long`].map(unknown).join('; ')}\n`,
        code: 4,
      })
      const sent = await alice.cli(['measures', 'batch-resources-metrics', 'batch.json', '--create-metrics', '--debug'])
      assert.deepEqual([sent.stdout, sent.code, requests(sent)], ['', 0, 2], sent.stderr)
      for (const [id, expected] of Object.entries({[here]: {long: 11_000, short: 10}, [there]: {long: 990}})) {
        const {body} = await gnocchi('GET', `v1/resource/generic/${id}/metric`)
        const metrics = (body as {name: string; id: string; unit: string}[]).sort((a, b) => (a.name < b.name ? -1 : 1))
        assert.ok(metrics.every(({unit}) => unit === 'B'))
        const counts = metrics.map(async (one) => [one.name, await counted(gnocchi, one.id)] as const)
        assert.deepEqual(Object.fromEntries(await Promise.all(counts)), expected)
      }
    })
  })
