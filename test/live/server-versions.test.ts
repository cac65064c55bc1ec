// What Gnocchi 4.7 does otherwise than 4.4 to 4.6, and what was said of it and is not so.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, gnocchiVersion, labOf, openrc, stored, unique} from './lab.ts'
import {parsed} from './official.ts'
import {person} from './person.ts'

const minute = 60_000
/** Begin of a minute an hour ago. */
const base = Math.floor(Date.now() / minute) * minute - 60 * minute
const iso = (at: number) => new Date(at).toISOString()

for (const suite of suites)
  describe(suite, {concurrency: true}, () => {
    let is47: boolean
    const lab = labOf(suite, async () => {
      is47 = Number((await gnocchiVersion(lab)).split('.')[1]) >= 7
    })
    const gnocchi = gnocchiOf(lab, 'alice')
    const alice = (t: TestContext) => person(t, openrc(lab, lab.users.alice))

    /** A resource of these metrics, with a value a minute of each, null where it has none. */
    async function resourceOf(t: TestContext, series: Record<string, (number | null)[]>): Promise<string> {
      const id = unique('live-version')
      const metrics = Object.fromEntries(Object.keys(series).map((name) => [name, {archive_policy_name: 'medium'}]))
      await gnocchi('POST', 'v1/resource/generic', {id, metrics, started_at: iso(base - 60 * minute)})
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${id}`))
      const measures = Object.entries(series).map(([name, values]) => [
        name,
        values.flatMap((value, n) => (value === null ? [] : [{timestamp: iso(base + n * minute), value}])),
      ])
      await gnocchi('POST', 'v1/batch/resources/metrics/measures', {[id]: Object.fromEntries(measures) as object})
      const {body} = await gnocchi('GET', `v1/resource/generic/${id}`)
      for (const metric of Object.values((body as {metrics: Record<string, string>}).metrics))
        await stored(gnocchi, metric, 'count', 60)
      return id
    }

    test(`${suite}: the id of a resource has 289 characters at most with 4.7, 255 before`, async (t) => {
      const who = alice(t)
      const of = (length: number) => unique('live-version').padEnd(length, 'x')
      const [most, tooMany] = is47 ? [289, 290] : [255, 256]
      const id = of(most)
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${id}`))
      const made = await who.cli(['resource', 'create', id, '-f', 'value', '-c', 'original_resource_id'])
      assert.deepEqual(made, {stdout: `${id}\n`, stderr: '', code: 0})
      const refused = await who.cli(['resource', 'create', of(tooMany)])
      assert.equal(refused.code, 4)
      assert.match(refused.stderr, new RegExp(`transformable resource id >${most} max allowed characters`))
    })

    test(`${suite}: gaps are filled with what comes before or after from 4.7 on; before, its words for that are told`, async (t) => {
      const id = await resourceOf(t, {a: [1, 2, 3], b: [null, 5, null]})
      const who = alice(t)
      const filled = (fill: string) =>
        who.cli([
          ...['aggregates', `(metric (${id}/a mean) (${id}/b mean))`, '--granularity', '1m', '--fill', fill],
          ...['-f', 'value', '-c', 'value'],
        ])
      if (is47) {
        assert.equal((await filled('ffill')).stdout, '1\n2\n3\n5\n5\n')
        assert.equal((await filled('full_bfill')).stdout, '1\n2\n3\n5\n5\n5\n')
      } else {
        const {stderr, code} = await filled('ffill')
        assert.equal(code, 4)
        assert.match(stderr, /^error: Argument value error: Must be a float, 'dropna' or 'null': fill \(HTTP 400\)\n/)
      }
    })

    test(`${suite}: a measure opens a resource again that has ended, from 4.7 on`, async (t) => {
      const id = await resourceOf(t, {m: [1]})
      const who = alice(t)
      const ended = await who.cli(['resource', 'update', id, '-a', `ended_at:${iso(base + minute)}`])
      assert.equal(ended.code, 0, ended.stderr)
      assert.equal((await who.cli(['measures', 'add', `${id}/m`, '-m', `${iso(base + 3 * minute)}@2`])).code, 0)
      assert.equal((await who.cli(['measures', 'show', `${id}/m`, '--refresh'])).code, 0)
      const shown = parsed(await who.cli(['resource', 'show', id, '-f', 'json'])) as {ended_at: string | null}
      assert.equal(shown.ended_at === null, is47, String(shown.ended_at))
    })

    test(`${suite}: a metric without a resource is listed to the admin alone, with 4.7 too`, async (t) => {
      const name = unique('live-version')
      const {body} = await gnocchi('POST', 'v1/metric', {name, archive_policy_name: 'low'})
      const {id} = body as {id: string}
      t.after(() => gnocchi('DELETE', `v1/metric/${id}`))
      const listed = (user: 'alice' | 'admin') =>
        person(t, openrc(lab, lab.users[user])).cli(['metric', 'list', '--name', name, '-f', 'value', '-c', 'id'])
      assert.deepEqual(await listed('alice'), {stdout: '', stderr: '', code: 0})
      assert.deepEqual(await listed('admin'), {stdout: `${id}\n`, stderr: '', code: 0})
    })
  })
