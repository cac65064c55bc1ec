// `metric …` beside the official client, and what it cannot do.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'
import {assertSameJson, officialClient, parsed} from './official.ts'
import {person, type Ended} from './person.ts'

interface Row {
  id: string
  name: string | null
  unit: string | null
  resource_id: string | null
  'archive_policy/name': string
}

for (const suite of suites)
  describe(suite, {concurrency: true}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'bob')

    /** A resource of bob's with two metrics, one of bob's without a resource; bob and the official client. */
    async function bobHas(t: TestContext) {
      const host = unique('live')
      const lone = unique('live-lone')
      const low = {archive_policy_name: 'low'}
      const {body} = await gnocchi('POST', 'v1/resource/generic', {
        id: host,
        metrics: {[`${host}-aa`]: {...low, unit: 'B'}, [`${host}-zz`]: low},
      })
      const {id: resource, metrics} = body as {id: string; metrics: Record<string, string>}
      const {body: alone} = await gnocchi('POST', 'v1/metric', {...low, name: lone})
      const loneId = (alone as {id: string}).id
      t.after(async () => {
        await gnocchi('DELETE', `v1/resource/generic/${host}`)
        await gnocchi('DELETE', `v1/metric/${loneId}`)
      })
      const bob = person(t, openrc(lab, lab.users.bob))
      const official = officialClient(lab, lab.users.bob)
      const ids = {aa: metrics[`${host}-aa`]!, zz: metrics[`${host}-zz`]!}
      return {bob, official, host, resource, ids, lone, loneId}
    }

    const rows = (ended: Ended) => parsed(ended) as Row[]
    const idOf = (ended: Ended) => (parsed({...ended, stderr: ''}) as Row).id

    test(`${suite}: metric list and show say what the official client's say`, async (t) => {
      const {bob, official, host, resource, ids, loneId} = await bobHas(t)
      const ours = (said: unknown) => (said as Row[]).filter(({resource_id: of}) => of === resource)
      const [all, show] = await Promise.all([
        assertSameJson(bob, official, ['metric', 'list', '--sort', 'name:desc'], ours),
        assertSameJson(bob, official, ['metric', 'show', ids.aa]),
        assertSameJson(bob, official, ['metric', 'show', '-r', host, `${host}-zz`]),
        assertSameJson(bob, official, ['metric', 'show', loneId]),
      ])
      assert.deepEqual(
        ours(all).map(({id}) => id),
        [ids.zz, ids.aa],
      )
      assert.deepEqual(Object.keys(ours(all)[0]!), ['id', 'archive_policy/name', 'name', 'unit', 'resource_id'])
      assert.equal(
        Object.keys(show as object)
          .slice(0, 5)
          .join(),
        'id,creator,name,unit,archive_policy/name',
      )
    })

    test(`${suite}: --limit, --marker and --sort go through lists as the official client's do`, async (t) => {
      // Other tests make metrics of bob's meanwhile: these two come first in any list by this unit, whatever is added.
      const host = unique('live')
      const last = {archive_policy_name: 'low', unit: unique('zzz').slice(0, 31)}
      const {body} = await gnocchi('POST', 'v1/resource/generic', {id: host, metrics: {aa: last, zz: last}})
      const metrics = Object.values((body as {metrics: Record<string, string>}).metrics).sort()
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${host}`))
      const byUnit = ['metric', 'list', '--sort', 'unit:desc-nullslast', '--sort', 'id']
      const bob = person(t, openrc(lab, lab.users.bob))
      const official = officialClient(lab, lab.users.bob)
      const [two, second] = await Promise.all([
        assertSameJson(bob, official, [...byUnit, '--limit', '2']),
        assertSameJson(bob, official, [...byUnit, '--limit', '1', '--marker', metrics[0]!]),
      ])
      const ids = (said: unknown) => (said as Row[]).map(({id}) => id)
      assert.deepEqual([ids(two), ids(second)], [metrics, [metrics[1]]])
    })

    test(`${suite}: the filters that the official client hides`, async (t) => {
      const {bob, host, resource, ids} = await bobHas(t)
      const listed = async (...flags: string[]) =>
        rows(await bob.cli(['metric', 'list', ...flags, '-f', 'json']))
          .filter(({resource_id: of}) => of === resource)
          .map(({id}) => id)
          .sort()
      const {body} = await gnocchi('GET', `v1/metric/${ids.aa}`)
      const {created_by_user_id: user, created_by_project_id: project, creator} = body as Record<string, string>
      const both = [ids.aa, ids.zz].sort()
      const wanted: [string[], string[]][] = [
        [['--name', `${host}-aa`], [ids.aa]],
        [['--unit', 'B'], [ids.aa]],
        [['--archive-policy', 'low'], both],
        [['--archive-policy-name', 'high'], []],
        [['--id', ids.zz.toUpperCase()], [ids.zz]],
        [['--creator', creator!], both],
        [['--user-id', user!, '--project-id', project!], both],
        [['--user-id', user!], both],
        [['--project-id', project!], both],
        [['--project-id', 'other'], []],
        [['--resource', host], both],
        [['--resource', resource, '--unit', 'B'], [ids.aa]],
      ]
      await Promise.all(
        wanted.map(async ([flags, found]) => assert.deepEqual(await listed(...flags), found, flags.join(' '))),
      )
    })

    test(`${suite}: metric create makes what the official client makes, and with a resource shows that very metric`, async (t) => {
      const {bob, official, host, resource} = await bobHas(t)
      const made = (words: string[]) => ['metric', 'create', ...words, '-a', 'low', '-u', 'W', '-f', 'json']
      const [mine, theirs] = await Promise.all([bob.cli(made([host])), official(made([host]))])
      t.after(() => Promise.all([mine, theirs].map((ended) => gnocchi('DELETE', `v1/metric/${idOf(ended)}`))))
      const withoutId = (ended: Ended) => ({...(parsed({...ended, stderr: ''}) as Row), id: ''})
      assert.deepEqual(withoutId(mine), withoutId(theirs))

      const named = parsed(await bob.cli(made([`${host}-mm`, '--resource-id', host]))) as Row
      const {body} = await gnocchi('GET', `v1/resource/generic/${host}/metric/${host}-mm`)
      assert.deepEqual(
        [named.id, named.name, named.unit, named.resource_id, named['archive_policy/name']],
        [(body as Row).id, `${host}-mm`, 'W', resource, 'low'],
      )
      // The official client shows another metric of the resource, whichever comes first.
      const wrong = parsed({...(await official(made([`${host}-nn`, '-r', host]))), stderr: ''}) as Row
      assert.deepEqual(Object.keys(wrong).sort(), Object.keys(named).sort())

      const again = await bob.cli(made([`${host}-mm`, '-r', host]))
      assert.deepEqual([again.stdout, again.code], ['', 4])
      assert.match(again.stderr, /^error: Named metric .+ already exists \(HTTP 409\)\n/)
      assert.equal(idOf(await bob.cli(made([`${host}-mm`, '-r', host, '--if-not-exists']))), named.id)
    })

    test(`${suite}: metrics are deleted several at once, by name or id, on 4.4 too; what fails is said at the end`, async (t) => {
      const {bob, official, host, ids, loneId} = await bobHas(t)
      const there = async (id: string) => (await gnocchi('GET', `v1/metric/${id}`)).status === 200
      const dry = await bob.cli(['metric', 'delete', '--dry-run', `${host}/${host}-aa`, loneId])
      assert.deepEqual(dry, {
        stdout: '',
        stderr: `would delete ${host}/${host}-aa (${ids.aa})\nwould delete ${loneId}\n`,
        code: 0,
      })
      assert.deepEqual(await Promise.all([there(ids.aa), there(loneId)]), [true, true])

      // The official client deletes nothing on 4.4, and elsewhere goes no further than its first failure.
      const unknown = '00000000-0000-4000-8000-000000000000'
      const theirs = await official(['metric', 'delete', ...(suite === 'bookworm' ? [] : [unknown]), loneId])
      const failure = suite === 'bookworm' ? /Not Acceptable \(HTTP 406\)/ : /does not exist \(HTTP 404\)/
      assert.match(theirs.stderr, failure)
      assert.equal(await there(loneId), true)
      const gone = await bob.cli(['metric', 'delete', loneId])
      assert.deepEqual(gone, {stdout: '', stderr: `deleted ${loneId}\n`, code: 0})
      assert.equal(await there(loneId), false)

      const mixed = await bob.cli(['metric', 'delete', ids.aa, loneId, `${host}/${host}-aa`, `${host}/${host}-zz`])
      assert.deepEqual([mixed.stdout, mixed.code], ['', 4])
      assert.deepEqual(mixed.stderr.split('\n'), [
        `deleted ${ids.aa}`,
        `error: ${loneId}: Metric ${loneId} does not exist (HTTP 404)`,
        `deleted ${host}/${host}-zz (${ids.zz})`,
        'error: 1 of 3 could not be deleted',
        '',
      ])
      assert.deepEqual(await Promise.all([there(ids.aa), there(ids.zz)]), [false, false])
    })

    test(`${suite}: a metric is found by resource/name and by a bare name; several and none are said with what there is`, async (t) => {
      const {bob, host, ids, lone} = await bobHas(t)
      const shown = async (name: string) => idOf(await bob.cli(['metric', 'show', name, '-f', 'json']))
      assert.equal(await shown(`${host}/${host}-aa`), ids.aa)
      assert.equal(await shown(`${host}-zz`), ids.zz)

      const other = `${host}-2`
      const {body} = await gnocchi('POST', 'v1/resource/generic', {
        id: other,
        metrics: {[`${host}-aa`]: {archive_policy_name: 'low'}},
      })
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${other}`))
      const second = (body as {metrics: Record<string, string>}).metrics[`${host}-aa`]!
      const several = await bob.cli(['metric', 'show', `${host}-aa`])
      assert.deepEqual([several.stdout, several.code], ['', 2])
      const [said, ...candidates] = several.stderr.trimEnd().split('\n')
      assert.equal(
        said,
        `error: several metrics are called "${host}-aa": write resource/name, or the id of one of them`,
      )
      assert.deepEqual(
        candidates.sort(),
        [`  try: ${host}/${host}-aa (${ids.aa})`, `  try: ${other}/${host}-aa (${second})`].sort(),
      )
      const near = await bob.cli(['metric', 'show', `${host}/${host}-ax`])
      assert.deepEqual([near.stdout, near.code], ['', 4])
      assert.match(
        near.stderr,
        new RegExp(
          `^error: Metric ${host}-ax of resource ${host} does not exist; did you mean ${host}-aa\\? \\(HTTP 404\\)\n`,
        ),
      )
      // One without a resource is in the lists of the admin alone; who looks for it by name is told so.
      const alone = await bob.cli(['metric', 'show', lone])
      assert.match(
        alone.stderr,
        /give the id of one without a resource: Gnocchi looks those up by name for the admin alone\n$/,
      )
      const admin = person(t, openrc(lab, lab.users.admin))
      assert.equal((parsed(await admin.cli(['metric', 'show', lone, '-f', 'json'])) as Row).name, lone)
      // Gnocchi makes another UUID of the admin's `host` than of bob's.
      assert.equal(idOf(await admin.cli(['metric', 'show', `${host}/${host}-zz`, '-f', 'json'])), ids.zz)
    })
  })
