// measures show --watch: a new table every few seconds, until Ctrl-C.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'
import {person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const minute = 60_000
/** Begin of a minute, a few minutes ago. */
const base = Math.floor(Date.now() / minute) * minute - 5 * minute
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', '')
const [first, second] = [iso(base), iso(base + minute)]

const row = (at: string, value: number) => `| ${at}+00:00 |        60.0 | ${value.toFixed(1).padStart(5)} |\n`
const rule = '+---------------------------+-------------+-------+\n'
const table = (...rows: string[]) =>
  `${rule}| timestamp                 | granularity | value |\n${rule}${rows.join('')}${rule}`

/** Seconds: the machine may be busy, and a look waits for Gnocchi to process. */
const patience = 90

const skip = await missing('tmux')

for (const suite of suites)
  describe(suite, {concurrency: 3}, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    /** A new metric under the policy `medium`, and what adds a measure to it. */
    async function metric() {
      const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: 'medium', name: unique('live-watch')})
      const {id} = body as {id: string}
      const add = (at: number, value: number) =>
        gnocchi('POST', `v1/metric/${id}/measures`, [{timestamp: `${iso(at)}Z`, value}])
      const args = ['measures', 'show', id, '--watch', '--granularity', '1m', '--refresh', '--utc']
      return {id, add, args: [...args, '--interval', '0.3']}
    }

    test(`${suite}: off a terminal each look is a table, a new measure is in the next one, and Ctrl-C ends it well`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {add, args} = await metric()
      const watch = alice.start(args)
      await watch.says(({stdout}) => stdout.startsWith('no measures\n'.repeat(2)), patience)
      await add(base, 1)
      const one = table(row(first, 1))
      await watch.says(({stdout}) => stdout.includes(one + one), patience)
      await add(base + minute, 2.5)
      const two = table(row(first, 1), row(second, 2.5))
      await watch.says(({stdout}) => stdout.endsWith(two + two), patience)
      const {stdout, stderr, code} = await watch.end('SIGINT')
      assert.deepEqual({stderr, code}, {stderr: '', code: 0})
      // Whole looks, one after the other, and nothing else.
      assert.equal(
        stdout
          .replace(/^(no measures\n)+/, '')
          .replaceAll(two, '')
          .replaceAll(one, ''),
        '',
      )
    })

    test(`${suite}: on a terminal the table stays in its place, sorted as asked, until Ctrl-C`, {skip}, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {add, args} = await metric()
      const terminal = Terminal.start(alice, [...args, '--sort-column', 'timestamp', '--sort-descending'])
      assert.equal(await terminal.shows('no measures', patience), 'no measures')
      await add(base, 1)
      await terminal.shows(row(first, 1), patience)
      await add(base + minute, 2.5)
      const screen = await terminal.shows(row(second, 2.5), patience)
      assert.equal(screen, table(row(second, 2.5), row(first, 1)).trimEnd())
      terminal.type('C-c')
      assert.equal(await terminal.shows('exit code', patience), `${screen}\n^Cexit code 0`)
    })

    if (suite === 'bookworm') return

    test(`${suite}: each format is one stream: a heading of CSV, documents of YAML, lines of ndjson`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {add, args} = await metric()
      await add(base, 1)
      await add(base + minute, 2.5)
      const lines = {
        csv: [`"${first}+00:00",60.0,1.0`, `"${second}+00:00",60.0,2.5`],
        yaml: [first, second].map((at, index) => `- timestamp: "${at}+00:00"\n  granularity: 60.0\n  value: ${['1.0', '2.5'][index]!}`),
        ndjson: [`{"timestamp":"${first}+00:00","granularity":60,"value":1}`, `{"timestamp":"${second}+00:00","granularity":60,"value":2.5}`],
      } // prettier-ignore
      const ended = Object.entries(lines).map(async ([format, rows]) => {
        const last = `${rows[1]!}\n`
        const watch = alice.start([...args, '-f', format])
        await watch.says(({stdout}) => stdout.split(last).length > 3, patience)
        const {stdout, stderr, code} = await watch.end('SIGTERM')
        assert.deepEqual({stderr, code}, {stderr: '', code: 0})
        const looks = stdout.split(last).length - 1
        const look = `${rows[0]!}\n${last}`
        return {format, stdout, looks, look}
      })
      for (const {format, stdout, looks, look} of await Promise.all(ended)) {
        const all = Array.from({length: looks}, () => look)
        const heading = format === 'csv' ? '"timestamp","granularity","value"\n' : ''
        assert.equal(stdout, heading + all.join(format === 'yaml' ? '---\n' : ''))
      }
    })

    test(`${suite}: a metric that is not there ends it at once; one that goes is missed at each look, until Ctrl-C`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const {id, add, args} = await metric()
      const unknown = await alice.cli(args.with(2, 'a657d89e-a2d0-458b-b457-d600a7e95ca6'))
      assert.deepEqual([unknown.stdout, unknown.code], ['', 4])
      assert.equal(unknown.stderr, 'error: Metric a657d89e-a2d0-458b-b457-d600a7e95ca6 does not exist (HTTP 404)\n')
      await add(base, 1)
      const watch = alice.start([...args, '-f', 'ndjson'])
      await watch.says(({stdout}) => stdout !== '', patience)
      assert.equal((await gnocchi('DELETE', `v1/metric/${id}`)).status, 204)
      await watch.says(({stderr}) => stderr.split('\n').length > 2, patience)
      const {stderr, code} = await watch.end('SIGINT')
      assert.match(stderr, new RegExp(`^(Metric ${id} does not exist \\(HTTP 404\\)\n)+$`))
      assert.equal(code, 0)
    })
  })
