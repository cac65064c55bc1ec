import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {suites} from '../suites.ts'
import {fiveHosts, gnocchiOf, labOf, openrc, stored, unique} from './lab.ts'
import {person} from './person.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const noKeys = (stderr: string) => stderr.replace(/^\S+: new host key SHA256:\S+ accepted and kept\n/gm, '')

for (const suite of suites) {
  describe(suite, () => {
    const lab = labOf(suite)
    const gnocchi = gnocchiOf(lab, 'alice')

    test(`${suite}: metrics create says what it would do, does it, and finds what an earlier run made`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const hosts = [1, 2, 3].map((n) => ({ip: `10.0.0.${n}`, name: unique('web')}))
      const [a, b, c] = hosts.map(({name}) => name) as [string, string, string]
      alice.hostsFile(hosts)

      const asked = alice.read('config.json')
      assert.deepEqual(await alice.cli(['metrics', 'create', '--dry-run']), {
        stdout: `\
+--------------+--------+--------------+
| host         | metric | state        |
+--------------+--------+--------------+
| ${a} |        | would create |
| ${b} |        | would create |
| ${c} |        | would create |
+--------------+--------+--------------+
`,
        stderr: '',
        code: 0,
      })
      assert.equal(alice.read('config.json'), asked)
      assert.equal((await gnocchi('GET', `v1/resource/generic/${a}`)).status, 404)

      const created = await alice.cli(['metrics', 'create'])
      const ids = alice.metrics()
      for (const id of Object.values(ids)) assert.match(id, uuid)
      const tableOf = (...states: string[]) => `\
+--------------+--------------------------------------+---------+
| host         | metric                               | state   |
+--------------+--------------------------------------+---------+
| ${a} | ${ids[a]!} | ${states[0]!} |
| ${b} | ${ids[b]!} | ${states[1]!} |
| ${c} | ${ids[c]!} | ${states[2]!} |
+--------------+--------------------------------------+---------+
`
      assert.deepEqual(created, {stdout: tableOf('created', 'created', 'created'), stderr: '', code: 0})
      const written = hosts.map((host) => ({...host, metric: ids[host.name]}))
      assert.equal(alice.read('config.json'), `${JSON.stringify({hosts: written}, null, 2)}\n`)
      for (const name of [a, b, c]) {
        const {body} = await gnocchi('GET', `v1/resource/generic/${name}`)
        assert.deepEqual((body as {metrics: object}).metrics, {'memory.usage': ids[name]})
        const {unit, archive_policy: policy} = (await gnocchi('GET', `v1/metric/${ids[name]!}`)).body as {
          unit: string
          archive_policy: {name: string}
        }
        assert.deepEqual({unit, policy: policy.name}, {unit: '%', policy: 'medium'})
      }

      assert.deepEqual(await alice.cli(['metrics', 'create', '-f', 'value']), {
        stdout: `${a} ${ids[a]!} in file\n${b} ${ids[b]!} in file\n${c} ${ids[c]!} in file\n`,
        stderr: '',
        code: 0,
      })

      // As after a crash half-way: made in Gnocchi, not yet in the file.
      alice.hostsFile([written[0]!, hosts[1]!, hosts[2]!])
      assert.deepEqual(await alice.cli(['metrics', 'create', b]), {
        stdout: `\
+--------------+--------------------------------------+-------+
| host         | metric                               | state |
+--------------+--------------------------------------+-------+
| ${b} | ${ids[b]!} | found |
+--------------+--------------------------------------+-------+
`,
        stderr: '',
        code: 0,
      })
      assert.deepEqual(await alice.cli(['metrics', 'create']), {
        stdout: tableOf('in file', 'in file', 'found  '),
        stderr: '',
        code: 0,
      })
      assert.deepEqual(alice.metrics(), ids)
    })

    test(`${suite}: metrics create writes the right id where the resource has other metrics`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const name = unique('busy')
      const others = Object.fromEntries(['aa', 'cpu', 'zz'].map((metric) => [metric, {archive_policy_name: 'low'}]))
      assert.equal((await gnocchi('POST', 'v1/resource/generic', {id: name, metrics: others})).status, 201)
      alice.hostsFile([{ip: '10.0.0.1', name}])
      const {code} = await alice.cli(['metrics', 'create', '--archive-policy', 'high'])
      assert.equal(code, 0)
      const {metrics} = (await gnocchi('GET', `v1/resource/generic/${name}`)).body as {metrics: Record<string, string>}
      assert.deepEqual(Object.keys(metrics).sort(), ['aa', 'cpu', 'memory.usage', 'zz'])
      assert.equal(alice.metrics()[name], metrics['memory.usage'])
    })

    test(`${suite}: metrics create refuses a policy there is not, and writes nothing`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      alice.hostsFile([{ip: '10.0.0.1', name: unique('none')}])
      const before = alice.read('config.json')
      const {stdout, stderr, code} = await alice.cli(['metrics', 'create', '--archive-policy', 'mediun'])
      assert.deepEqual({stdout, code}, {stdout: '', code: 4})
      assert.match(stderr, /^error: .*mediun.* \(HTTP 400\)\n/)
      assert.equal(alice.read('config.json'), before)
    })

    test(`${suite}: metrics list shows which ids are alive, dead, foreign or missing`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const [live, dead, none] = ['live', 'dead', 'none'].map(unique) as [string, string, string]
      alice.hostsFile([
        {ip: '10.0.0.1', name: live},
        {ip: '10.0.0.2', name: dead},
        {ip: '10.0.0.3', name: none},
      ])
      await alice.cli(['metrics', 'create', live, dead])
      const ids = alice.metrics()
      assert.equal((await gnocchi('DELETE', `v1/metric/${ids[dead]!}`)).status, 204)
      const line = '+---------------+--------------------------------------+--------------+----------------+------+'
      assert.deepEqual(await alice.cli(['metrics', 'list']), {
        stdout: `\
${line}------------------------------------------+
| host          | metric                               | name         | archive policy | unit | state                                    |
${line}------------------------------------------+
| ${live} | ${ids[live]!} | memory.usage | medium         | %    | ok                                       |
| ${dead} | ${ids[dead]!} |              |                |      | dead: remove the id, then metrics create |
| ${none} |                                      |              |                |      | none yet: metrics create                 |
${line}------------------------------------------+
`,
        stderr: '',
        code: 0,
      })
      assert.deepEqual(await alice.cli(['metrics', 'list', '-f', 'csv', '-c', 'host', '-c', 'state']), {
        stdout: `"host","state"\n"${live}","ok"\n"${dead}","dead"\n"${none}","none"\n`,
        stderr: '',
        code: 0,
      })
      const {users} = lab
      assert.deepEqual(await alice.cli(['metrics', 'list', '-f', 'ndjson'], {env: openrc(lab, users.bob)}), {
        stdout: [
          {host: live, metric: ids[live], name: null, archive_policy: null, unit: null, state: 'foreign'},
          {host: dead, metric: ids[dead], name: null, archive_policy: null, unit: null, state: 'dead'},
          {host: none, metric: null, name: null, archive_policy: null, unit: null, state: 'none'},
        ]
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(''),
        stderr: '',
        code: 0,
      })
    })

    test(`${suite}: produce samples every host by its way in, and Gnocchi holds the very values it printed`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const hosts = fiveHosts(lab)
      const names = hosts.map(({name}) => name)
      alice.hostsFile(hosts)
      // The policy high keeps a point a second: each sample can be told from the next.
      await alice.cli(['metrics', 'create', '--archive-policy', 'high'])
      const ids = alice.metrics()

      const once = await alice.cli(['produce', '--once'])
      assert.match(
        once.stdout,
        new RegExp(`^${names.map((name) => `(.{20}|.{24})  ${name}  \\d+\\.\\d\\d %\\n`).join('')}$`),
      )
      assert.equal(new Set(once.stdout.match(/^\d{4}-\d\d-\d\dT\S+Z/gm)).size, 1, 'all at the same moment')
      assert.deepEqual(
        {stderr: noKeys(once.stderr), code: once.code},
        {stderr: '1 round, 5 sampled, 5 sent\n', code: 0},
      )

      const twice = await alice.cli(['produce', '--count', '2', '--interval', '1', '-f', 'ndjson'])
      assert.deepEqual({stderr: twice.stderr, code: twice.code}, {stderr: '2 rounds, 10 sampled, 10 sent\n', code: 0})
      const samples = twice.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as {timestamp: string; host: string; metric: string; value: number})
      assert.deepEqual(
        samples.map((sample) => Object.keys(sample).join()),
        samples.map(() => 'timestamp,host,metric,value'),
      )
      assert.deepEqual(
        samples.map(({host}) => host),
        [...names, ...names],
      )
      const [first, second] = [samples[0]!.timestamp, samples[5]!.timestamp]
      assert.match(first, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'aligned to the clock')
      assert.ok(Date.parse(second) > Date.parse(first))
      for (const name of names) {
        const mine = samples.filter(({host}) => host === name)
        assert.deepEqual([...new Set(mine.map(({metric}) => metric))], [ids[name]])
        const points = (await stored(gnocchi, ids[name]!, 'mean', 1)).filter(
          ([at]) => Date.parse(at) >= Date.parse(first),
        )
        assert.deepEqual(
          points.map(([at, , value]) => [Date.parse(at), value]),
          mine.map(({timestamp, value}) => [Date.parse(timestamp), value]),
        )
        for (const {value} of mine) assert.ok(value > 0 && value < 100)
      }
    })

    test(`${suite}: produce --source random asks no host and sends what it prints`, async (t) => {
      const alice = person(t, openrc(lab, lab.users.alice))
      const name = unique('dice')
      alice.hostsFile([{ip: '192.0.2.1', name}])
      await alice.cli(['metrics', 'create'])
      const {stdout, stderr, code} = await alice.cli(['produce', '--source', 'random', '--once', '-f', 'ndjson'])
      assert.deepEqual({stderr, code}, {stderr: '1 round, 1 sampled, 1 sent\n', code: 0})
      const sample = JSON.parse(stdout) as {timestamp: string; value: number}
      const id = alice.metrics()[name]!
      assert.equal(
        stdout,
        `${JSON.stringify({timestamp: sample.timestamp, host: name, metric: id, value: sample.value})}\n`,
      )
      const minute = new Date(Math.floor(Date.parse(sample.timestamp) / 60_000) * 60_000)
      const points = await stored(gnocchi, id, 'max', 60)
      assert.deepEqual(
        points.map(([at, seconds, value]) => [Date.parse(at), seconds, value]),
        [[minute.getTime(), 60, sample.value]],
      )
    })
  })
}
