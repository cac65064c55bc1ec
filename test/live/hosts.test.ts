import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {service} from '../../lab/servers.ts'
import {alone, labOf, openrc, unique} from './lab.ts'
import {person, Running, type Ended, type Person} from './person.ts'
import {missing} from './tools.ts'

/** The programs of OpenSSH's client: keys and an agent are made by them. */
const skip = await missing('ssh-agent', 'openssh-client')

const lab = labOf()

const sample = (name: string) => `\\S+Z  ${name}  \\d+\\.\\d\\d %\\n`
const lines = (text: string): string[] => text.split('\n').filter(Boolean)

/** Alice, with a hosts file whose hosts have metrics. */
async function withHosts(t: Parameters<typeof person>[0], hosts: object[], env: Record<string, string> = {}) {
  const alice = person(t, {...openrc(lab, lab.users.alice), ...env})
  alice.hostsFile(hosts)
  const created = await alice.cli(['metrics', 'create'])
  assert.equal(created.code, 0, created.stderr)
  return alice
}

/** The host key of the lab's OpenSSH that is asked for first, as known_hosts and as ssh-keygen -l have it. */
function hostKey(): {key: string; fingerprint: string} {
  const key = readFileSync(join(lab.stateDir, 'keys/ssh_host_ed25519_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ')
  const hash = createHash('sha256')
    .update(Buffer.from(key.split(' ')[1]!, 'base64'))
    .digest('base64')
  return {key, fingerprint: `SHA256:${hash.replace(/=+$/, '')}`}
}

test(
  'every way into a host works: passwords, keys, an agent, SFTP alone, no shell, and dropbear by exec',
  {skip},
  async (t) => {
    const {port, dropbear, accounts} = lab.ssh
    const {root, reader, keyed, sftponly, noshell} = accounts
    const agentHome = person(t)
    const socket = agentHome.path('agent.sock')
    const agent = new Running(['ssh-agent', '-D', '-a', socket], {env: agentHome.env, cwd: agentHome.home})
    t.after(() => agent.end('SIGTERM'))
    await agent.says(({stdout}) => stdout.includes('SSH_AUTH_SOCK'))
    execFileSync('ssh-add', ['-q', keyed.privateKey], {env: {...agentHome.env, SSH_AUTH_SOCK: socket}})

    const key = (user: string) => ({user, privateKey: keyed.privateKey})
    const encrypted = {user: 'keyed', privateKey: keyed.encryptedKey}
    const ways = {
      root: {user: 'root', password: root.password},
      reader: {user: 'reader', password: reader.password},
      variable: {user: 'reader', password: {env: 'READER_PASSWORD'}},
      file: {user: 'reader', password: {file: 'reader.password'}},
      key: key('keyed'),
      rsa: {user: 'keyed', privateKey: keyed.rsaKey},
      encrypted: {...encrypted, passphrase: keyed.passphrase},
      passphrase: {...encrypted, passphrase: {env: 'KEY_PASSPHRASE'}},
      agent: {user: 'keyed', agent: true},
      socket: {user: 'keyed', agent: socket},
      sftp: {user: 'sftponly', password: sftponly.password},
      'sftp-key': key('sftponly'),
      noshell: {user: 'noshell', password: noshell.password},
      'noshell-key': key('noshell'),
      dropbear: {ip: dropbear, user: 'reader', password: reader.password},
      'dropbear-key': {ip: dropbear, ...key('keyed')},
    }
    const names = Object.keys(ways).map(unique)
    const hosts = Object.values(ways).map((way, index) => ({ip: '127.0.0.1', port, name: names[index], ...way}))
    const env = {READER_PASSWORD: reader.password, KEY_PASSPHRASE: keyed.passphrase, SSH_AUTH_SOCK: socket}
    const alice = await withHosts(t, hosts, env)
    alice.write('reader.password', `${reader.password}\n`)
    const {stdout, stderr, code} = await alone('dropbear', () => alice.cli(['produce', '--once']))
    assert.match(stdout, new RegExp(`^${names.map(sample).join('')}$`))
    const said = lines(stderr.replace(/^\S+: new host key SHA256:\S+ accepted and kept\n/gm, ''))
    assert.deepEqual({said, code}, {said: [`1 round, ${names.length} sampled, ${names.length} sent`], code: 0})
  },
)

test('thirty hosts behind one encrypted key cost one opening of it: half a second of calculation, not fifteen', async (t) => {
  const {port, hosts: ips, accounts} = lab.ssh
  const {encryptedKey: privateKey, passphrase} = accounts.keyed
  const hosts = Array.from({length: 30}, (_, index) => ({ip: ips[index % 5], port, name: unique(`fleet${index}`), user: 'keyed', privateKey, passphrase})) // prettier-ignore
  const alice = await withHosts(t, hosts)
  const began = Date.now()
  const {stderr, code} = await alice.cli(['produce', '--once'])
  assert.equal(code, 0, stderr)
  assert.ok(Date.now() - began < 10_000)
})

test('a host that cannot be entered costs one line that says why, and holds back no other', async (t) => {
  const {port, accounts} = lab.ssh
  const {keyed, root} = accounts
  const at = {ip: '127.0.0.1', port, user: 'root'}
  const encrypted = {...at, user: 'keyed', privateKey: keyed.encryptedKey}
  const refused = (tried: string) =>
    `user root was refused (tried ${tried}); trying again in 1 s (check user and password or key in the hosts file, and that the account may log in by SSH)`
  const bad: [string, object, string][] = [
    ['password', {...at, password: 'wrong'}, refused('password')],
    ['key', {...at, privateKey: keyed.privateKey}, refused('privateKey')],
    ['port', {...at, port: 9, password: 'x'}, 'connection refused: no SSH server listens there; trying again in 1 s'],
    ['passphrase', {...encrypted, passphrase: 'wrong'}, 'the passphrase does not open the private key; trying again in 1 s'],
    ['locked', encrypted, 'the private key is encrypted: give its "passphrase"; trying again in 1 s'],
    ['public', {...at, privateKey: `${keyed.privateKey}.pub`}, 'this is a public key: name the file of the private one; trying again in 1 s'],
    ['noway', at, 'the hosts file gives no way to log in as root; trying again in 1 s (add "password", "privateKey" or "agent" to the host)'],
  ] // prettier-ignore
  const names = bad.map(([what]) => unique(what))
  const good = unique('good')
  const alice = await withHosts(t, [
    ...bad.map(([, host], index) => ({...host, name: names[index]})),
    {...at, name: good, password: root.password},
  ])
  const {stdout, stderr, code} = await alice.cli(['produce', '--once'])
  assert.match(stdout, new RegExp(`^${sample(good)}$`))
  assert.deepEqual(
    lines(stderr).filter((line) => !line.includes('accepted and kept')),
    [
      ...bad.map(([, , why], index) => `${names[index]!}: ${why}`),
      '1 round, 1 sampled, 1 sent',
      `error: no sample from ${names.join(', ')}`,
      '  try: what was wrong with each is said above',
    ],
  )
  assert.equal(code, 5)
})

test(
  'a host key is kept when first seen; a strict run knows it then, also where known_hosts is hashed',
  {skip},
  async (t) => {
    const {port, accounts} = lab.ssh
    const name = unique('new')
    const {key, fingerprint} = hostKey()
    const alice = await withHosts(t, [{ip: '127.0.0.1', port, name, user: 'root', password: accounts.root.password}])
    const produce = (...flags: string[]) => alice.cli(['produce', '--once', ...flags])
    const strict = ['--host-key-check', 'strict']
    const unknown: Ended = {
      stdout: '',
      stderr: `${name}: its host key ${fingerprint} is not known; trying again in 1 s (compare its key and keep it: gnocchictl hosts trust ${name}, or use --host-key-check accept-new)
1 round, 0 sampled, 0 sent
error: no sample from ${name}
  try: what was wrong with each is said above
`,
      code: 5,
    }
    assert.deepEqual(await produce(...strict), unknown)
    assert.equal((await produce('--host-key-check', 'off')).stderr, '1 round, 1 sampled, 1 sent\n')
    assert.deepEqual(await produce(...strict), unknown)

    const first = await produce()
    assert.equal(first.stderr, `${name}: new host key ${fingerprint} accepted and kept\n1 round, 1 sampled, 1 sent\n`)
    const own = '.local/state/gnocchictl/known_hosts'
    assert.equal(alice.read(own), `[127.0.0.1]:${port} ${key}\n`)
    assert.equal((await produce(...strict)).stderr, '1 round, 1 sampled, 1 sent\n')

    // The same, as ssh itself may have written it.
    const file = alice.write('.ssh/known_hosts', alice.read(own))
    alice.write(own, '')
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], {stdio: 'ignore'})
    assert.match(alice.read('.ssh/known_hosts'), /^\|1\|/)
    assert.equal((await produce(...strict)).stderr, '1 round, 1 sampled, 1 sent\n')
  },
)

