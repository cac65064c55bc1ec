import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {labOf, openrc, unique} from './lab.ts'
import {person, Running, type Person} from './person.ts'
import {Terminal} from './terminal.ts'
import {missing} from './tools.ts'

const skip = await missing('tmux')

const lab = labOf()

const own = '.local/state/gnocchictl/known_hosts'
const sample = (name: string) => `\\S+Z  ${name}  \\d+\\.\\d\\d %\\n`

/** Alice, with a hosts file; for `produce` its hosts need metrics. */
async function withHosts(t: TestContext, hosts: object[], {metrics = true} = {}): Promise<Person> {
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile(hosts)
  if (metrics) assert.equal((await alice.cli(['metrics', 'create'])).code, 0)
  return alice
}

/** The lab's host key that is asked for first: its line in known_hosts, and what ssh-keygen -l says of it. */
function hostKey(): {key: string; print: string} {
  const file = join(lab.stateDir, 'keys/ssh_host_ed25519_key.pub')
  const key = readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' ')
  return {key, print: execFileSync('ssh-keygen', ['-l', '-f', file]).toString().split(' ')[1]!}
}

function newKey(alice: Person): {key: string; print: string} {
  const file = alice.path('other')
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  const key = readFileSync(`${file}.pub`, 'utf8').split(' ').slice(0, 2).join(' ')
  return {key, print: execFileSync('ssh-keygen', ['-l', '-f', file]).toString().split(' ')[1]!}
}

test('~/.ssh/config: HostName, Port, User, IdentityFile, and a jump host with its own key and user', async (t) => {
  const {port, accounts} = lab.ssh
  const [name, direct] = [unique('inner'), unique('direct')]
  const alice = await withHosts(t, [
    {ip: 'inner', name},
    {ip: 'reader-by-password', name: direct, user: 'reader', password: accounts.reader.password},
  ])
  alice.write('.ssh/mine', readFileSync(accounts.keyed.privateKey, 'utf8'))
  alice.write('.ssh/conf.d/gate.conf', `Host gate\n  HostName 127.0.0.1\n  IdentityFile ${accounts.keyed.rsaKey}\n`)
  alice.write(
    '.ssh/config',
    `Include conf.d/*.conf
Host inner
  HostName 127.0.0.2
  IdentityFile ~/.ssh/mine
  ProxyJump sftponly@gate
Host reader-*
  HostName 127.0.0.3
  User nobody
Match exec "touch was-run"
  Port 1
Host *
  Port ${port}
  User keyed
`,
  )
  const {print} = hostKey()
  const {stdout, stderr, code} = await alice.cli(['produce', '--once'])
  assert.match(stdout, new RegExp(`^${sample(name)}${sample(direct)}$`))
  assert.deepEqual(
    stderr.trimEnd().split('\n').sort(),
    [
      `${alice.path('.ssh/config')}:9: Match exec is never run; the block is left out`,
      `jump host gate: new host key ${print} accepted and kept`,
      `${name}: new host key ${print} accepted and kept`,
      `${direct}: new host key ${print} accepted and kept`,
      '1 round, 2 sampled, 2 sent',
    ].sort(),
  )
  assert.equal(code, 0)
  assert.throws(() => alice.read('was-run'))

  const without = await alice.cli(['hosts', 'check', name, '--ssh-config', 'none', '-f', 'value', '-c', 'problem'])
  assert.deepEqual([without.stdout, without.code], ['there is no host of that name\n', 5])
})

test('a host of which nothing is said is entered as ssh would: by the agent, or ~/.ssh/id_ed25519', async (t) => {
  const {port, accounts} = lab.ssh
  const host = {ip: '127.0.0.1', port, user: 'keyed'}
  const name = unique('plain')
  const alice = await withHosts(t, [{...host, name}], {metrics: false})
  const way = ['hosts', 'check', '-f', 'value', '-c', 'authentication', '-c', 'problem']
  assert.deepEqual(await alice.cli(way), {
    stdout: 'None the hosts file gives no way to log in as keyed\n',
    stderr: `error: ${name}: cannot be sampled\n  try: add "password", "privateKey" or "agent" to the host\n`,
    code: 5,
  })
  alice.write('.ssh/id_ed25519', readFileSync(accounts.keyed.encryptedKey, 'utf8'))
  const locked = await alice.cli(way)
  assert.match(locked.stderr, /try: ~\/\.ssh\/id_ed25519: the private key is encrypted: give its "passphrase", or an agent that has the key \(ssh-add\)\n/) // prettier-ignore

  const socket = alice.path('agent.sock')
  const agent = new Running(['ssh-agent', '-D', '-a', socket], {env: alice.env, cwd: alice.home})
  t.after(() => agent.end('SIGTERM'))
  await agent.says(({stdout}) => stdout.includes('SSH_AUTH_SOCK'))
  execFileSync('ssh-add', ['-q', accounts.keyed.privateKey], {env: {...alice.env, SSH_AUTH_SOCK: socket}})
  const byAgent = await alice.cli(way, {env: {SSH_AUTH_SOCK: socket}})
  assert.deepEqual(byAgent, {stdout: 'agent None\n', stderr: '', code: 0})

  alice.write('.ssh/id_ed25519', readFileSync(accounts.keyed.privateKey, 'utf8'))
  assert.deepEqual(await alice.cli(way), {stdout: '~/.ssh/id_ed25519 None\n', stderr: '', code: 0})
})

