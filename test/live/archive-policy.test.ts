import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, labOf, openrc, stored, unique} from './lab.ts'
import {person} from './person.ts'

/** Begin of the hour under way. */
const thisHour = () => new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000).toISOString().replace('.000Z', 'Z')

for (const suite of suites) {
  describe(suite, () => {
    const lab = labOf(suite)

    test(`${suite}: archive-policy show tells in words and numbers what medium keeps, to people and programs`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const shown = async (...flags: string[]) => {
        const {stdout, stderr, code} = await alice.cli(['archive-policy', 'show', ...flags])
        assert.deepEqual({stderr, code}, {stderr: '', code: 0})
        return stdout
      }
      assert.equal(
        await shown(),
        `\
+---------------------------+---------------------------------------------------------------------------------------+
| Field                     | Value                                                                                 |
+---------------------------+---------------------------------------------------------------------------------------+
| name                      | medium                                                                                |
| back window               | 0                                                                                     |
| granularity and retention | 1 minute over 7 days (10,080 points)                                                  |
|                           | 1 hour over 365 days (8,760 points)                                                   |
| aggregation methods       | count, max, mean, min, std, sum                                                       |
| size on disk              | at most 1.4 MiB a metric, with Ceph: whole splits of 3,600 points,                    |
|                           | 8.05 bytes a point and method, 9 in the newest; at least 5.5 KiB, if it never changes |
| raw measures              | beside that, at most 983 bytes: those of the hour under way,                          |
|                           | 60 with one every minute (16 bytes each)                                              |
| late measures             | taken from ${thisHour()} on (the hour under way,                               |
|                           | for a metric whose newest measure is of now); older ones are dropped without an error |
+---------------------------+---------------------------------------------------------------------------------------+
`,
      )
      const definition = [
        {timespan: '7 days, 0:00:00', granularity: '0:01:00', points: 10080},
        {timespan: '365 days, 0:00:00', granularity: '1:00:00', points: 8760},
      ]
      const medium = {
        name: 'medium',
        back_window: 0,
        definition,
        aggregation_methods: ['count', 'max', 'mean', 'min', 'std', 'sum'],
        periods: [
          {granularity_seconds: 60, points: 10080, timespan_seconds: 604_800},
          {granularity_seconds: 3600, points: 8760, timespan_seconds: 31_536_000},
        ],
        bytes_per_metric: {least: 5652, most: 1_435_266},
        raw_bytes_per_metric: {measures: 60, most: 983},
        oldest_accepted: thisHour(),
      }
      assert.equal(await shown('medium', '-f', 'json'), `${JSON.stringify(medium, null, 2)}\n`)
      assert.equal(await shown('-f', 'ndjson'), `${JSON.stringify(medium)}\n`)
      assert.match(await shown('-f', 'yaml'), /^name: medium\nback_window: 0\ndefinition:\n/)
      assert.equal(await shown('low', '-f', 'value', '-c', 'back_window', '-c', 'name'), 'low\n0\n')
    })

    test(`${suite}: an archive policy, a column or a format there is not is refused by name`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const unknown = await alice.cli(['archive-policy', 'show', 'mediun'])
      assert.deepEqual({stdout: unknown.stdout, code: unknown.code}, {stdout: '', code: 4})
      const [said, hint = ''] = unknown.stderr.trimEnd().split('\n')
      assert.equal(said, 'error: Archive policy mediun does not exist (HTTP 404)')
      assert.match(hint, /^( {2}try: .+)?$/)
      assert.deepEqual(await alice.cli(['archive-policy', 'show', '-c', 'nme']), {
        stdout: '',
        stderr:
          'error: --column: there is no column "nme"; did you mean "name"?\n  try: there are name, back_window, definition, aggregation_methods, periods, bytes_per_metric, raw_bytes_per_metric, oldest_accepted\n',
        code: 2,
      })
      assert.deepEqual(await alice.cli(['archive-policy', 'show', '-f', 'xml']), {
        stdout: '',
        stderr:
          'error: Expected --format=xml to be one of: table, json, csv, yaml, value, ndjson, shell\n  try: the same with --help\n',
        code: 2,
      })
    })

    if (suite === 'trixie')
      test('a larger back window is warned of, for a late measure then replaces what its period holds', async (t) => {
        const admin = person(t, openrc(lab, lab.users.admin))
        const gnocchi = await gnocchiAs(lab, lab.users.admin)
        const name = unique('live-widened')
        const made = await admin.cli([
          'archive-policy',
          'create',
          name,
          '-d',
          'granularity:5m,points:100',
          '-m',
          'count',
        ])
        assert.equal(made.code, 0, made.stderr)
        const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: name})
        const {id} = body as {id: string}
        t.after(() => gnocchi('DELETE', `v1/metric/${id}`))
        const counted = async (...times: string[]) => {
          const measures = times.map((time) => ({timestamp: `2026-11-24T${time}:00Z`, value: 1}))
          await gnocchi('POST', `v1/metric/${id}/measures`, measures)
          return (await stored(gnocchi, id, 'count', 300)).map(([, , count]) => count)
        }
        assert.deepEqual(await counted('10:01', '10:02', '10:03'), [3])
        assert.deepEqual(await counted('10:12'), [3, 1])
        const widened = await admin.cli([
          'archive-policy',
          'update',
          name,
          '-b',
          '3',
          '-f',
          'value',
          '-c',
          'back_window',
        ])
        assert.equal(widened.stdout, '3\n')
        assert.match(widened.stderr, /^warning: .* a late measure takes the place of all that its period holds\n$/)
        assert.deepEqual(await counted('10:04'), [1, 1])
      })

    test(`${suite}: archive-policy list shows every policy`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {stdout, stderr, code} = await alice.cli(['archive-policy', 'list'])
      assert.deepEqual({stderr, code}, {stderr: '', code: 0})
      // Other tests make policies of their own, whose names begin with `live-`, `bench-` or `faults-`.
      const lines = stdout.replace(/^\| (live|bench|faults)-.*\n(\| +\|.*\n)*/gm, '').split('\n')
      const cells = lines.map((line) => line.replace(/ +\|/g, ' |').replace(/-+/g, '-'))
      assert.deepEqual(cells, [
        '+-+-+-+-+',
        '| name | back window | granularity and retention | aggregation methods |',
        '+-+-+-+-+',
        '| bool | 3600 × second | 1 second over 365 days (31,536,000 points) | last |',
        '| low | 0 | 5 minutes over 30 days (8,640 points) | count, max, mean, min, std, sum |',
        '| medium | 0 | 1 minute over 7 days (10,080 points) | count, max, mean, min, std, sum |',
        '| | | 1 hour over 365 days (8,760 points) | |',
        '| high | 0 | 1 second over 1 hour (3,600 points) | count, max, mean, min, std, sum |',
        '| | | 1 minute over 7 days (10,080 points) | |',
        '| | | 1 hour over 365 days (8,760 points) | |',
        '+-+-+-+-+',
        '',
      ])
      const names = await alice.cli(['archive-policy', 'list', '-f', 'value', '-c', 'name'])
      const known = names.stdout.split('\n').filter((name) => !/^(live|bench|faults)-/.test(name))
      assert.deepEqual(known, ['bool', 'low', 'medium', 'high', ''])
    })
  })
}