test(
  'a host that shows another key than the known one is refused, and told where that one stands',
  {skip},
  async (t) => {
    const {port, accounts} = lab.ssh
    const name = unique('changed')
    const alice = await withHosts(t, [{ip: '127.0.0.1', port, name, user: 'root', password: accounts.root.password}])
    mkdirSync(alice.path('.ssh'))
    const other = alice.path('.ssh/other')
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other])
    const otherPrint = execFileSync('ssh-keygen', ['-l', '-f', other]).toString().split(' ')[1]!
    const [type, key] = readFileSync(`${other}.pub`, 'utf8').split(' ') as [string, string]
    const file = alice.write('.ssh/known_hosts', `# mine\n[127.0.0.1]:${port} ${type} ${key}\n`)
    for (const check of ['accept-new', 'strict', 'off']) {
      assert.deepEqual(await alice.cli(['produce', '--once', '--host-key-check', check]), {
        stdout: '',
        stderr: `${name}: its host key has changed to ${hostKey().fingerprint}; ${file}:2 has ${otherPrint}; trying again in 1 s (someone may be standing in between. If the host was set up anew, remove line 2 of ${file})
1 round, 0 sampled, 0 sent
error: no sample from ${name}
  try: what was wrong with each is said above
`,
        code: 5,
      })
    }
  },
)

