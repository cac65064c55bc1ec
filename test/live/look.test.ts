// What people look at: hosts as one series, charts, a report in a real browser, and the check of a monitoring system.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, labOf, openLab, openrc, unique, type Lab} from './lab.ts'
import {person, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const minute = 60_000
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')

interface Measured {
  alice: Person
  /** Two with measures of each minute, one dead, one that was never sent any. */
  web: string
  db: string
  gone: string
  fresh: string
  /** Begin of the minutes, oldest first. */
  minutes: string[]
}

/** In each of the last full minutes web has 10, 20, 30, … with 5 less and 5 more beside, and db 100, but not in the last. */
async function measured(t: TestContext, lab: Lab, count = 3): Promise<Measured> {
  const alice = person(t, {...openrc(lab, lab.users.alice), TZ: 'UTC'})
  const [web, db, gone, fresh] = ['live-web', 'live-db', 'live-gone', 'live-fresh'].map(unique) as [string, string, string, string] // prettier-ignore
  alice.hostsFile([web, db, gone, fresh].map((name, index) => ({ip: `10.0.0.${index + 1}`, name})))
  await alice.cli(['metrics', 'create'])
  const now = Math.floor(Date.now() / minute) * minute
  const starts = Array.from({length: count}, (_, index) => now - (count - index) * minute)
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  const ids = alice.metrics()
  const send = async (name: string, measures: {timestamp: string; value: number}[]) => {
    assert.equal((await gnocchi('POST', `v1/metric/${ids[name]!}/measures`, measures)).status, 202)
    // Processed before it is asked for: /v1/aggregates knows no refresh.
    await gnocchi('GET', `v1/metric/${ids[name]!}/measures?refresh=true`)
  }
  await Promise.all([
    send(
      web,
      starts.flatMap((at, index) =>
        [-5, 0, 5].map((by, n) => ({timestamp: iso(at + n * 1000), value: (index + 1) * 10 + by})),
      ),
    ),
    send(
      db,
      starts.slice(0, -1).map((at) => ({timestamp: iso(at), value: 100})),
    ),
    gnocchi('DELETE', `v1/metric/${ids[gone]!}`),
  ])
  return {alice, web, db, gone, fresh, minutes: starts.map(iso)}
}

for (const suite of suites)
  describe(suite, () => {
    const lab = labOf(suite)

    test(`${suite}: --across makes one series of all hosts, in which no period is missing that any host has`, async (t) => {
      const {alice, gone, minutes} = await measured(t, lab)
      const [a, b, c] = minutes as [string, string, string]
      const dead = alice.metrics()[gone]!
      const rows = async (across: string, ...flags: string[]) => {
        const {stdout, stderr, code} = await alice.cli([
          ...['consume', '--once', '--across', across, '-f', 'value', '-c', 'timestamp', '-c', 'mean', '-c', 'hosts'],
          ...['--start', a, ...flags],
        ])
        const note = `Gnocchi has no metric ${dead}; remove it from the hosts file and run: gnocchictl metrics create`
        assert.deepEqual({stderr, code}, {stderr: `${gone}: left out: ${note}\n`, code: 0})
        return stdout
      }
      const of = (...values: number[]) => `${a} ${values[0]} 2\n${b} ${values[1]} 2\n${c} ${values[2]} 1\n`
      const answers = await Promise.all(['mean', 'median', 'sum', 'min', 'max', 'count', 'std', 'var'].map((across) => rows(across))) // prettier-ignore
      assert.deepEqual(answers, [of(55, 60, 30), of(55, 60, 30), of(110, 120, 30), of(10, 20, 30), of(100, 100, 30), of(2, 2, 1), of(45, 40, 0), of(2025, 1600, 0)]) // prettier-ignore
      const {stdout} = await alice.cli(['consume', '--once', '--across', 'sum', '--last', '60'])
      assert.ok(
        stdout.startsWith(`\
Host: sum of 4 hosts

+----------------------+-------------+------+-------+
| Timestamp            | Granularity | MEAN | Hosts |
+----------------------+-------------+------+-------+
| ${a} | 1 minute    | 110  | 2     |
`),
        stdout,
      )
    })

    test(`${suite}: check judges the newest values, with the output and the exit codes of monitoring plugins`, async (t) => {
      const {alice, web, db, gone, fresh, minutes} = await measured(t, lab)
      const [, b, c] = minutes as [string, string, string]
      const check = async (...flags: string[]) => {
        const {stdout, stderr, code} = await alice.cli(['check', ...flags])
        assert.equal(stderr, '')
        return {code, lines: stdout.trimEnd().split('\n')}
      }
      const two = ['--host', web, '--host', db]
      const [fine, warned, critical, unknown, stale, low] = await Promise.all([
        check(...two, '--warn', '110', '--crit', '120'),
        check(...two, '-w', '80', '-c', '100'),
        check(...two, '-w', '80', '-c', '90'),
        check('-w', '200'),
        check(...two, '--max-age', '0.1'),
        check(...two, '--crit', '50:', '--agg', 'min'),
      ])
      assert.deepEqual(fine, {
        code: 0,
        lines: [
          `MEMORY OK - 2 hosts, highest ${db} 100% | '${web}'=30%;110;120;0;100 '${db}'=100%;110;120;0;100`,
          `OK ${web} 30% at ${c}`,
          `OK ${db} 100% at ${b}`,
        ],
      })
      assert.equal(warned.code, 1)
      assert.equal(warned.lines[0], `MEMORY WARNING - 1 of 2 hosts: ${db} 100% | '${web}'=30%;80;100;0;100 '${db}'=100%;80;100;0;100`) // prettier-ignore
      assert.equal(critical.code, 2)
      assert.equal(critical.lines[1], `CRITICAL ${db} 100% at ${b}, not within 0 to 90`)
      assert.equal(unknown.code, 3)
      assert.ok(unknown.lines[0]!.startsWith(`MEMORY UNKNOWN - 2 of 4 hosts: ${gone}: Gnocchi has no metric `), unknown.lines[0]) // prettier-ignore
      assert.ok(unknown.lines.includes(`UNKNOWN ${fresh}: no measure has been sent yet; start: gnocchictl produce`))
      assert.equal(stale.code, 3)
      assert.deepEqual([low.code, low.lines[0]!.split(' | ')[0]], [2, `MEMORY CRITICAL - 1 of 2 hosts: ${web} 25%`])
      const byId = await check('--metric', alice.metrics()[web]!, '--warn', '20')
      assert.equal(byId.code, 1)
      assert.match(byId.lines[0]!, new RegExp(`^MEMORY WARNING - ${web}/memory.usage 30% \\| `))
    })
  })

test('check is UNKNOWN, on stdout and with 3, whatever else is wrong', async (t) => {
  const lab = await openLab()
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile([{ip: '10.0.0.1', metric: 'a657d89e-a2d0-458b-b457-d600a7e95ca6'}] as object[])
  const said = async (...flags: string[]) => alice.cli(['check', ...flags])
  const [keystone, gnocchi, dead, usage, stray, late] = await Promise.all([
    said('--os-auth-url', 'http://127.0.0.1:1/v3', '--no-token-cache'),
    said('--os-endpoint-override', 'http://127.0.0.1:1'),
    said('--crit', '90'),
    said('--wran', '80'),
    said('STRAY', '--crit', '90'),
    said('--timeout', '0.01'),
  ])
  const unknown = (why: string) => ({stdout: `GNOCCHI UNKNOWN - ${why}\n`, stderr: '', code: 3})
  const refused = 'connection refused; try: is the server running, and is the address right?'
  assert.deepEqual(keystone, unknown(`Keystone at http://127.0.0.1:1/v3/auth/tokens (--os-auth-url): ${refused}`))
  assert.deepEqual(
    gnocchi,
    unknown(`GET /v1/metric/a657d89e-a2d0-458b-b457-d600a7e95ca6 at http://127.0.0.1:1: ${refused}`),
  )
  assert.deepEqual([dead.code, dead.stdout.slice(0, 17), dead.stderr], [3, 'GNOCCHI UNKNOWN -', ''])
  assert.deepEqual(usage, unknown('there is no flag --wran; did you mean --warn?; try: the same with --help'))
  assert.deepEqual(stray, unknown('check takes no argument "STRAY"; try: gnocchictl check --help'))
  assert.deepEqual(late, unknown('no answer within 0.01 s'))
})

test('several looks are one CSV with one heading, and of JSON and YAML a document each', async (t) => {
  const lab = await openLab()
  const {alice, web, minutes} = await measured(t, lab)
  const looks = async (format: string) => {
    const flags = ['--count', '3', '--interval', '0.1', '--host', web, '--start', minutes[0]!]
    return (await alice.cli(['consume', ...flags, '-f', format])).stdout
  }
  const [csv, json, ndjson, yaml] = await Promise.all(['csv', 'json', 'ndjson', 'yaml'].map(looks))
  const lines = csv!.trimEnd().split('\n')
  assert.equal(lines[0], '"host","timestamp","granularity","mean"')
  assert.equal(lines.filter((line) => line === lines[0]).length, 1)
  assert.equal(lines.filter((line) => line === `"${web}","${minutes[2]!}",60,30`).length, 3)
  const documents = json!.split(/(?<=^\]\n)/m).map((text) => JSON.parse(text) as {mean: number}[])
  assert.deepEqual(documents.map((rows) => rows.slice(0, 3).map(({mean}) => mean)), [[10, 20, 30], [10, 20, 30], [10, 20, 30]]) // prettier-ignore
  assert.ok(ndjson!.trimEnd().split('\n').every((line) => (JSON.parse(line) as {host: string}).host === web)) // prettier-ignore
  assert.equal(yaml!.split('---\n').length, 3)
})

