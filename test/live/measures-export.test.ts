// What `measures export` writes, beside what Gnocchi holds.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, gnocchiOf, labOf, openrc, stored, unique} from './lab.ts'
import {person} from './person.ts'

/** Keeps all, with methods that a period may lack a value for. */
const spread = 'live-export-spread'

for (const suite of suites)
  describe(suite, () => {
    const lab = labOf(suite, async () => {
      const admin = await gnocchiAs(lab, lab.users.admin)
      await admin('POST', 'v1/archive_policy', {
        name: spread,
        definition: [{granularity: '1s'}],
        aggregation_methods: ['mean', 'count', 'std', 'rate:mean'],
      })
    })
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: of a series with gaps of months, each std and rate comes out, those that stand alone too`, async (t) => {
      const resource = unique('live-export')
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${resource}`).then(() => undefined))
      const alice = person(t, openrc(lab, lab.users.alice))
      const seconds = ['2026-01-01T00:00:00', '2026-03-01T00:00:00', '2026-06-01T00:00:00']
      alice.write('in.csv', seconds.flatMap((at, n) => [`${at}.1Z,${n}\n`, `${at}.6Z,${n * n + 2}\n`]).join(''))
      const from = ['-m', `${resource}/m`, '--create', '--archive-policy', spread]
      assert.equal((await alice.cli(['measures', 'import', 'in.csv', ...from])).code, 0)
      const {body} = await gnocchi('GET', `v1/resource/generic/${resource}/metric/m`)
      // Named, and of its resource too, it comes once.
      const names = [`${resource}/m`, '--resource', resource, '--aggregation']
      for (const method of ['std', 'rate:mean']) {
        const there = await stored(gnocchi, (body as {id: string}).id, method, 1)
        assert.equal(there.length, 3)
        const rows = there.map(([time, , value]) => [time.slice(0, 19), value])
        const exported = await alice.cli(['measures', 'export', ...names, method, '-f', 'ndjson'])
        const wrote = exported.stdout.trim().split('\n').map((line) => JSON.parse(line) as {timestamp: string; value: number}) // prettier-ignore
        assert.deepEqual(wrote.map(({timestamp, value}) => [timestamp.slice(0, 19), value]), rows) // prettier-ignore
        const shown = await alice.cli(['measures', 'show', `${resource}/m`, '--aggregation', method, '--granularity', '1s', '--utc', '-f', 'json']) // prettier-ignore
        const show = JSON.parse(shown.stdout) as {timestamp: string; value: number}[]
        assert.deepEqual(show.map(({timestamp, value}) => [timestamp.slice(0, 19), value]), rows) // prettier-ignore
      }
    })
  })
