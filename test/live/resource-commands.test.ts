// `resource …` and `resource-type …` beside the official client, and what it cannot do.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import pMap from 'p-map'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'
import {assertSameJson, officialClient, parsed, type Official} from './official.ts'
import {person, type Ended, type Person} from './person.ts'

type Row = Record<string, unknown>

for (const suite of suites)
  describe(suite, {concurrency: true}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'bob')
    const admins = gnocchiOf(lab, 'admin')

    /** Bob and the official client, and a type of resources that is gone with them. */
    async function withType(t: TestContext) {
      const type = unique('live-type')
      await admins('POST', 'v1/resource_type', {
        name: type,
        attributes: {
          cores: {type: 'number', required: false, min: 0},
          room: {type: 'string', required: false},
          powered: {type: 'bool', required: false},
          serial: {type: 'uuid', required: false},
        },
      })
      t.after(async () => {
        await admins('DELETE', 'v1/resource/generic', {'=': {type}})
        await admins('DELETE', `v1/resource_type/${type}`)
      })
      return {
        type,
        bob: person(t, openrc(lab, lab.users.bob)),
        official: officialClient(lab, lab.users.bob),
        low: {archive_policy_name: 'low'},
      }
    }

    /** What differs between two resources that are made alike. */
    const masked = (said: unknown): unknown =>
      Object.fromEntries(
        Object.entries(said as Row).map(([name, value]) =>
          ['id', 'original_resource_id', 'started_at', 'revision_start', 'revision_end'].includes(name)
            ? [name, typeof value]
            : [name, name === 'metrics' ? Object.keys(value as Row).sort() : value],
        ),
      )

    const said = (ended: Ended): unknown => parsed({...ended, stderr: ''})

    /** The same done by both to a thing of each one's own. */
    async function assertAlike(bob: Person, official: Official, words: (whose: string) => string[]): Promise<unknown> {
      const [mine, theirs] = await Promise.all([
        bob.cli([...words('mine'), '-f', 'json']),
        official([...words('theirs'), '-f', 'json']),
      ])
      assert.equal(mine.code, 0, mine.stderr)
      assert.deepEqual(masked(said(mine)), masked(said(theirs)), words('…').join(' '))
      return said(mine)
    }

    test(`${suite}: resources are made, changed, listed and shown as by the official client`, async (t) => {
      const {bob, official, type} = await withType(t)
      const named = (whose: string) => `${type} ${whose}`
      await assertAlike(bob, official, (whose) => [
        ...['resource', 'create', named(whose), '-t', type, '-a', 'cores:8', '-a', 'powered:yes', '-a', 'room:a:b'],
        ...['-n', 'one:low', '-n', 'two:low'],
      ])
      await assertAlike(bob, official, (whose) => [
        ...['resource', 'update', named(whose), '--type', type, '--attribute', 'cores:16.5'],
        ...['--create-metric', 'three:low', '--delete-metric', 'one'],
      ])
      const mine = named('mine')
      const [listed, , history] = await Promise.all([
        assertSameJson(bob, official, ['resource', 'list', '-t', type, '--sort', 'original_resource_id:desc']),
        assertSameJson(bob, official, ['resource', 'show', mine, '--type', type]),
        assertSameJson(bob, official, ['resource', 'history', mine, '-t', type]),
        assertSameJson(bob, official, [
          'resource',
          'search',
          `original_resource_id = "${mine}"`,
          '--details',
          '--limit',
          '1',
        ]),
        assertSameJson(bob, official, ['resource', 'search', 'cores > 10 and room like "a%"', '-t', type, '--history']),
        assertSameJson(bob, official, ['resource', 'list', '-t', type, '--history', '--limit', '3']),
      ])
      assert.deepEqual(
        (listed as Row[]).map((row) => row['original_resource_id']),
        [named('theirs'), mine],
      )
      assert.deepEqual(
        (history as Row[]).map(({cores}) => cores),
        [8, 16.5],
      )
      assert.deepEqual(Object.keys((listed as Row[])[0]!).slice(0, 5), [
        'id',
        'type',
        'project_id',
        'user_id',
        'original_resource_id',
      ])
      const json = await bob.cli(['resource', 'search', '{"=": {"cores": 16.5}}', '-t', type, '-f', 'json'])
      assert.equal((parsed(json) as Row[]).length, 2)
    })

    test(`${suite}: resources of several types are listed with the attributes of each, where the official client fails`, async (t) => {
      const {bob, official, type} = await withType(t)
      await gnocchi('POST', `v1/resource/${type}`, {id: `${type}-2`, room: 'x'})
      await gnocchi('POST', 'v1/resource/generic', {id: `${type}-1`})
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${type}-1`))
      const words = ['resource', 'search', `original_resource_id like "${type}-%"`, '--details', '-f', 'json']
      const [mine, theirs] = await Promise.all(
        [bob.cli.bind(bob), official].map((run) => run([...words, '--sort', 'original_resource_id:desc'])),
      )
      assert.deepEqual(
        (parsed(mine!) as Row[]).map(({room}) => room),
        ['x', null],
      )
      assert.deepEqual([theirs!.code, theirs!.stderr.trim()], [1, "'cores'"])
    })

    test(`${suite}: resources are deleted one by one and by a query, on 4.4 too`, async (t) => {
      const {bob, official, type, low} = await withType(t)
      const make = async (id: string) => {
        const {body} = await gnocchi('POST', `v1/resource/${type}`, {id: `${type}-${id}`, metrics: {load: low}})
        return (body as {id: string}).id
      }
      const [one, two] = await Promise.all(['1', '2', '3', '4', '5'].map(make))
      const theirs = await official(['resource', 'delete', `${type}-1`])
      if (suite === 'bookworm') assert.match(theirs.stderr, /Not Acceptable \(HTTP 406\)/)
      else await make('1')
      const gone = await bob.cli(['resource', 'delete', `${type}-1`, two!])
      assert.deepEqual(gone, {stdout: '', stderr: `deleted ${type}-1 (${one})\ndeleted ${two}\n`, code: 0})

      const query = (which: string) => `original_resource_id like "${type}-${which}"`
      const dry = await bob.cli(['resource', 'batch', 'delete', query('%'), '--dry-run', '-f', 'json'])
      assert.equal((parsed(dry) as Row)['would_delete'], 3)
      await assertAlike(bob, official, (whose) => ['resource', 'batch', 'delete', query(whose === 'mine' ? '3' : '4')])
      const rest = await bob.cli([
        'resource',
        'batch',
        'delete',
        JSON.stringify({like: {original_resource_id: `${type}-%`}}),
      ])
      assert.match(rest.stdout, /\| deleted \| 1 /)
      for (const nothing of ['', ' ', '{}']) {
        const {stdout, stderr, code} = await bob.cli(['resource', 'batch', 'delete', nothing])
        assert.deepEqual([stdout, code, /^error: the query is empty/.test(stderr)], ['', 2, true])
      }
    })

    test(`${suite}: resources of a type that a query finds are deleted whole, where the official client leaves half of them`, async (t) => {
      const {bob, official, type} = await withType(t)
      const left = async () => {
        const {body} = await gnocchi('POST', 'v1/search/resource/generic', {'=': {type}})
        return (body as Row[]).map((row) => row['original_resource_id'])
      }
      const make = (id: string) => gnocchi('POST', `v1/resource/${type}`, {id: `${type}-${id}`, room: id})
      await Promise.all([make('mine'), make('theirs')])
      await assertAlike(bob, official, (whose) => ['resource', 'batch', 'delete', '-t', type, `room = "${whose}"`])
      assert.deepEqual(await left(), [`${type}-theirs`])
      const type404 = await bob.cli(['resource', 'show', `${type}-theirs`, '-t', type])
      assert.equal(type404.code, 4)
    })

    test(`${suite}: a resource that there is not is called what it was called, not the UUID Gnocchi makes of it`, async (t) => {
      const {bob, type} = await withType(t)
      await gnocchi('POST', 'v1/resource/generic', {id: `${type}/?`.replace('/', '-')})
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${encodeURIComponent(`${type}-?`)}`))
      const missing = await bob.cli(['resource', 'show', `${type}-!`])
      assert.deepEqual(missing, {
        stdout: '',
        stderr: `error: Resource ${type}-! does not exist; did you mean ${type}-?? (HTTP 404)\n  try: see those there are: gnocchictl resource list\n`,
        code: 4,
      })
      // Another user's is found by the id that its maker gave it.
      const admin = person(t, openrc(lab, lab.users.admin))
      const shown = await admin.cli(['resource', 'show', `${type}-?`, '-f', 'value', '-c', 'original_resource_id'])
      assert.deepEqual(shown, {stdout: `${type}-?\n`, stderr: '', code: 0})
    })

    test(`${suite}: a search that makes Gnocchi fail ends at once, with the reason`, async (t) => {
      const {bob, type} = await withType(t)
      const began = performance.now()
      const {stdout, stderr, code} = await bob.cli(['resource', 'search', 'serial = "nope"', '-t', type])
      assert.deepEqual([stdout, code], ['', 4])
      assert.match(
        stderr,
        /: the connection was closed before an answer came\n {2}try: a value that its attribute cannot/,
      )
      assert.ok(performance.now() - began < 25_000)
    })

    test(`${suite}: a metric taken off a resource is said to live on; one that would be pushed out is refused`, async (t) => {
      const {bob, official, type, low} = await withType(t)
      // The official client pushes it out without a word.
      const theirs = await gnocchi('POST', `v1/resource/${type}`, {id: `${type}-2`, metrics: {load: low}})
      const {load: lost} = (theirs.body as {metrics: {load: string}}).metrics
      t.after(() => gnocchi('DELETE', `v1/metric/${lost}`))
      const after = said(
        await official(['resource', 'update', `${type}-2`, '-t', type, '-n', 'load:low', '-f', 'json']),
      )
      assert.notEqual((after as {metrics: {load: string}}).metrics.load, lost)
      assert.equal((await gnocchi('GET', `v1/metric/${lost}`)).status, 200)

      const id = `${type}-1`
      const {body} = await gnocchi('POST', `v1/resource/${type}`, {id, user_id: 'ada', metrics: {load: low}})
      const {load} = (body as {metrics: {load: string}}).metrics
      const pushed = await bob.cli(['resource', 'update', id, '-t', type, '-n', 'load:low'])
      assert.deepEqual(pushed, {
        stdout: '',
        stderr: `error: resource ${id} has another metric "load"\n  try: take it off first: --delete-metric load\n`,
        code: 2,
      })
      const taken = await bob.cli([
        'resource',
        'update',
        id,
        '-t',
        type,
        '-d',
        'load',
        '--unset',
        'user_id',
        '-f',
        'json',
      ])
      assert.equal(taken.stderr, `metric load lives on by itself; to delete it: gnocchictl metric delete ${load}\n`)
      const {metrics, user_id: user} = said(taken) as Row
      assert.deepEqual([metrics, user], [{}, null])
      const back = await bob.cli(['resource', 'update', id, '-t', type, '-m', `load:${load}`, '-f', 'json'])
      assert.deepEqual((parsed(back) as Row)['metrics'], {load})
    })

    test(`${suite}: resource types are made, changed, listed and shown as by the official client`, async (t) => {
      const admin = person(t, openrc(lab, lab.users.admin))
      const official = officialClient(lab, lab.users.admin)
      const type = unique('live-type')
      const named = (whose: string) => `${type}-${whose}`
      t.after(() =>
        Promise.all(['mine', 'theirs'].map((whose) => admins('DELETE', `v1/resource_type/${named(whose)}`))),
      )
      const same = (words: (whose: string) => string[]) =>
        Promise.all([admin.cli([...words('mine'), '-f', 'json']), official([...words('theirs'), '-f', 'json'])]).then(
          ([mine, theirs]) => {
            assert.equal(mine.code, 0, mine.stderr)
            const own = (ended: Ended) => ({...(said(ended) as Row), name: ''})
            assert.deepEqual(own(mine), own(theirs))
            return said(mine) as Row
          },
        )
      const made = await same((whose) => [
        ...['resource-type', 'create', named(whose), '-a', 'cores:number:false:min=1:max=64.5', '-a', 'powered:bool'],
        ...['-a', 'room:string:true:max_length=20:min_length=2', '-a', 'since:datetime:no', '-a', 'serial:uuid:f'],
      ])
      assert.equal(made['attributes/room'], 'max_length=20, min_length=2, required=True, type=string')
      await same((whose) => [
        ...['resource-type', 'update', named(whose), '--remove-attribute', 'room', '-r', 'since'],
        ...['-a', 'rack:string:true:fill=none'],
      ])
      await Promise.all([
        assertSameJson(admin, official, ['resource-type', 'show', named('theirs')]),
        assertSameJson(admin, official, ['resource-type', 'list'], (all) =>
          (all as Row[]).filter(({name}) => String(name).startsWith(type)),
        ),
      ])
      const resource = {id: named('x'), rack: 'r1', powered: true}
      assert.equal((await admins('POST', `v1/resource/${named('mine')}`, resource)).status, 201)
      const used = await admin.cli(['resource-type', 'delete', named('mine')])
      assert.equal(used.code, 4)
      assert.match(used.stderr, new RegExp(`^error: Resource type ${named('mine')} is still in use \\(`))
      await admins('DELETE', `v1/resource/generic/${named('x')}`)
      const gone = await admin.cli(['resource-type', 'delete', named('mine')])
      assert.deepEqual(gone, {stdout: '', stderr: '', code: 0})
      const {stderr, code} = await admin.cli(['resource-type', 'show', named('mine')])
      assert.deepEqual(
        [stderr.split('\n')[0], code],
        [`error: Resource type ${named('mine')} does not exist (HTTP 404)`, 4],
      )
    })

    // Debian 13's official client lists them all too; a thousand resources take their time.
    if (suite === 'bookworm')
      test(`${suite}: more resources than a page of the server's are all listed`, async (t) => {
        const {bob, official, type} = await withType(t)
        await pMap(
          Array.from({length: 1001}, (_, n) => `${type}-${n}`),
          (id) => gnocchi('POST', `v1/resource/${type}`, {id}),
          {concurrency: 8},
        )
        const words = ['resource', 'list', '-t', type, '-f', 'json']
        const [mine, theirs] = await Promise.all([bob.cli(words), official(words)])
        assert.equal((parsed(mine) as Row[]).length, 1001)
        // The official client of Debian 12 stops after the first page.
        assert.equal((said(theirs) as Row[]).length, 1000)
        const searched = await bob.cli(['resource', 'search', 'ended_at = null', '-t', type, '-f', 'value', '-c', 'id'])
        assert.equal(new Set(searched.stdout.trim().split('\n')).size, 1001)
      })
  })