test('a host that goes and comes back costs a line each, and the others miss no round', async (t) => {
  const {port, dropbear, accounts} = lab.ssh
  const [stays, goes] = [unique('stays'), unique('goes')]
  const alice = await withHosts(t, [
    {ip: '127.0.0.1', port, name: stays, user: 'root', password: accounts.root.password},
    {ip: dropbear, port, name: goes, user: 'reader', password: accounts.reader.password},
  ])
  const count = (running: Running, name: string) => lines(running.stdout).filter((line) => line.includes(name)).length
  const {stdout, stderr, code} = await alone('dropbear', async () => {
    const producing = alice.start(['produce', '--interval', '1'])
    await producing.says(() => count(producing, goes) >= 2)
    await service(lab, 'stop', 'dropbear')
    try {
      await service(lab, 'sessions', 'dropbear')
      await producing.says((running) => running.stderr.includes(`${goes}: connection refused`))
      const seen = count(producing, stays)
      await producing.says(() => count(producing, stays) >= seen + 3)
    } finally {
      await service(lab, 'start', 'dropbear')
    }
    await producing.says((running) => running.stderr.includes(`${goes}: back`))
    return producing.end('SIGTERM')
  })
  assert.equal(code, 0)
  const said = lines(stderr).filter((line) => !line.includes('accepted and kept'))
  // A connection that is cut while it is read tells so before its host refuses the next one.
  const [down, back, summary] = said.filter(
    (line) => line !== `${goes}: the connection was closed; trying again in 1 s`,
  )
  assert.match(down!, new RegExp(`^${goes}: connection refused: no SSH server listens there; trying again in [12] s$`))
  assert.match(back!, new RegExp(`^${goes}: back after \\d+ seconds?$`))
  assert.match(summary!, /^\d+ rounds, (\d+) sampled, \1 sent$/)
  assert.ok(said.length <= 4, stderr)
  const times = lines(stdout).filter((line) => line.includes(stays)).map((line) => Date.parse(line.split(' ')[0]!)) // prettier-ignore
  const steps = times.slice(1).map((time, index) => time - times[index]!)
  assert.deepEqual(new Set(steps), new Set([1000]), 'a round each second')
})

