// Measures brought in from files and out again, on the real servers.
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiAs, gnocchiOf, labOf, openrc, stored, unique, type Http} from './lab.ts'
import {person, program, Running, type Person} from './person.ts'
import {Terminal} from './terminal.ts'

const policy = 'live-transfer-seconds'
/** Computes rates, and so takes late measures for a period more. */
const rates = 'live-transfer-rates'
/** Keeps all. */
const endless = 'live-transfer-endless'

/** `count` lines, one a second for each of so many metrics, up to ten minutes ago. */
function lines(resource: string, count: number, metrics: number): string {
  const begin = Math.floor(Date.now() / 1000) - 600 - Math.ceil(count / metrics)
  const time = (n: number) => new Date((begin + Math.floor(n / metrics)) * 1000).toISOString().replace('.000Z', 'Z')
  return Array.from({length: count}, (_, n) => `${resource}/m${n % metrics},${time(n)},${n * 0.25}\n`).join('')
}

/** How many measures Gnocchi has of each metric of a resource. */
async function counts(gnocchi: Http, resource: string): Promise<number[]> {
  const {body} = await gnocchi('GET', `v1/resource/generic/${resource}`)
  const ids = Object.values((body as {metrics: Record<string, string>}).metrics)
  const all = await Promise.all(ids.map((id) => stored(gnocchi, id, 'count', 1)))
  return all.map((points) => points.reduce((sum, [, , value]) => sum + value, 0))
}

