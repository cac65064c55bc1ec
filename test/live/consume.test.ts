import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'
import {person, type Person} from './person.ts'

const iso = (at: Date) => at.toISOString().replace('.000Z', 'Z')
const minute = 60_000

for (const suite of suites) {
  describe(suite, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    interface Measured {
      alice: Person
      host: string
      /** Begin of each of the last three full minutes. */
      minutes: [string, string, string]
      hour: string
    }

    /** One host with two measures in each of the last three full minutes: 10 and 20, 30.5 and 31, 1.234 and 1.24. */
    async function measured(t: TestContext): Promise<Measured> {
      const alice = person(t, openrc(lab, lab.users.alice))
      const host = unique('db')
      alice.hostsFile([{ip: '10.0.0.1', name: host}])
      await alice.cli(['metrics', 'create'])
      // All in one hour: after the first of a new one, the policy medium takes none of the hour before.
      const now = Math.floor(Date.now() / minute) * minute
      const starts = [-3, -2, -1].map((n) => now + n * minute)
      const values = [[10, 20], [30.5, 31], [1.234, 1.24]] // prettier-ignore
      const measures = starts.flatMap((start, index) =>
        values[index]!.map((value, n) => ({timestamp: iso(new Date(start + n * 1000)), value})),
      )
      const id = alice.metrics()[host]!
      assert.equal((await gnocchi('POST', `v1/metric/${id}/measures`, measures)).status, 202)
      const hour = iso(new Date(Math.floor(starts[2]! / 3_600_000) * 3_600_000))
      return {alice, host, minutes: starts.map((start) => iso(new Date(start))) as [string, string, string], hour}
    }

    test(`${suite}: consume shows a table for each host, and the same to programs`, async (t) => {
      const {alice, host, minutes} = await measured(t)
      const [a, b, c] = minutes
      assert.deepEqual(await alice.cli(['consume', '--once']), {
        stdout: `\
Host: ${host}

+----------------------+-------------+-------+
| Timestamp            | Granularity | MEAN  |
+----------------------+-------------+-------+
| ${a} | 1 minute    | 15    |
| ${b} | 1 minute    | 30.75 |
| ${c} | 1 minute    | 1.24  |
+----------------------+-------------+-------+

`,
        stderr: '',
        code: 0,
      })
      const printed = async (...flags: string[]) => {
        const {stdout, stderr, code} = await alice.cli(['consume', '--once', ...flags])
        assert.deepEqual({stderr, code}, {stderr: '', code: 0})
        return stdout
      }
      const rows = [[a, 15], [b, 30.75], [c, 1.237]].map(([timestamp, mean]) => ({host, timestamp, granularity: 60, mean})) // prettier-ignore
      assert.equal(await printed('-f', 'json'), `${JSON.stringify(rows, null, 2)}\n`)
      assert.equal(await printed('-f', 'ndjson'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      const lines = [`"${host}","${a}",60,15`, `"${host}","${b}",60,30.75`, `"${host}","${c}",60,1.237`]
      assert.equal(await printed('-f', 'csv'), `"host","timestamp","granularity","mean"\n${lines.join('\n')}\n`)
      assert.equal(await printed('-f', 'value'), `${lines.join('\n').replaceAll(',', ' ').replaceAll('"', '')}\n`)
      const [, ...newestTwo] = [`"${a}",15`, `"${b}",30.75`, `"${c}",1.237`]
      assert.equal(
        await printed('-f', 'csv', '-c', 'mean', '-c', 'timestamp', '--start', b),
        `"timestamp","mean"\n${newestTwo.join('\n')}\n`,
      )
    })

    test(`${suite}: consume shows any method and granularity that the policy keeps`, async (t) => {
      const {alice, host, minutes, hour} = await measured(t)
      const [, b, c] = minutes
      const values = async (...flags: string[]) =>
        (await alice.cli(['consume', '--once', '-f', 'value', '-c', 'timestamp', '-c', 'granularity', ...flags])).stdout
      // In the first minutes of an hour, most of the measures are of the hour before.
      const inHour = b >= hour ? 31 : 1.24
      const hours = await values('-c', 'max', '--agg', 'max', '--granularity', 'hour')
      assert.equal(hours.trimEnd().split('\n').at(-1), `${hour} 3600 ${inHour}`)
      assert.equal(await values('-c', 'min', '--start', b, '--agg', 'min'), `${b} 60 30.5\n${c} 60 1.234\n`)
      assert.equal(
        await values('-c', 'count', '--start', b, '--agg', 'count', '--granularity', '60s'),
        `${b} 60 2\n${c} 60 2\n`,
      )
      assert.deepEqual(await alice.cli(['consume', '--once', '--agg', 'maks']), {
        stdout: '',
        stderr: `error: no host can be shown; ${host}: its archive policy medium keeps no maks; it keeps count, max, mean, min, std, sum\n`,
        code: 4,
      })
      assert.deepEqual(await alice.cli(['consume', '--once', '--granularity', '5m', '--agg', 'mean']), {
        stdout: '',
        stderr: `error: no host can be shown; ${host}: its archive policy medium has no granularity of 5 minutes; it has 1 minute, 1 hour\n`,
        code: 4,
      })
    })

    test(`${suite}: consume shows the range asked for`, async (t) => {
      const {alice, minutes} = await measured(t)
      const [a, b, c] = minutes
      const times = async (...flags: string[]) => {
        const {stdout} = await alice.cli(['consume', '--once', '-f', 'value', '-c', 'timestamp', ...flags])
        return stdout.trim().split('\n')
      }
      assert.deepEqual(await times('--start', '-1h'), [a, b, c])
      assert.deepEqual(await times('--start', b), [b, c])
      assert.deepEqual(await times('--start', a, '--stop', c), [a, b])
      assert.deepEqual(await times('--stop', b), [a])
      assert.deepEqual(await times('--start', String(Date.parse(b) / 1000), '--stop', 'now'), [b, c])
    })

    test(`${suite}: one dead metric, one without a measure and one out of range do not blank the others`, async (t) => {
      const {alice, host, minutes} = await measured(t)
      const [gone, new1] = ['gone', 'new'].map(unique) as [string, string]
      const {hosts} = JSON.parse(alice.read('config.json')) as {hosts: object[]}
      alice.hostsFile([...hosts, {ip: '10.0.0.2', name: gone}, {ip: '10.0.0.3', name: new1}])
      await alice.cli(['metrics', 'create'])
      const dead = alice.metrics()[gone]!
      assert.equal((await gnocchi('DELETE', `v1/metric/${dead}`)).status, 204)
      const [a, b, c] = minutes
      assert.deepEqual(await alice.cli(['consume', '--once', '--agg', 'max']), {
        stdout: `\
Host: ${host}

+----------------------+-------------+------+
| Timestamp            | Granularity | MAX  |
+----------------------+-------------+------+
| ${a} | 1 minute    | 20   |
| ${b} | 1 minute    | 31   |
| ${c} | 1 minute    | 1.24 |
+----------------------+-------------+------+

Host: ${gone}

Gnocchi has no metric ${dead}; remove it from the hosts file and run: gnocchictl metrics create

Host: ${new1}

no measure has been sent yet; start: gnocchictl produce

`,
        stderr: '',
        code: 0,
      })
      // To a program, the reasons come on stderr.
      const {stdout, stderr, code} = await alice.cli([
        ...['consume', '--once', '-f', 'csv', '--start', '2020-01-01', '--stop', '2020-01-02'],
        ...['--host', host, '--host', gone],
      ])
      assert.deepEqual({stdout, code}, {stdout: '"host","timestamp","granularity","mean"\n', code: 0})
      assert.equal(
        stderr.replace(/, \d+ (minutes?|seconds) ago:/, ', some ago:'),
        `${host}: no measure from 2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z; the newest is of ${c}, some ago: try --start ${c}
${gone}: Gnocchi has no metric ${dead}; remove it from the hosts file and run: gnocchictl metrics create\n`,
      )
      assert.deepEqual(await alice.cli(['consume', '--once', '--host', 'bd-0']), {
        stdout: '',
        stderr: `error: config.json has no host bd-0\n  try: it has ${host}, ${gone}, ${new1}\n`,
        code: 2,
      })
    })

    test(`${suite}: --sort-column sorts the rows of all hosts, in one table`, async (t) => {
      const {alice, minutes} = await measured(t)
      const [a, b, c] = minutes
      const sorted = ['consume', '--once', '--agg', 'max', '--sort-column', 'max', '--sort-descending']
      assert.deepEqual(await alice.cli([...sorted, '-f', 'value', '-c', 'timestamp', '-c', 'max']), {
        stdout: `${b} 31\n${a} 20\n${c} 1.24\n`,
        stderr: '',
        code: 0,
      })
      const {stdout} = await alice.cli(sorted)
      assert.deepEqual(stdout.match(/(?<=\| )[\d.]+(?= +\|$)/gm), ['31', '20', '1.24'])
      assert.match(stdout, /^\+-+\+-+\+-+\+-+\+\n\| host /)
    })

    test(`${suite}: consume --count looks again at each interval`, async (t) => {
      const {alice, host, minutes} = await measured(t)
      const [, , c] = minutes
      const {stdout, stderr, code} = await alice.cli([
        ...['consume', '--count', '3', '--interval', '0.2', '-f', 'value', '-c', 'host', '-c', 'timestamp'],
      ])
      assert.deepEqual({stderr, code}, {stderr: '', code: 0})
      const lines = stdout.trimEnd().split('\n')
      assert.equal(lines.filter((line) => line === `${host} ${c}`).length, 3)
    })
  })
}
