import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {test, type TestContext} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'

import {suites} from '../suites.ts'
import {fiveHosts, gnocchiAs, gnocchiVersion, labOf, openLab, openrc, secondsPolicy, stored, unique} from './lab.ts'
import {person, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const lab = labOf()

interface Finding {
  check: string
  verdict: string
  what: string
  mend: string | null
}

/** What doctor finds, and its exit code. */
async function doctor(who: Person, ...args: string[]): Promise<{found: Finding[]; code: number | null}> {
  const {stdout, stderr, code} = await who.cli(['doctor', '-f', 'json', ...args])
  assert.equal(stderr, '')
  return {found: JSON.parse(stdout) as Finding[], code}
}

const verdicts = (found: Finding[]): Record<string, string> =>
  Object.fromEntries(found.map(({check, verdict}) => [check, verdict]))

/** Someone whose hosts, on resources of this test's own, have metrics that keep a point for each second. */
async function operator(t: TestContext, count: number): Promise<{who: Person; names: string[]}> {
  const who = person(t, openrc(lab, lab.users.alice))
  const names = Array.from({length: count}, () => unique('live-doctor'))
  who.hostsFile(names.map((name, index) => ({ip: `10.0.0.${index + 1}`, name})))
  await who.cli(['metrics', 'create', '--archive-policy', await secondsPolicy(lab)])
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  t.after(() => Promise.all(names.map((name) => gnocchi('DELETE', `v1/resource/generic/${name}`))))
  return {who, names}
}

const produceOnce = (who: Person) => who.cli(['produce', '--once', '--source', 'random'])

test('where all is well, a line for each check says so, with 0', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const hosts = fiveHosts(lab).slice(0, 2)
  who.hostsFile(hosts)
  await who.cli(['metrics', 'create'])
  await who.cli(['produce', '--once'])
  const {stdout, stderr, code} = await who.cli(['doctor'])
  assert.deepEqual({stderr, code}, {stderr: '', code: 0})
  const said = stdout
    .replace(/in \d+ ms|[\d.]+ [KMGTP]iB|at most .* old|at http\S+(?= \()|is at http\S+/g, 'X')
    .replaceAll(who.home, 'HOME')
  assert.equal(
    said,
    `\
ok       hosts file  2 hosts in config.json
ok       cloud       v3password as alice in project research X (OS_AUTH_URL)
ok       keystone    lets us in, X
ok       clock       agrees with Keystone's
ok       catalogue   Gnocchi X
ok       gnocchi     version ${await gnocchiVersion(lab)} answers
ok       hosts       2 of 2 can be sampled
ok       metrics     2 of 2 are there
ok       policies    medium fits samples of every 10 s
ok       measures    the newest of each host is X
ok       spool       all samples are sent
ok       disk        X free in HOME/.local/state/gnocchictl/spool
skipped  backlog     only an admin may see it
`,
  )
})

test("a metric that a measure's impossible time has poisoned is found, and one that a point of the future blocks", async (t) => {
  const {who, names} = await operator(t, 3)
  const [poisoned, blocked, well] = names as [string, string, string]
  const metrics = who.metrics()
  const gnocchi = await gnocchiAs(lab, lab.users.alice)
  assert.equal((await produceOnce(who)).code, 0)
  const before = await doctor(who, '--only', 'measures', '--only', 'metrics')
  assert.deepEqual([verdicts(before.found), before.code], [{metrics: 'ok', measures: 'ok'}, 0])

  // As `gnocchi measures add -m TIME@1` with milliseconds does: a 202, and the time becomes none.
  const post = (name: string, timestamp: number) =>
    gnocchi('POST', `v1/metric/${metrics[name]!}/measures`, [{timestamp, value: 1}])
  assert.equal((await post(poisoned, Date.now())).status, 202)
  assert.equal((await post(blocked, Math.floor(Date.now() / 1000) + 3600)).status, 202)
  await Promise.all(names.map((name) => stored(gnocchi, metrics[name]!, 'count', 1)))
  await sleep(1100) // Two samples of one second are one point: the next one is of another.
  assert.equal((await produceOnce(who)).code, 0)

  const {found, code} = await doctor(who, '--only', 'measures')
  assert.equal(code, 4)
  assert.deepEqual(
    found.map(({what, mend}) => [what.replace(/\d{4}-\S+Z/g, 'TIME'), mend]),
    [
      [
        `${poisoned}: Gnocchi took measures until TIME and keeps none after TIME: the metric is blocked, as by a measure with an impossible time`,
        `gnocchictl metric delete ${metrics[poisoned]!} && gnocchictl metrics create`,
      ],
      [
        `${blocked}: its newest point lies in the future, at TIME; Gnocchi drops what comes before that`,
        `gnocchictl metric delete ${metrics[blocked]!} && gnocchictl metrics create`,
      ],
    ],
  )
  assert.ok(well)
})

test('dead, foreign and missing metrics, and those that have nothing, are found', async (t) => {
  const {who, names} = await operator(t, 3)
  const [dead, foreign, empty] = names as [string, string, string]
  const metrics = who.metrics()
  const bob = await gnocchiAs(lab, lab.users.bob)
  const {body} = await bob('POST', 'v1/metric', {archive_policy_name: 'low', name: unique('live-doctor')})
  const {id: bobs} = body as {id: string}
  t.after(() => bob('DELETE', `v1/metric/${bobs}`))
  const gone = '00000000-0000-4000-8000-00000000dead'
  who.hostsFile([
    {ip: '10.0.0.1', name: dead, metric: gone},
    {ip: '10.0.0.2', name: foreign, metric: bobs},
    {ip: '10.0.0.3', name: empty, metric: metrics[empty]},
    {ip: '10.0.0.4', name: 'none'},
  ])
  const {found, code} = await doctor(who, '--only', 'metrics', '--only', 'measures')
  assert.equal(code, 4)
  const mend = 'gnocchictl metrics create'
  assert.deepEqual(found, [
    {check: 'metrics', verdict: 'ok', what: '1 of 4 are there', mend: null},
    {
      check: 'metrics',
      verdict: 'wrong',
      what: `${dead}: Gnocchi has no metric of the id in the hosts file (${gone})`,
      mend,
    },
    {
      check: 'metrics',
      verdict: 'wrong',
      what: `${foreign}: the metric in the hosts file belongs to another project (${bobs})`,
      mend,
    },
    {check: 'metrics', verdict: 'warning', what: 'none: has no metric yet', mend},
    {check: 'measures', verdict: 'warning', what: `${empty}: has no measure yet`, mend: 'gnocchictl produce --once'},
  ])
})

test('what is wrong with the cloud is said where it is wrong, and the rest needs it', async (t) => {
  const rest = {
    hosts: 'skipped',
    metrics: 'skipped',
    policies: 'skipped',
    measures: 'skipped',
    spool: 'skipped',
    disk: 'skipped',
    backlog: 'skipped',
  }
  const cases: [env: Record<string, string>, wrong: string, what: RegExp, code: number][] = [
    [{OS_PASSWORD: 'hunter2'}, 'keystone', /^Keystone refused to log in alice to project research \(HTTP 401\)$/, 3],
    [{OS_AUTH_URL: 'http://127.0.0.1:1/v3'}, 'keystone', /connection refused$/, 3],
    [
      {OS_REGION_NAME: 'nowhere'},
      'catalogue',
      /^the catalogue has no public endpoint of Gnocchi in region nowhere$/,
      3,
    ],
    [{OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'}, 'gnocchi', /connection refused$/, 4],
    [{OS_AUTH_TYPE: 'pasword'}, 'cloud', /did you mean password\?$/, 2],
  ]
  const order = ['hosts file', 'cloud', 'keystone', 'clock', 'catalogue', 'gnocchi']
  await Promise.all(
    cases.map(async ([env, wrong, what, code]) => {
      const answer = await doctor(person(t, {...openrc(lab, lab.users.alice), ...env}))
      const at = order.indexOf(wrong)
      // Keystone's clock is read at the login.
      const states = order.map((name, index) => [
        name,
        name === 'hosts file' ? 'skipped' : name === wrong ? 'wrong' : index < at ? 'ok' : 'skipped',
      ])
      assert.deepEqual(verdicts(answer.found), {...(Object.fromEntries(states) as object), ...rest})
      assert.equal(answer.code, code)
      assert.match(answer.found.find(({check}) => check === wrong)!.what, what)
    }),
  )
})

test('a host that is down, a readable hosts file, a policy that does not fit, and samples that wait', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const [up] = fiveHosts(lab) as [ReturnType<typeof fiveHosts>[number]]
  const down = {ip: '127.0.0.1', name: 'down', port: 1, user: 'root', password: 'x'}
  who.hostsFile([up, down])
  await who.cli(['metrics', 'create', '--archive-policy', 'bool'])
  who.write('config.json', who.read('config.json'), 0o644)
  await who.cli(['produce', '--once', '--source', 'random'], {env: {OS_ENDPOINT_OVERRIDE: 'http://127.0.0.1:1'}})
  const only = ['hosts-file', 'hosts', 'policies', 'spool'].flatMap((name) => ['--only', name])
  const {found, code} = await doctor(who, ...only)
  assert.equal(code, 5)
  assert.deepEqual(
    found.map(({check, verdict, what, mend}) => [check, verdict, what.replace(/for .*$/, 'for X'), mend]),
    [
      ['hosts file', 'ok', '2 hosts in config.json', null],
      ['hosts file', 'warning', 'config.json holds passwords and others may read it', 'chmod 600 config.json'],
      ['hosts', 'ok', '1 of 2 can be sampled', null],
      ['hosts', 'wrong', 'down: connection refused: no SSH server listens there', found[3]!.mend],
      [
        'policies',
        'warning',
        'bool keeps a point every 1 s, but hosts are sampled every 10 s: most of its points stay empty',
        'gnocchictl produce --interval 1s',
      ],
      [
        'policies',
        'warning',
        'bool keeps no mean, min, max: consume cannot show them',
        'gnocchictl archive-policy list',
      ],
      ['spool', 'ok', '2 samples wait to be sent, the oldest for X', 'gnocchictl spool flush'],
    ],
  )
})

test(
  'on a terminal, what lasts longer than a second is named, and the line goes',
  {skip: await missing('tmux')},
  async (t) => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    t.after(() => silent.close())
    const {port} = silent.address() as AddressInfo
    const env = {...openrc(lab, lab.users.alice), OS_AUTH_URL: `http://127.0.0.1:${port}/v3`, OS_TIMEOUT: '4'}
    const terminal = Terminal.start(person(t, env), ['doctor', '--only', 'keystone'])
    await terminal.shows('looking at keystone …')
    const screen = await terminal.shows('exit code 3')
    assert.match(screen, /^wrong +keystone +Keystone at .* no answer with/)
    assert.ok(!screen.includes('looking at'), screen)
  },
)

test("an admin sees whether Gnocchi's backlog moves, on each version", async (t) => {
  for (const suite of suites) {
    const one = await openLab(suite)
    const who = person(t, openrc(one, one.users.admin))
    const {found, code} = await doctor(who, '--only', 'backlog', '--only', 'gnocchi')
    assert.deepEqual([verdicts(found), code], [{gnocchi: 'ok', backlog: 'ok'}, 0])
    assert.equal(found[0]!.what, `version ${await gnocchiVersion(one)} answers`)
  }
})
