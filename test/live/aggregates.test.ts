// What aggregates and measures aggregation take, beside the official client.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, gnocchiOf, labOf, openrc, secondsPolicy, stored, unique} from './lab.ts'
import {assertSameJson, officialClient, parsed} from './official.ts'
import {person} from './person.ts'

const minute = 60_000
/** Begin of the hour before the one under way. */
const base = Math.floor(Date.now() / (60 * minute)) * 60 * minute - 60 * minute
const iso = (at: number) => new Date(at).toISOString()

interface Row {
  timestamp: string
  value: number | null
  group?: string
}

for (const suite of suites)
  describe(suite, {concurrency: 3}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    /** Metrics of a new resource, with a measure in each of these minutes, whose value is the minute. */
    async function metrics(given: Record<string, number[]>) {
      const resource = unique('live-overlap')
      const metric = {archive_policy_name: 'medium'}
      const made = Object.fromEntries(Object.keys(given).map((name) => [name, metric]))
      const {body} = await gnocchi('POST', 'v1/resource/generic', {id: resource, metrics: made})
      const ids = (body as {metrics: Record<string, string>}).metrics
      const points = (minutes: number[]) => minutes.map((n) => ({timestamp: iso(base + n * minute), value: n}))
      await gnocchi(
        'POST',
        'v1/batch/metrics/measures',
        Object.fromEntries(Object.entries(given).map(([name, minutes]) => [ids[name]!, points(minutes)])),
      )
      for (const id of Object.values(ids)) await stored(gnocchi, id, 'mean', 60)
      return {resource, ids}
    }

    test(`${suite}: --needed-overlap takes what the official client takes, and gives the same`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const official = officialClient(lab, lab.users.alice)
      // Of the ten minutes that there are, six are in both.
      const [ten, six] = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 1, 2, 7, 8, 9]] // prettier-ignore
      const {resource, ids} = await metrics({a: ten, b: six})
      const operations = `(aggregate sum (metric (${ids['a']!} mean) (${ids['b']!} mean)))`
      const found = `original_resource_id = "${resource}"`
      const legacy = ['measures', 'aggregation', '--utc', '--granularity', '60', '--reaggregation', 'sum']
      const minutes = (said: unknown) =>
        (said as Row[]).map(({timestamp, value}) => [new Date(timestamp).getUTCMinutes(), value])
      const sums = ten.map((n) => [n, six.includes(n) ? 2 * n : n])
      const ask = ['aggregates', operations, '--granularity', '60']
      const both = ['-m', ids['a']!, ids['b']!]
      const taken: [string[], number[][]][] = [
        [[...ask, '--needed-overlap', '50'], sums],
        [[...ask, '--needed-overlap', '0'], sums],
        [[...legacy, ...both, '--needed-overlap', '49.5'], sums],
        [[...legacy, '-m', 'a', '--query', found, '--needed-overlap', '100'], ten.map((n) => [n, n])],
      ]
      const refused = [ask, [...legacy, ...both]].map((args) => [...args, '--needed-overlap', '80'])
      await Promise.all([
        ...taken.map(async ([args, expected]) =>
          assert.deepEqual(minutes(await assertSameJson(alice, official, args)), expected, args.join(' ')),
        ),
        ...refused.map(async (args) => {
          const [mine, theirs] = await Promise.all([alice.cli(args), official(args)])
          assert.deepEqual([mine.stdout, mine.code, theirs.code], ['', 4, 1])
          for (const {stderr} of [mine, theirs])
            assert.match(stderr, /Less than 80\.0+% of datapoints overlap in this timespan \(60\.00%\)/)
        }),
      ])
    })

    test(`${suite}: where Gnocchi leaves out the times of periods finer than a second, none is invented`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const admin = await gnocchiAs(lab, lab.users.admin)
      const name = unique('live-tenth')
      const definition = [{granularity: '0.1s', points: 36_000}]
      assert.equal((await admin('POST', 'v1/archive_policy', {name, definition})).status, 201)
      const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: name, name: unique('live-tenth')})
      const {id} = body as {id: string}
      const [whole] = iso(base).split('.')
      // A fraction of a second arrives as it is written; milliseconds since 1970 do not.
      const late = await alice.cli(['measures', 'add', id, '-m', `${base}@7`])
      assert.deepEqual([late.stdout, late.code], ['', 2])
      assert.match(late.stderr, /^error: "\d{13}@7" is no measure: "\d{13}" is not a time \(is it in ms\?\); write /)
      const times = [`${whole}.1Z`, `${whole}.45Z`, `${base / 1000 + 1}.987654321`]
      const added = await alice.cli(['measures', 'add', id, ...times.flatMap((at, n) => ['-m', `${at}@${n}`])])
      assert.deepEqual(added, {stdout: '', stderr: '', code: 0})
      const rows = parsed(await alice.cli(['measures', 'show', id, '--refresh', '--utc', '-f', 'json'])) as Row[]
      assert.deepEqual(
        rows.map(({timestamp, value}) => [Date.parse(timestamp) - base, value]),
        [[100, 0], [400, 1], [1900, 2]], // prettier-ignore
      )
      for (const args of [
        ['aggregates', `(metric ${id} mean)`],
        ['measures', 'aggregation', '-m', id],
        ['measures', 'show', id, '--resample', '0.2', '--granularity', '0.1', '--server-resample'],
      ])
        assert.deepEqual(await alice.cli(args), {
          stdout: '',
          stderr:
            'error: Gnocchi leaves out the times of periods finer than a second here\n  try: ask for --granularity 1s or coarser\n  try: gnocchictl measures show finds out the times of one metric\n',
          code: 4,
        })
    })

    test(`${suite}: --use-history groups by what attributes were, as the official client's, where Gnocchi can`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const admin = await gnocchiAs(lab, lab.users.admin)
      const type = unique('live-history').replaceAll('-', '_')
      const attributes = {room: {type: 'string', required: false, min_length: 0, max_length: 255}}
      assert.equal((await admin('POST', 'v1/resource_type', {name: type, attributes})).status, 201)
      const id = unique('live-history')
      const {body} = await gnocchi('POST', `v1/resource/${type}`, {
        ...{id, room: 'attic'},
        metrics: {m: {archive_policy_name: await secondsPolicy(lab)}},
      })
      const metric = (body as {metrics: {m: string}}).metrics.m
      const add = (value: number) =>
        gnocchi('POST', `v1/metric/${metric}/measures`, [{timestamp: new Date().toISOString(), value}])
      await add(1)
      // Which period a measure is of, and which room the resource was in then, is a matter of whole seconds.
      await secondAfter(Date.now())
      await gnocchi('PATCH', `v1/resource/${type}/${id}`, {room: 'hall'})
      await secondAfter(Date.now())
      await add(10)
      await stored(gnocchi, metric, 'mean', 1)
      const ask = [
        ...['aggregates', '(aggregate sum (metric m mean))', `original_resource_id = "${id}"`, '--resource-type', type],
        ...['--groupby', 'room', '--granularity', '1'],
      ]
      const grouped = (said: unknown) => (said as Row[]).map(({group, value}) => [group, value])
      const now = grouped(parsed(await alice.cli([...ask, '-f', 'json'])))
      assert.deepEqual(now, [['room: hall', 1], ['room: hall', 10]]) // prettier-ignore
      if (suite === 'bookworm') {
        assert.deepEqual(await alice.cli([...ask, '--use-history', 'true']), {
          stdout: '',
          stderr:
            'error: Gnocchi 4.4.2 cannot group by what attributes were: it takes 4.5\n  try: leave out --use-history: it groups by what they are\n',
          code: 4,
        })
        return
      }
      const official = officialClient(lab, lab.users.alice)
      const then = [['room: attic', 1], ['room: hall', 10]] // prettier-ignore
      await Promise.all(
        Object.entries({True: then, true: then, False: now}).map(async ([word, expected]) =>
          assert.deepEqual(grouped(await assertSameJson(alice, official, [...ask, '--use-history', word])), expected),
        ),
      )
    })
  })

/** Resolves in the second after that of a moment. */
async function secondAfter(moment: number): Promise<void> {
  while (Math.floor(Date.now() / 1000) <= Math.floor(moment / 1000))
    await new Promise((resolve) => setTimeout(resolve, 20))
}
