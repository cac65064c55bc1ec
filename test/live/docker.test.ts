import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {chmodSync, chownSync, existsSync, readFileSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {before, test, type TestContext} from 'node:test'
import {promisify} from 'node:util'

import {alone, openLab, openrc, unique, type Lab} from './lab.ts'
import {person, root, Running, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const run = promisify(execFile)
const script = join(root, '..', 'shared', 'tools', 'container-image.sh')
/** Who the image runs as: Dockerfile, useradd. */
const uid = Number(/--uid (\d+)/.exec(readFileSync(join(root, 'Dockerfile'), 'utf8'))?.[1])
const work = process.env['CT_WORK'] ?? join(tmpdir(), 'ct-work')

const skip =
  process.getuid?.() !== 0
    ? 'building an image here needs root'
    : !existsSync(script)
      ? `${script} is missing`
      : !existsSync('/usr/bin/apt-get')
        ? 'podman is installed with apt-get, which is missing'
        : false

let lab: Lab
before(
  async () => {
    if (skip) return
    lab = await openLab()
    await alone('apt', () => run('bash', [script, root], {maxBuffer: 64 * 2 ** 20}))
  },
  {timeout: 280_000},
)

interface Setting {
  who: Person
  hosts: {name: string}[]
  podman: (options: string[], args: string[]) => string[]
}

/** Alice with two hosts in a folder of the image's user, and the words to run the image with it. */
function setting(t: TestContext): Setting {
  const who = person(t, {...openrc(lab, lab.users.alice), CONTAINERS_CONF: join(work, 'containers.conf')})
  const {hosts: ips, port, accounts} = lab.ssh
  const hosts = [
    {ip: ips[0], port, name: unique('docked'), user: 'root', password: accounts.root.password},
    {ip: ips[1], port, name: unique('docked'), user: 'reader', password: accounts.reader.password},
  ]
  chownSync(who.hostsFile(hosts, 'config/config.json'), uid, uid)
  chownSync(who.path('config'), uid, uid)
  chmodSync(who.home, 0o755)
  const variables = Object.keys(openrc(lab, lab.users.alice)).flatMap((name) => ['-e', name])
  return {
    who,
    hosts,
    podman: (options, args) => [
      ...['podman', 'run', '--rm', '--pull=never', '--network=host', ...options],
      ...['-v', `${who.path('config')}:/config`, ...variables, 'gnocchictl:ci', ...args],
    ],
  }
}

const environment = ({who}: Setting) => ({
  ...who.env,
  // podman's own storage is the machine's, not Alice's.
  HOME: process.env['HOME'] ?? '/root',
  XDG_CONFIG_HOME: '',
  XDG_CACHE_HOME: '',
  XDG_STATE_HOME: '',
})

const start = (set: Setting, args: string[], options: string[] = []): Running =>
  new Running(set.podman(options, args), {env: environment(set), cwd: set.who.home})

test(
  'from the image: create the metrics, produce and consume, with the folder of the hosts file mounted',
  {skip},
  async (t) => {
    const set = setting(t)
    const {who, hosts} = set
    const [a, b] = hosts.map(({name}) => name) as [string, string]
    const created = await start(set, ['metrics', 'create', '-f', 'value', '-c', 'host', '-c', 'state']).ended
    assert.deepEqual(created, {stdout: `${a} created\n${b} created\n`, stderr: '', code: 0})
    const {uid: owner, mode} = statSync(who.path('config/config.json'))
    assert.deepEqual({owner, mode: mode & 0o777}, {owner: uid, mode: 0o600})
    const ids = who.metrics('config/config.json')
    assert.ok(ids[a] && ids[b])

    const produced = await start(set, ['produce', '--once', '-f', 'ndjson']).ended
    const samples = produced.stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as {host: string; metric: string}) // prettier-ignore
    assert.deepEqual(
      samples.map(({host, metric}) => [host, metric]),
      [
        [a, ids[a]],
        [b, ids[b]],
      ],
    )
    assert.equal(produced.stderr.replace(/^.*accepted and kept\n/gm, ''), '1 round, 2 sampled, 2 sent\n')
    assert.equal(produced.code, 0)

    const consumed = await start(set, ['consume', '--once', '-f', 'value', '-c', 'host']).ended
    assert.deepEqual(consumed, {stdout: `${a}\n${b}\n`, stderr: '', code: 0})
  },
)

test('from the image: docker stop ends produce as designed, PID 1 or not', {skip}, async (t) => {
  const set = setting(t)
  await start(set, ['metrics', 'create']).ended
  for (const init of [[], ['--init']]) {
    const name = unique('gnocchictl')
    const producing = start(set, ['produce', '--interval', '1'], ['--name', name, ...init])
    await producing.says(({stdout}) => stdout.split('\n').length > 4, 60)
    await run('podman', ['kill', '--signal', 'TERM', name], {env: environment(set)})
    const {stdout, stderr, code} = await producing.ended
    const count = stdout.trimEnd().split('\n').length
    assert.equal(
      stderr.replace(/^.*accepted and kept\n/gm, ''),
      `${count / 2} rounds, ${count} sampled, ${count} sent\n`,
    )
    assert.equal(code, 0)
  }
})

test('from the image: a hosts file that its user may not read is named, with what to do', {skip}, async (t) => {
  const set = setting(t)
  chownSync(set.who.path('config/config.json'), 0, 0)
  assert.deepEqual(await start(set, ['metrics', 'list']).ended, {
    stdout: '',
    stderr: `error: /config/config.json: may not be read by gnocchictl
  try: change its owner or its mode; in a container it must be readable for the user gnocchictl
`,
    code: 2,
  })
})

test(
  'from the image: consume with -it asks, shows the tables and ends with Ctrl-C',
  {skip: skip || (await missing('tmux'))},
  async (t) => {
    const set = setting(t)
    const {who, hosts} = set
    await start(set, ['metrics', 'create']).ended
    const terminal = Terminal.start(who, [], {env: environment(set), command: set.podman(['-it'], ['consume'])})
    await terminal.shows('Please, choose a kind of aggregation:')
    terminal.type('1', 'Enter')
    await terminal.shows('Please, choose a granularity:')
    terminal.type('1', 'Enter')
    assert.equal(
      await terminal.shows(new RegExp(`Host: ${hosts[1]!.name}\n\n.+`)),
      hosts.map(({name}) => `Host: ${name}\n\nno measure has been sent yet; start: gnocchictl produce`).join('\n\n'),
    )
    terminal.type('C-c')
    assert.match(await terminal.shows('exit code'), /exit code 0$/)
  },
)