for (const suite of suites)
  describe(suite, () => {
    const lab = labOf(suite, async () => {
      const admin = await gnocchiAs(lab, lab.users.admin)
      await admin('POST', 'v1/archive_policy', {
        name: policy,
        definition: [{granularity: '1s', points: 100_000}],
        aggregation_methods: ['mean', 'count', 'max'],
      })
      await admin('POST', 'v1/archive_policy', {
        name: rates,
        definition: [{granularity: '1m', points: 1000}],
        aggregation_methods: ['mean', 'count', 'rate:mean'],
      })
      await admin('POST', 'v1/archive_policy', {
        name: endless,
        definition: [{granularity: '1s'}],
        aggregation_methods: ['mean', 'count'],
      })
    })
    const gnocchi = gnocchiOf(lab, 'alice')

    const withResource = (t: Parameters<typeof person>[0]): {alice: Person; resource: string} => {
      const resource = unique('live-transfer')
      t.after(() => gnocchi('DELETE', `v1/resource/generic/${resource}`).then(() => undefined))
      return {alice: person(t, openrc(lab, lab.users.alice)), resource}
    }
    const create = ['--create', '--archive-policy', policy]

    test(`${suite}: 50 000 measures of 100 metrics go in, are counted, and come out as they went in`, async (t) => {
      const {alice, resource} = withResource(t)
      const text = `metric,timestamp,value\n${lines(resource, 50_000, 100)}`
      alice.write('in.csv', text)
      const {stdout, stderr, code} = await alice.cli([
        'measures',
        'import',
        'in.csv',
        ...create,
        '--verify',
        '-f',
        'json',
      ])
      assert.match(stderr, /^50000 measures of 100 metrics sent in [\d.]+ s \(\d+\/s\)\n$/)
      assert.equal(code, 0)
      const verified = JSON.parse(stdout) as {measures: number; stored: number; note: string}[]
      assert.equal(verified.length, 100)
      assert.ok(verified.every(({measures, stored: there, note}) => measures === 500 && there === 500 && note === ''))

      const out = await alice.cli(['measures', 'export', '--resource', resource, '--output', 'out.csv'])
      assert.deepEqual(out, {stdout: '', stderr: '50000 rows of 100 metrics written to out.csv\n', code: 0})
      const sorted = (csv: string) => csv.trim().split('\n').sort()
      assert.deepEqual(sorted(alice.read('out.csv')), sorted(text))

      // Who reads no further than the first line has no failure to be told.
      const head = `"$0" "$1" measures export --resource ${resource} | head -n 1`
      const piped = new Running(['sh', '-c', head, process.execPath, program], {env: alice.env, cwd: alice.home})
      assert.deepEqual(await piped.ended, {stdout: 'metric,timestamp,value\n', stderr: '', code: 0})
    })

    test(`${suite}: an import that was killed goes on where it was, and nothing is missing or doubled`, async (t) => {
      const {alice, resource} = withResource(t)
      const all = lines(resource, 400_000, 20)
      alice.write('in.csv', all)
      alice.write('head.csv', all.split('\n', 20).join('\n'))
      assert.equal((await alice.cli(['measures', 'import', 'head.csv', ...create])).code, 0)
      const killed = alice.start(['measures', 'import', 'in.csv'])
      const offset = () => {
        // head.csv was stored whole, so that this is the only one.
        const [checkpoint] = globSync('.local/state/gnocchictl/import/*.json', {cwd: alice.home})
        return checkpoint ? (JSON.parse(readFileSync(alice.path(checkpoint), 'utf8')) as {offset: number}).offset : 0
      }
      while (offset() === 0 && killed.child.exitCode === null) await sleep(5)
      await killed.end('SIGKILL')
      assert.ok(offset() > 0 && offset() < all.length, `killed at ${offset()} of ${all.length}`)

      const {stderr, code} = await alice.cli(['measures', 'import', 'in.csv', '--resume'])
      const [, sent] = /^(\d+) measures of 20 metrics sent .*, 400000 with those of before\n$/.exec(stderr) ?? []
      assert.equal(code, 0, stderr)
      assert.ok(Number(sent) > 0 && Number(sent) < 400_000, stderr)
      assert.deepEqual(await counts(gnocchi, resource), Array<number>(20).fill(20_000))
      assert.match(
        (await alice.cli(['measures', 'import', 'in.csv', '--resume'])).stderr,
        /no import of it was broken off/,
      )
    })

    test(`${suite}: a bad line ends it, what stands before it is there; --skip-bad goes on`, async (t) => {
      const {alice, resource} = withResource(t)
      const good = lines(resource, 3, 1).trim().split('\n')
      alice.write('in.csv', [good[0], good[1], `${resource}/m0,${Date.now()},1`, good[2], ''].join('\n'))
      const {stderr, code} = await alice.cli(['measures', 'import', 'in.csv', ...create])
      assert.match(stderr, /^error: in\.csv:3: \d+ s after 1970 is beyond the year 2262: are these times in ms\?/)
      assert.match(stderr, /; 2 measures of the lines before it sent, nothing of those after it\n/)
      assert.equal(code, 2)
      assert.deepEqual(await counts(gnocchi, resource), [2])
      const skipping = await alice.cli(['measures', 'import', 'in.csv', '--skip-bad'])
      assert.match(
        skipping.stderr,
        /^warning: left out 1 that cannot be imported:\n {2}in\.csv:3: .*\n3 measures of 1 metric/,
      )
      assert.equal(skipping.code, 0)
      assert.deepEqual(await counts(gnocchi, resource), [3])
    })

    test(`${suite}: --verify says what Gnocchi dropped, and --dry-run sends nothing`, async (t) => {
      const {alice, resource} = withResource(t)
      const [first, second] = lines(resource, 2, 1).trim().split('\n') as [string, string]
      alice.write('newer.csv', second)
      alice.write('older.csv', first)
      const imported = (...args: string[]) => alice.cli(['measures', 'import', ...args])
      assert.equal((await imported('newer.csv', ...create, '--verify')).code, 0)
      const dry = await imported('older.csv', '--dry-run', '-f', 'value', '-c', 'measures', '-c', 'too_old')
      assert.equal(dry.stdout, '1 1\n')
      const newest = second.split(',')[1]
      assert.equal(
        dry.stderr.replace(/in [\d.]+ s/, 'in X s'),
        `\
warning: Gnocchi would drop what is too old beside the newer measures that it has:
  ${resource}/m0: 1 measure, from before ${newest}
  a metric takes them that gets them before newer ones, or whose archive policy has a back window of 1: gnocchictl archive-policy create NAME -d … --back-window 1
1 measure of 1 metric read in X s, nothing sent
`,
      )
      assert.deepEqual(await counts(gnocchi, resource), [1])
      const {stdout, stderr, code} = await imported(
        'older.csv',
        '--verify',
        '-f',
        'value',
        '-c',
        'stored',
        '-c',
        'note',
      )
      assert.equal(stdout, '0 1 missing: dropped as older than what was there, or of the same time as others\n')
      assert.ok(
        stderr.startsWith(
          `warning: older.csv: of ${resource}/m0, Gnocchi drops what is from before ${newest}: it has newer measures, and a back window of 0 (archive policy ${policy})\nwarning: Gnocchi drops what is too old`,
        ),
        stderr,
      )
      assert.ok(stderr.endsWith(`error: 1 measure of 1 metric not there: ${resource}/m0\n`), stderr)
      assert.equal(code, 4)
    })

    test(`${suite}: what is said to be too old is what Gnocchi drops, of a policy with rates too`, async (t) => {
      const {alice, resource} = withResource(t)
      const at = (...times: string[]) => times.map((time) => `${resource}/m0,2026-11-23T${time}Z,1\n`).join('')
      alice.write('newer.csv', at('10:12:30'))
      alice.write('older.csv', at('10:10:30', '10:11:00', '10:11:30', '10:12:00'))
      const newer = await alice.cli([
        'measures',
        'import',
        'newer.csv',
        '--create',
        '--archive-policy',
        rates,
        '--verify',
      ])
      assert.equal(newer.code, 0)
      const dry = await alice.cli(['measures', 'import', 'older.csv', '--dry-run', '-f', 'value', '-c', 'too_old'])
      assert.equal(dry.stdout, '1\n')
      assert.equal((await alice.cli(['measures', 'import', 'older.csv'])).code, 0)
      const {body} = await gnocchi('GET', `v1/resource/generic/${resource}/metric/m0`)
      const points = await stored(gnocchi, (body as {id: string}).id, 'count', 60)
      assert.deepEqual(
        points.map(([time, , count]) => `${time.slice(11, 16)} ${count}`),
        ['10:11 2', '10:12 2'],
      )
    })

    test(`${suite}: line protocol becomes the metrics that Gnocchi's own endpoint makes of it`, async (t) => {
      const {alice, resource} = withResource(t)
      const at = `${Math.floor(Date.now() / 1000) - 60}000000000`
      const protocol = `cpu,core=0,host=${resource} usage=1.5,busy=2i ${at}\ndisk,host=${resource},path=/var used=3 ${at}\n`
      const {stderr, code} = await alice.cli(['measures', 'import', '-', ...create], {input: protocol})
      assert.match(stderr, /^3 measures of 3 metrics sent/)
      assert.equal(code, 0)
      const names = async (id: string) => {
        const {body} = await gnocchi('GET', `v1/resource/generic/${id}`)
        return Object.keys((body as {metrics: object}).metrics).sort()
      }
      assert.deepEqual(await names(resource), ['cpu.busy@core=0', 'cpu.usage@core=0', 'disk.used@path=_var'])
    })

    test(`${suite}: what is exported as ndjson or json, with a gap of a month in it, is imported again`, async (t) => {
      const {alice, resource} = withResource(t)
      const at = (daysAgo: number) =>
        new Date((Math.floor(Date.now() / 1000) - 86_400 * daysAgo) * 1000).toISOString().replace('.000Z', 'Z')
      const twoDaysAgo = at(2)
      alice.write('in.csv', `timestamp,value\n${at(40)},1\n${twoDaysAgo},2.5\n`)
      assert.equal(
        (
          await alice.cli([
            'measures',
            'import',
            'in.csv',
            '-m',
            `${resource}/from`,
            '--create',
            '--archive-policy',
            endless,
            '--verify',
          ])
        ).code,
        0,
      )
      const id = async (name: string) => {
        const {body} = await gnocchi('GET', `v1/resource/generic/${resource}/metric/${name}`)
        return (body as {id: string}).id
      }
      const before = await stored(gnocchi, await id('from'), 'mean', 1)
      for (const format of ['ndjson', 'json', 'csv']) {
        const exported = await alice.cli(['measures', 'export', `${resource}/from`, '-f', format])
        assert.equal(exported.stderr, '2 rows of 1 metric\n')
        alice.write(`again.${format}`, exported.stdout.replaceAll(`${resource}/from`, `${resource}/${format}`))
        const again = await alice.cli([
          'measures',
          'import',
          `again.${format}`,
          '--create',
          '--archive-policy',
          endless,
          '--verify',
        ])
        assert.equal(again.code, 0, again.stderr)
        assert.deepEqual(await stored(gnocchi, await id(format), 'mean', 1), before)
      }
      const since = await alice.cli(['measures', 'export', `${resource}/from`, '--start=-3d'])
      assert.equal(since.stdout, `metric,timestamp,value\n${resource}/from,${twoDaysAgo},2.5\n`)
    })

    test(`${suite}: times of a place's clock are stored as its zone has them, the hour it shows twice too`, async (t) => {
      const {alice, resource} = withResource(t)
      const at = (...times: string[]) => times.map((time, n) => `${resource}/m0,2025-10-26T${time},${n}\n`).join('')
      alice.write('in.csv', at('01:30:00', '02:30:00', '02:30:00', '03:30:00', '04:30:00Z'))
      const zone = ['--timezone', 'Europe/Berlin']
      const {stderr, code} = await alice.cli(['measures', 'import', 'in.csv', ...create, ...zone, '--verify'])
      assert.match(stderr, /^5 measures of 1 metric sent/)
      assert.equal(code, 0)
      const out = await alice.cli(['measures', 'export', `${resource}/m0`])
      assert.deepEqual(out.stdout.match(/(?<=T).*/g), [
        '23:30:00Z,0',
        '00:30:00Z,1',
        '01:30:00Z,2',
        '02:30:00Z,3',
        '04:30:00Z,4',
      ])
      alice.write('skipped.csv', at('02:30:00').replace('2025-10-26', '2025-03-30'))
      const skipped = await alice.cli(['measures', 'import', 'skipped.csv', ...zone])
      assert.match(
        skipped.stderr,
        /^error: skipped\.csv:1: "2025-03-30T02:30:00" is no time that there is in Europe\/Berlin/,
      )
    })

    if (suite === suites[0])
      test(`${suite}: on a terminal, a bar tells how many metrics are verified`, async (t) => {
        const {alice, resource} = withResource(t)
        alice.write('in.csv', lines(resource, 2000, 100))
        const terminal = Terminal.start(alice, ['measures', 'import', 'in.csv', ...create, '--verify', '-f', 'csv'])
        await terminal.shows(/█+░* \d+ % {2}\d+ metrics verified {2}\d+s left/, 90)
        await terminal.shows('exit code 0', 90)
      })

    test(`${suite}: on a terminal, a bar tells how far it is and how long it will take; Ctrl-C stops it`, async (t) => {
      const {alice, resource} = withResource(t)
      const one = `${resource}/m0,2026-11-24T00:00:00Z,1\n`
      alice.write('one.csv', one)
      assert.equal((await alice.cli(['measures', 'import', 'one.csv', ...create])).code, 0)
      alice.write('many.csv', one.repeat(3_000_000))
      // Gnocchi takes far longer for them than the person at the terminal.
      const terminal = Terminal.start(alice, ['measures', 'import', 'many.csv'])
      await terminal.shows(/█+░* \d+ % {2}\d+ measures {2}\d+\/s {2}\d+s left/)
      terminal.type('C-c')
      const screen = await terminal.shows('exit code 130')
      assert.match(
        screen,
        /^\d+ measures of 1 metric sent in [\d.]+ s \(.*\)\nerror: many\.csv: stopped before its end/m,
      )
      assert.doesNotMatch(screen, / left/)
    })
  })