const told = (alice: Person, args: string[], env = {}) => alice.cli(args, {env})

test('a hosts file with passwords that others may read gets a warning, whichever way it was found', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const hosts = {hosts: [{ip: '10.0.0.1', name: unique('open'), password: 'x'}]}
  const path = alice.write('.config/gnocchictl/config.json', JSON.stringify(hosts), 0o644)
  const list = ['metrics', 'list', '-f', 'value', '-c', 'state']
  const warned = (file: string): Ended => ({
    stdout: 'none\n',
    stderr: `warning: ${file} holds passwords and others may read it: chmod 600 ${file}\n`,
    code: 0,
  })
  assert.deepEqual(await told(alice, list), warned(path))
  assert.deepEqual(await told(alice, list, {GNOCCHICTL_CONFIG: path}), warned(path))
  alice.write('other.json', JSON.stringify(hosts), 0o640)
  assert.deepEqual(await told(alice, [...list, '--config', 'other.json']), warned('other.json'))
  alice.write('config.json', JSON.stringify(hosts), 0o600)
  assert.deepEqual(await told(alice, list), {stdout: 'none\n', stderr: '', code: 0})
})

test('a bad hosts file is refused with every mistake, its line and its path', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const bad: [string, string[]][] = [
    [
      `{"hosts": [
  {"ip": "10.0.0.1", "port": 70000, "metrc": "x"},
  {"user": "root", "metric": "not-a-uuid"},
  {"ip": "10.0.0.3", "password": {"var": "X"}},
  7
]}`,
      [
        'config.json:2: hosts[0].port: must be a whole number from 1 to 65535',
        'config.json:2: hosts[0].metrc: unknown key; did you mean "metric"?',
        'config.json:3: hosts[1].ip: is missing',
        'config.json:3: hosts[1].metric: must be the UUID of a metric',
        'config.json:4: hosts[2].password: must be text, {"env": "NAME"} or {"file": "PATH"}',
        'config.json:5: hosts[3]: must be an object',
      ],
    ],
    ['{"hosts": [{"ip": "10.0.0.1"}, {"ip": "10.0.0.1"}]}', ['config.json:1: hosts[1]: is called 10.0.0.1, as hosts[0] is; give one of them a "name"']], // prettier-ignore
    ['{"hosts": [\n  {"ip": "10.0.0.1",}\n]}', ['config.json:2 is not JSON: property name expected']],
    ['', ['config.json is empty', '  try: write {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}']],
    ['{"hosts": []}', ['config.json:1: hosts: at least one host is needed']],
  ]
  for (const [text, mistakes] of bad) {
    alice.write('config.json', text)
    const {stdout, stderr, code} = await alice.cli(['metrics', 'list'])
    assert.deepEqual({stdout, code}, {stdout: '', code: 2})
    assert.deepEqual(lines(stderr.replace(/^error: /, '')).sort(), [...mistakes].sort())
  }
  assert.deepEqual(await alice.cli(['metrics', 'list', '--config', 'nowhere.json']), {
    stdout: '',
    stderr: 'error: --config: there is no file nowhere.json\n',
    code: 2,
  })
})
