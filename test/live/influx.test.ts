// InfluxDB's line protocol, imported and by Gnocchi's own endpoint for it: both must make the same of it.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {Gnocchi, GnocchiError} from '../../src/index.ts'
import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, stored, unique, type Http} from './lab.ts'
import {person} from './person.ts'

const minute = 60_000
/** Begin of a minute, a few minutes ago, in nanoseconds. */
const base = `${Math.floor(Date.now() / minute) * minute - 5 * minute}000000`
const later = `${Math.floor(Date.now() / minute) * minute - 4 * minute}000000`

/** Of a node: tags in any order, an escaped space, comma and equals sign, a slash, numbers of all kinds, text left out. */
const protocol = (measurement: string, node: string): string =>
  [
    '# a comment',
    `${measurement},zone=b,node=${node},core=0 usage=1.5,busy=2i,note="left, out" ${base}`,
    `${measurement},core=0,node=${node},zone=b usage=-2.5e1 ${later}`,
    `${measurement},node=${node},path=/var/log,label=a\\ b\\,c\\=d used=3 ${base}`,
    `${measurement},node=${node} plain=4 ${base}`,
    '',
  ].join('\n')

const names = (measurement: string): string[] =>
  ['busy@core=0,zone=b', 'plain', 'usage@core=0,zone=b', 'used@label=a b,c=d,path=_var_log'].map((field) => `${measurement}.${field}`) // prettier-ignore

/** Means of each minute by metric name of a resource, as Gnocchi holds them. */
async function held(gnocchi: Http, type: string, resource: string): Promise<Record<string, [string, number][]>> {
  const {body} = await gnocchi('GET', `v1/resource/${type}/${encodeURIComponent(resource)}`)
  const metrics = Object.entries((body as {metrics: Record<string, string>}).metrics).sort()
  const all = metrics.map(async ([name, id]) => {
    const points = await stored(gnocchi, id, 'mean', 60)
    return [name, points.map(([at, , value]): [string, number] => [at, value])] as const
  })
  return Object.fromEntries(await Promise.all(all))
}

for (const suite of suites)
  describe(suite, {concurrency: 2}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: --resource-tag names the resource, and all is stored as Gnocchi's own endpoint stores it`, async (t) => {
      const {alice: aUser, admin: anAdmin} = lab.users
      const admin = gnocchiOf(lab, 'admin')
      const measurement = unique('live-influx')
      // The endpoint makes metrics by the rules alone.
      const rule = {name: measurement, metric_pattern: `${measurement}.*`, archive_policy_name: 'medium'}
      assert.equal((await admin('POST', 'v1/archive_policy_rule', rule)).status, 201)
      t.after(() => admin('DELETE', `v1/archive_policy_rule/${measurement}`))

      const alice = person(t, openrc(lab, aUser))
      const ours = unique('live-ours')
      const flags = ['--resource-tag', 'node', '--create', '--verify', '-f', 'value', '-c', 'stored']
      const imported = await alice.cli(['measures', 'import', '-', ...flags], {input: protocol(measurement, ours)})
      assert.match(imported.stderr, /^5 measures of 4 metrics sent in /)
      assert.deepEqual([imported.code, imported.stdout.trim().split('\n').sort()], [0, ['1', '1', '1', '2']])

      const database = unique('live_influx').replaceAll('-', '_')
      const theirs = unique('live-theirs')
      await using boss = await Gnocchi.connect({env: openrc(lab, anAdmin)})
      await boss.influxdb.createDatabase(database)
      await boss.influxdb.createDatabase(database)
      await using library = await Gnocchi.connect({env: openrc(lab, aUser)})
      assert.match(await library.influxdb.ping(), /^Gnocchi 4\.\d\./)
      // Its parser knows no comments.
      const lines = protocol(measurement, theirs).replace(/^#.*\n/, '')
      await library.influxdb.write(database, lines, {resourceTag: 'node'})

      const [mine, its] = await Promise.all([held(gnocchi, 'generic', ours), held(gnocchi, database, theirs)])
      assert.deepEqual(Object.keys(mine), names(measurement))
      assert.deepEqual(mine, its)
      assert.deepEqual(mine[names(measurement)[2]!]!.map(([, value]) => value), [1.5, -25]) // prettier-ignore
      await assert.rejects(library.influxdb.write(database, lines), (error) => {
        assert.ok(error instanceof GnocchiError)
        assert.match(error.message, /Unable to find key `host' in tags/)
        return true
      })
    })

    test(`${suite}: what Gnocchi's endpoint refuses, truth, and times in seconds are imported all the same`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const host = unique('live-influx')
      const seconds = base.slice(0, -9)
      alice.write('truth.lp', `door,host=${host} open=t,shut=FALSE,since=3i ${seconds}\nother,node=x v=1 ${seconds}\n`)
      const args = ['measures', 'import', 'truth.lp', '--create', '--archive-policy', 'medium', '--timestamp-unit', 's']
      const refused = await alice.cli(args)
      assert.equal(
        refused.stderr,
        'error: truth.lp:2: it has no tag host, which would say whose it is: name another with --resource-tag; 3 measures of the lines before it sent, nothing of those after it\n  try: mend it and import the file again: what is stored already counts once\n  try: --skip-bad leaves out such lines\n',
      )
      assert.equal(refused.code, 2)
      const skipped = await alice.cli([...args, '--skip-bad'])
      assert.equal(skipped.code, 0, skipped.stderr)
      const at = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '+00:00')
      assert.deepEqual(await held(gnocchi, 'generic', host), {
        'door.open': [[at, 1]],
        'door.shut': [[at, 0]],
        'door.since': [[at, 3]],
      })
    })
  })