test('hosts check: a row for every host, also for those in trouble, and nothing is stored', async (t) => {
  const {port, accounts, dropbear} = lab.ssh
  const root = {port, user: 'root', password: accounts.root.password}
  const alice = await withHosts(
    t,
    [
      {...root, ip: '127.0.0.1', name: 'good'},
      {...root, ip: '127.0.0.2', name: 'new'},
      {...root, ip: dropbear, name: 'dropbear', user: 'reader', password: accounts.reader.password},
      {...root, ip: '127.0.0.1', name: 'refused', port: 9},
      {...root, ip: '127.0.0.2', name: 'wrong', password: 'wrong'},
      {...root, ip: '127.0.0.3', name: 'changed'},
    ],
    {metrics: false},
  )
  const [{key, print}, other] = [hostKey(), newKey(alice)]
  const known = `[127.0.0.1]:${port} ${key}\n[127.0.0.3]:${port} ${other.key}\n`
  const file = alice.write(own, known)
  const {stdout, stderr, code} = await alice.cli(['hosts', 'check', '-f', 'json'])
  const rows = JSON.parse(stdout) as Record<string, unknown>[]
  const changed = `its host key has changed to ${print}; ${file}:2 has ${other.print}`
  assert.deepEqual(
    rows.map((row) => [row['host'], row['reachable'], row['host_key'], row['authentication'], row['method'], row['problem']]),
    [
      ['good', true, 'known', 'password', 'sftp', null],
      ['new', true, 'new', 'password', 'sftp', null],
      ['dropbear', true, 'new', 'password', 'exec', null],
      ['refused', false, null, null, null, 'connection refused: no SSH server listens there'],
      ['wrong', true, 'new', null, null, 'user root was refused (tried password)'],
      ['changed', true, 'changed', null, null, changed],
    ],
  ) // prettier-ignore
  for (const row of rows.slice(0, 3)) {
    if (row['host'] !== 'dropbear') assert.equal(row['fingerprint'], print)
    assert.ok((row['memory_percent'] as number) > 0 && (row['memory_percent'] as number) < 100)
    assert.ok((row['latency_ms'] as number) > 0)
  }
  assert.deepEqual(stderr.split('\n'), [
    'error: refused, wrong, changed: cannot be sampled',
    '  try: check user and password or key in the hosts file, and that the account may log in by SSH',
    `  try: someone may be standing in between. If the host was set up anew, remove line 2 of ${file}`,
    '',
  ])
  assert.equal(code, 5)
  assert.equal(alice.read(own), known)

  const table = await alice.cli(['hosts', 'check', 'good', 'refused'])
  const [, heading, , good, , refused] = table.stdout.split('\n')
  assert.match(
    heading!,
    /^\| host +\| reachable \| host key +\| authentication \| method \| memory +\| latency +\| problem +\|$/,
  )
  assert.match(good!, /^\| good +\| yes +\| known +\| password +\| sftp +\| \d+\.\d\d % +\| \d+\.\d ms +\|/)
  assert.match(refused!, /^\| refused +\| no +\|.*\| connection refused: no SSH server listens there \|$/)
  assert.deepEqual(await alice.cli(['hosts', 'check', 'good', '-c', 'host', '-f', 'csv']), {
    stdout: '"host"\n"good"\n',
    stderr: '',
    code: 0,
  })
  assert.deepEqual(await alice.cli(['hosts', 'check', 'godo']), {
    stdout: '',
    stderr:
      'error: config.json has no host godo; did you mean good?\n  try: it has good, new, dropbear, refused, wrong, changed\n',
    code: 2,
  })
})

