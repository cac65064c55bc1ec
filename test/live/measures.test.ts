import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, gnocchiOf, labOf, openrc, stored, unique, type Http} from './lab.ts'
import {assertSameJson, officialClient, parsed} from './official.ts'
import {person} from './person.ts'

const hour = 3_600_000
/** Begin of the hour before the one under way. */
const base = Math.floor(Date.now() / hour) * hour - hour
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

/** `resource` with metrics a and b under medium: a has i² each 20 s for ten minutes, b has 1 each minute. */
async function series(gnocchi: Http) {
  const resource = unique('live-measures')
  const metric = {archive_policy_name: 'medium'}
  const {body} = await gnocchi('POST', 'v1/resource/generic', {id: resource, metrics: {a: metric, b: metric}})
  const {a, b} = (body as {metrics: {a: string; b: string}}).metrics
  await gnocchi('POST', 'v1/batch/metrics/measures', {
    [a]: Array.from({length: 30}, (_, i) => ({timestamp: iso(base + i * 20_000), value: i * i})),
    [b]: Array.from({length: 10}, (_, i) => ({timestamp: iso(base + i * 60_000), value: 1})),
  })
  for (const id of [a, b]) await stored(gnocchi, id, 'mean', 60)
  return {resource, a, b}
}

interface Row {
  timestamp: string
  granularity: number
  value: number | null
}