test('off a terminal a chart is plain lines of 80 columns, one for each host, and says why one is not there', async (t) => {
  const lab = await openLab()
  const {alice, web, db, gone, fresh} = await measured(t, lab, 6)
  const {stdout, stderr, code} = await alice.cli(['consume', '--chart', '--once', '--threshold', '80'])
  assert.deepEqual({stderr, code}, {stderr: '', code: 0})
  assert.doesNotMatch(stdout, /\u001B/)
  const lines = stdout.split('\n')
  assert.match(lines[0]!, /^memory\.usage, mean per minute, \d+ \w+ \d\d:\d\d to .*UTC$/)
  assert.ok(lines.includes(`${web} 60 %   min 10   max 60`), stdout)
  assert.ok(lines.includes(`${db} 100 %   min 100   max 100`))
  assert.equal(lines.filter((line) => /^ *80 % ┤.*╌╌╌/.test(line)).length, 2)
  assert.ok(lines.some((line) => line.startsWith(`${gone}: Gnocchi has no metric`)))
  assert.ok(lines.includes(`${fresh}: no measure has been sent yet; start: gnocchictl produce`))
  assert.ok(lines.every((line) => line.length <= 80))
})

test(
  'on a terminal a chart is redrawn in place, in colour, with the new window size at once',
  {skip: await missing('tmux')},
  async (t) => {
    const lab = await openLab()
    const {alice, web, db} = await measured(t, lab, 6)
    const flags = ['--agg', 'mean', '--granularity', 'minute', '--interval', '60', '--threshold', '80']
    const terminal = Terminal.start(alice, ['consume', '--chart', ...flags, '--host', web, '--host', db], {rows: 20})
    const screen = await terminal.shows(`━━ ${db} 100 %`)
    assert.match(screen, /^memory\.usage, mean per minute/)
    assert.equal(screen.split('└').length, 2)
    assert.equal(screen.split('\n').length, 19)
    assert.match(terminal.colours(), new RegExp(`\u001B\\[36m━━ .*${web}`))
    terminal.resize(60, 12)
    // The axis ends where the window does; no look was due.
    await terminal.shows(/^ +└[─┬]{50,53}$/m)
    terminal.resize(8, 3)
    await terminal.shows(/^memory.$/m)
    terminal.resize(100, 20)
    await terminal.shows(/^ +└[─┬]{90,93}$/m)
    terminal.type('C-c')
    assert.match(await terminal.shows('exit code'), /exit code 0$/)
  },
)

test(
  'the chart of a single host has the band from least to greatest; NO_COLOR takes the colours',
  {skip: await missing('tmux')},
  async (t) => {
    const lab = await openLab()
    const {alice, web} = await measured(t, lab, 6)
    const flags = ['--agg', 'mean', '--granularity', 'minute', '--host', web, '--once']
    const terminal = Terminal.start(alice, ['consume', '--chart', ...flags], {env: {NO_COLOR: '1'}})
    const screen = await terminal.shows('exit code')
    assert.match(screen, new RegExp(`^${web} 60 % {3}min 5 {3}max 65$`, 'm'))
    assert.match(screen, /░/)
    assert.doesNotMatch(alice.read('typescript'), /\u001B\[\d*m|\u001B\[2J/)
    const {stdout} = await alice.cli(['consume', '--chart', '--no-band', ...flags])
    assert.doesNotMatch(stdout, /░/)
  },
)