test('hosts trust: shows the keys, keeps them after a yes, and then a strict run knows them', async (t) => {
  const {port, accounts} = lab.ssh
  const name = unique('trusted')
  const alice = await withHosts(t, [{ip: '127.0.0.4', port, name, user: 'root', password: accounts.root.password}])
  const {key, print} = hostKey()
  const shown = `${name} new ssh-ed25519 ${print} None\n`
  const trust = ['hosts', 'trust', '-f', 'value']
  assert.deepEqual(await alice.cli(trust), {
    stdout: shown,
    stderr:
      'error: 1 new key, and nobody is there to say yes\n  try: compare the fingerprints, then say it with --yes\n',
    code: 2,
  })
  assert.throws(() => alice.read(own))
  assert.deepEqual(await alice.cli([...trust, '--yes']), {stdout: shown, stderr: '1 new key kept\n', code: 0})
  assert.equal(alice.read(own), `[127.0.0.4]:${port} ${key}\n`)
  assert.deepEqual(await alice.cli([...trust, '--yes']), {
    stdout: shown.replace(' new ', ' known '),
    stderr: 'no new key\n',
    code: 0,
  })
  const strict = await alice.cli(['produce', '--once', '--host-key-check', 'strict'])
  assert.deepEqual([strict.stderr, strict.code], ['1 round, 1 sampled, 1 sent\n', 0])
  // The same, as ssh_config has it.
  alice.write('.ssh/config', 'StrictHostKeyChecking yes\n')
  assert.equal((await alice.cli(['produce', '--once'])).stderr, '1 round, 1 sampled, 1 sent\n')
})

test('hosts trust: a changed key is shown, and never put in the place of the old one', async (t) => {
  const {port} = lab.ssh
  const alice = await withHosts(t, [{ip: '127.0.0.4', port, name: 'changed'}], {metrics: false})
  const [{print}, other] = [hostKey(), newKey(alice)]
  const known = `# mine\n[127.0.0.4]:${port} ${other.key}\n`
  const file = alice.write('.ssh/known_hosts', known)
  assert.deepEqual(await alice.cli(['hosts', 'trust', '--yes', '-f', 'value']), {
    stdout: `changed changed ssh-ed25519 ${print} its host key has changed to ${print}; ${file}:2 has ${other.print}; someone may be standing in between. If the host was set up anew, remove line 2 of ${file}\n`,
    stderr: 'no new key\nerror: changed: not trusted; why, stands in the row\n',
    code: 5,
  })
  assert.equal(alice.read('.ssh/known_hosts'), known)
  assert.throws(() => alice.read(own))
})

for (const [answer, keys, said] of [
  ['Enter', ['Enter'], 'none kept'],
  ['yes', ['y', 'Enter'], '1 new key kept'],
] as const)
  test(`hosts trust on a terminal asks; ${answer}: ${said}`, {skip}, async (t) => {
    const {port} = lab.ssh
    const alice = await withHosts(t, [{ip: '127.0.0.5', port, name: 'asked'}], {metrics: false})
    const {key, print} = hostKey()
    const terminal = Terminal.start(alice, ['hosts', 'trust', '-f', 'value'])
    assert.ok((await terminal.shows('Keep 1 new key?')).replaceAll('\n', '').includes(print))
    terminal.type(...keys)
    await terminal.shows(said)
    await terminal.shows('exit code 0')
    if (answer === 'yes') assert.equal(alice.read(own), `[127.0.0.5]:${port} ${key}\n`)
    else assert.throws(() => alice.read(own))
  })

test('what a jump host does not reach, and a config that is none, are told in a line', async (t) => {
  const {port, accounts} = lab.ssh
  const alice = await withHosts(t, [{ip: 'inner', name: 'inner', user: 'root', password: 'x'}], {metrics: false})
  mkdirSync(alice.path('.ssh'), {recursive: true})
  alice.write(
    '.ssh/config',
    `IdentityFile ${accounts.keyed.privateKey}\nHost inner\n HostName 127.0.0.2\n Port 9\n ProxyJump keyed@127.0.0.1:${port}\n`,
  )
  const problem = ['hosts', 'check', '-f', 'value', '-c', 'problem']
  const far = await alice.cli(problem)
  assert.equal(far.stdout, 'jump host 127.0.0.1 cannot reach 127.0.0.2, port 9: Connection refused\n')
  alice.write('.ssh/config', 'Host "inner\n')
  assert.deepEqual(await alice.cli(problem), {
    stdout: '',
    stderr: `error: ${alice.path('.ssh/config')}:1: quotes or words are missing\n  try: --ssh-config none does without it\n`,
    code: 2,
  })
})