for (const suite of suites) {
  describe(suite, {concurrency: 3}, () => {
    let has: Awaited<ReturnType<typeof series>>
    const lab = labOf(suite, async () => {
      has = await series(gnocchi)
    })
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: measures show, aggregation and aggregates print the JSON of the official client`, async (t) => {
      const {resource, a, b} = has
      const alice = person(t, openrc(lab, lab.users.alice))
      const official = officialClient(lab, lab.users.alice)
      const range = ['--start', iso(base), '--stop', iso(base + 5 * 60_000)]
      for (const args of [
        ['measures', 'show', a],
        ['measures', 'show', 'a', '-r', resource, '--aggregation', 'max', '--granularity', '60', ...range, '--utc'],
        ['measures', 'show', a, '--refresh', '--granularity', '60', '--resample', '300', '--aggregation', 'min'],
        ['measures', 'show', a, '--granularity', '60', '--resample', '300', '--aggregation', 'max'],
        ['measures', 'show', a, '--granularity', '60', '--resample', 'M'],
        ['measures', 'aggregation', '-m', a, b, '--reaggregation', 'max', '--granularity', '60', '--refresh', ...range],
        [
          'measures',
          'aggregation',
          '-m',
          'a',
          '--query',
          `original_resource_id = "${resource}"`,
          '--groupby',
          'original_resource_id',
        ],
        [
          'measures',
          'aggregation',
          '-m',
          'a',
          '--query',
          `original_resource_id = "${resource}"`,
          '--utc',
          '--fill',
          'null',
        ],
        ['aggregates', `(metric (${a} mean) (${b} max))`, '--granularity', '60'],
        ['aggregates', `(aggregate sum (metric (${a} mean) (${b} mean)))`, ...range],
        ['aggregates', '(+ 1 (metric a mean))', `original_resource_id = "${resource}"`, '--granularity', '60'],
        [
          'aggregates',
          '(aggregate max (metric a mean))',
          `original_resource_id = "${resource}"`,
          '--groupby',
          'original_resource_id',
        ],
      ])
        await assertSameJson(alice, official, args)
    })

    test(`${suite}: --resample sums counts, weights means and pools deviations, where Gnocchi's own does not`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const five = async (method: string, ...flags: string[]) => {
        const args = ['measures', 'show', has.a, '--granularity', '60', '--resample', '5m', '--aggregation', method]
        return (parsed(await alice.cli([...args, ...flags, '-f', 'json'])) as Row[]).map(({value}) => value!)
      }
      const values = Array.from({length: 15}, (_, i) => i * i)
      const mean = values.reduce((sum, value) => sum + value) / 15
      const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 14)
      assert.deepEqual(await five('count'), [15, 15])
      assert.deepEqual(await five('count', '--server-resample'), [5, 5])
      assert.ok(Math.abs((await five('mean'))[0]! - mean) < 1e-9)
      assert.ok(Math.abs((await five('std'))[0]! - std) < 1e-9)
      assert.notEqual(Math.round((await five('std', '--server-resample'))[0]!), Math.round(std))
    })

    test(`${suite}: several metrics and methods, by name, stand side by side; --last, --start -2h`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const [a, b] = [`${has.resource}/a`, `${has.resource}/b`]
      const args = ['measures', 'show', a, b, '--aggregation', 'count', '--aggregation', 'max', '--granularity', '1m']
      const rows = parsed(await alice.cli([...args, '--last', '1', '--start', '-2h', '--utc', '-f', 'json']))
      const timestamp = iso(base + 9 * 60_000).replace('Z', '+00:00')
      const expected = [
        {metric: a, timestamp, granularity: 60, count: 3, max: 841},
        {metric: b, timestamp, granularity: 60, count: 1, max: 1},
      ]
      assert.deepEqual(rows, expected)
      assert.deepEqual(parsed(await alice.cli([...args, '--last', '1', '--refresh', '--utc', '-f', 'json'])), expected)
    })

    test(`${suite}: a comparison is 1 or 0, and names stand for ids in operations`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const args = ['aggregates', `(> (metric ${has.resource}/a mean) 30)`, '--granularity', '60', '-f', 'json']
      const rows = parsed(await alice.cli(args)) as (Row & {name: string})[]
      assert.deepEqual(
        rows.slice(0, 4).map(({value}) => value),
        [0, 0, 1, 1],
      )
      assert.equal(rows[0]!.name, `${has.resource}/a/mean`)
    })

    test(`${suite}: periods of a tenth of a second have their times`, async (t) => {
      const admin = await gnocchiAs(lab, lab.users.admin)
      const name = unique('live-tenth')
      const definition = [{granularity: '0.1s', points: 36_000}]
      assert.equal((await admin('POST', 'v1/archive_policy', {name, definition, back_window: 100})).status, 201)
      const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: name, name: unique('live-tenth')})
      const {id} = body as {id: string}
      const times = [100, 1000, 1100, 2700, 2900, 5000].map((ms) => base + ms)
      await gnocchi(
        'POST',
        `v1/metric/${id}/measures`,
        times.map((at) => ({timestamp: iso(at), value: at - base})),
      )
      const alice = person(t, openrc(lab, lab.users.alice))
      for (const range of [[], ['--start', iso(base)]]) {
        const rows = parsed(await alice.cli(['measures', 'show', id, '--refresh', ...range, '-f', 'json'])) as Row[]
        assert.deepEqual(
          rows.map(({timestamp}) => Date.parse(timestamp)),
          times,
        )
        assert.deepEqual(
          rows.map(({value}) => value),
          times.map((at) => at - base),
        )
      }
      // Of several metrics, or of what is computed, they cannot be found out.
      assert.deepEqual(await alice.cli(['aggregates', `(metric ${id} mean)`, '--granularity', '0.1']), {
        stdout: '',
        stderr:
          'error: Gnocchi leaves out the times of periods finer than a second here\n  try: ask for --granularity 1s or coarser\n  try: gnocchictl measures show finds out the times of one metric\n',
        code: 4,
      })
    })

    test(`${suite}: measures add takes the official client's times, and a value alone as of now`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const resource = unique('live-add')
      await gnocchi('POST', 'v1/resource/generic', {id: resource, metrics: {m: {archive_policy_name: 'medium'}}})
      const add = (...measures: string[]) =>
        alice.cli(['measures', 'add', 'm', '-r', resource, ...measures], {env: {TZ: 'Europe/Berlin'}})
      const local = new Date(
        base + hour * (new Date(base).getUTCMonth() > 9 || new Date(base).getUTCMonth() < 2 ? 1 : 2),
      )
      const {stderr, code} = await add('-m', `${local.toISOString().slice(0, 19)}@1`, '-m', '-2', '-m', '-1s@4')
      assert.deepEqual({stderr, code}, {stderr: '', code: 0})
      const rows = parsed(
        await alice.cli([
          'measures',
          'show',
          `${resource}/m`,
          '--granularity',
          '60',
          '--aggregation',
          'count',
          '--refresh',
          '--utc',
          '-f',
          'json',
        ]),
      ) as Row[]
      assert.equal(rows[0]!.timestamp, iso(base).replace('Z', '+00:00'))
      assert.equal(
        rows.reduce((sum, {value}) => sum + value!, 0),
        3,
      )
      assert.deepEqual(await add('-m', '1', '-m', '-1m@3', '-m', '2'), {
        stdout: '',
        stderr: 'warning: several of these measures are of one moment: Gnocchi keeps one of those\n',
        code: 0,
      })
    })

    test(`${suite}: batches store all that can be, by name or id, and tell the rest`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const resource = unique('live-batch')
      await gnocchi('POST', 'v1/resource/generic', {id: resource, metrics: {m: {archive_policy_name: 'medium'}}})
      const gone = '00000000-0000-4000-8000-000000000001'
      const list = (value: number) => [{timestamp: iso(base), value}]
      const first = await alice.cli(['measures', 'batch-metrics', '-'], {
        input: JSON.stringify({[`${resource}/m`]: list(3), [gone]: list(1)}),
      })
      assert.deepEqual(first, {
        stdout: '',
        stderr: `error: measures of 1 of 2 metrics were not stored; the rest was stored: ${gone}: Gnocchi knows no such metric\n`,
        code: 4,
      })
      const file = alice.write(
        'batch.json',
        JSON.stringify({
          [resource]: {m: [{timestamp: base / 1000 + 1, value: 5}], n: list(1)},
          'live-none': {x: list(1)},
        }),
      )
      assert.deepEqual(await alice.cli(['measures', 'batch-resources-metrics', file]), {
        stdout: '',
        stderr: `error: measures of 2 of 3 metrics were not stored; the rest was stored: ${resource}/n: Gnocchi knows no such metric; live-none/x: Gnocchi knows no such resource\n`,
        code: 4,
      })
      const made = alice.write(
        'made.json',
        JSON.stringify({[resource]: {n: {archive_policy_name: 'low', measures: list(7)}}}),
      )
      assert.deepEqual(await alice.cli(['measures', 'batch-resources-metrics', made, '--create-metrics']), {
        stdout: '',
        stderr: '',
        code: 0,
      })
      const read = async (name: string) =>
        parsed(
          await alice.cli([
            'measures',
            'show',
            `${resource}/${name}`,
            '--refresh',
            '--aggregation',
            'sum',
            '--last',
            '1',
            '-f',
            'json',
          ]),
        ) as Row[]
      assert.equal((await read('m')).at(-1)!.value, 8)
      assert.equal((await read('n')).at(-1)!.value, 7)
    })

    test(`${suite}: the benchmarks give the figures that the official client's are to give, which fails at all of its own`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const official = officialClient(lab, lab.users.alice)
      const failed = await official(['benchmark', 'metric', 'show', has.a, '-n', '2', '-w', '1'])
      assert.equal(failed.code, 1)
      assert.match(failed.stdout + failed.stderr, /cannot pickle/)
      // gnocchiclient/benchmark.py wait_job
      const latencies = ['min', 'max', 'mean', 'median', "95%'ile", "99%'ile", "99.9%'ile"].map(
        (one) => `latency ${one}`,
      )
      const each = ['runtime', 'runtime (cumulated)', 'executed', 'speed', 'failures', 'failures rate', ...latencies]
      const of = (verb: string) => each.map((one) => `${verb} ${one}`)
      for (const [args, names] of [
        [['metric', 'show', has.a, '-n', '2'], of('show')],
        [
          ['metric', 'create', '-n', '2', '-a', 'low'],
          [...of('create'), ...of('delete')],
        ],
        [
          ['measures', 'show', has.a, '-n', '2'],
          [...of('show'), 'measures per request'],
        ],
        [
          ['measures', 'add', has.b, '-n', '4', '-b', '2', '--wait'],
          [...of('push'), 'measures per request', 'measures push speed', 'extra wait to process measures'],
        ],
      ] as const) {
        const said = parsed(await alice.cli(['benchmark', ...args, '-w', '1', '-f', 'json']))
        assert.deepEqual(Object.keys(said as object), ['client workers', ...names], args.join(' '))
      }
    })
  })
}
