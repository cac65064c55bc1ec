import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {inspect} from 'node:util'

import fc from 'fast-check'

import {UsageError} from '../../../../src/lib/errors.ts'
import {findHostsFile, readHostsFile, type Host} from '../../../../src/lib/hosts-file/read.ts'
import {setEnv, setHome, tempFolder} from '../../servers.ts'

const fixture = new URL('../../fixtures/hosts/seed.json', import.meta.url)
const seed = readFileSync(fixture, 'utf8')

function fileOf(t: TestContext, content: string | object, mode = 0o600): string {
  const file = join(tempFolder(t), 'config.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), {mode})
  chmodSync(file, mode)
  return file
}

const hostsOf = (t: TestContext, ...hosts: object[]): Host[] => readHostsFile(fileOf(t, {hosts})).hosts

test("the seed's file works as it is", (t) => {
  const {hosts, warnings} = readHostsFile(fileOf(t, seed))
  const shown = hosts.map(({label, ip, port, user, metric}) => ({label, ip, port, user, metric}))
  assert.deepEqual(
    shown,
    [
      ['172.16.3.28', 'a657d89e-a2d0-458b-b457-d600a7e95ca6'],
      ['172.16.2.46', 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4'],
      ['172.16.1.210', 'f0272162-f2c4-4128-b1af-4e6dc46b64f1'],
      ['172.16.1.133', 'beb1759e-a83b-4a29-b392-3fde6349f1c6'],
      ['172.16.1.211', '156dbcc4-6141-45ed-9db3-fc482833f955'],
    ].map(([ip, metric]) => ({label: ip, ip, port: undefined, user: 'root', metric})),
  )
  assert.deepEqual(
    hosts.map((host) => host.login().password?.reveal()),
    ['valle', 'tonno', 'lorenzo', 'matilde', 'bifecco'],
  )
  assert.deepEqual(warnings, [])
})

test('what is left out is for ssh_config to say; a name is the label', (t) => {
  const [plain, named] = hostsOf(t, {ip: '10.0.0.1'}, {ip: '10.0.0.1', name: 'web', port: 2222, user: 'ada'}) as [
    Host,
    Host,
  ]
  assert.deepEqual(
    [plain, named].map(({label, port, user, metric}) => ({label, port, user, metric})),
    [
      {label: '10.0.0.1', port: undefined, user: undefined, metric: undefined},
      {label: 'web', port: 2222, user: 'ada', metric: undefined},
    ],
  )
  assert.deepEqual(plain.login(), {})
})

test('a byte order mark and Windows line ends do not matter', (t) => {
  const file = fileOf(t, `\uFEFF{\r\n  "hosts": [{"ip": "10.0.0.1", "prot": 1}]\r\n}\r\n`)
  assert.throws(() => readHostsFile(file), {message: `${file}:2: hosts[0].prot: unknown key; did you mean "port"?`})
  assert.equal(readHostsFile(fileOf(t, '\uFEFF{"hosts": [{"ip": "10.0.0.1"}]}')).hosts.length, 1)
})

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const known = 'ip, name, port, user, password, privateKey, passphrase, agent, metric'

for (const [name, text, ...messages] of [
  ['nothing', '', ' is empty'],
  ['only space', ' \n ', ' is empty'],
  ['a comma too many', '{\n  "hosts": [],\n}', ':3 is not JSON: property name expected'],
  ['a comment', '{ // hosts\n}', ':1 is not JSON: invalid comment token'],
  ['a missing bracket', '{\n  "hosts": [\n    {"ip": "a", "password": "hunter2"}\n', ':4 is not JSON: close bracket expected'],
  ['an open string', '{"hosts": [{"ip": "a", "password": "hunter2}]}', ':1 is not JSON: unexpected end of string'],
  ['a text', '"hunter2"', ':1: must be an object'],
  ['a list', '[{"ip": "a"}]', ':1: must be an object'],
  ['an empty object', '{}', ':1: hosts: is missing'],
  ['an object of hosts', '{\n"hosts": {"ip": "a"}}', ':2: hosts: must be a list of hosts'],
  ['no host', '{"hosts": []}', ':1: hosts: at least one host is needed'],
  ['a host in text', '{"hosts": ["10.0.0.1"]}', ':1: hosts[0]: must be an object'],
  ['a host in a list', '{"hosts": [["10.0.0.1"]]}', ':1: hosts[0]: must be an object'],
  ['a host without an address', '{"hosts": [\n{"user": "root"}]}', ':2: hosts[0].ip: is missing'],
  ['an address with a scheme', '{"hosts": [{"ip": "ssh://a"}]}', ':1: hosts[0].ip: must be an IP address or a host name'],
  ['an address that is none', '{"hosts": [{"ip": ""}]}', ':1: hosts[0].ip: must be an IP address or a host name'],
  ['an address in numbers', '{"hosts": [{"ip": 10}]}', ':1: hosts[0].ip: must be an IP address or a host name'],
  ['a mistyped key', '{"hosts": [{"ip": "a",\n"pasword": "hunter2"}]}', ':2: hosts[0].pasword: unknown key; did you mean "password"?'],
  ['a strange key', '{"hosts": [{"ip": "a", "colour": "red"}]}', `:1: hosts[0].colour: unknown key; known are ${known}`],
  ['a mistyped key above', '{"host": [], "hosts": [{"ip": "a"}]}', ':1: host: unknown key; did you mean "hosts"?'],
  ['a name with a slash', '{"hosts": [{"ip": "a", "name": "a/b"}]}', ':1: hosts[0].name: must have no space and no slash'],
  ['a name that is too long', `{"hosts": [{"ip": "a", "name": "${'x'.repeat(256)}"}]}`, ':1: hosts[0].name: must be at most 255 characters'],
  ['a port that is none', '{"hosts": [{"ip": "a", "port": 65536}]}', ':1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a port in text', '{"hosts": [{"ip": "a", "port": "22"}]}', ':1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a port in part', '{"hosts": [{"ip": "a", "port": 22.5}]}', ':1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a password in numbers', '{"hosts": [{"ip": "a", "password": 1234}]}', ':1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a password from nowhere', '{"hosts": [{"ip": "a", "password": {"vault": "x"}}]}', ':1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['an agent in numbers', '{"hosts": [{"ip": "a", "agent": 1}]}', ':1: hosts[0].agent: must be true, false or the path of a socket'],
  ['a metric that is no UUID', '{"hosts": [{"ip": "a", "metric": "memory"}]}', ':1: hosts[0].metric: must be the UUID of a metric'],
  ['the same host twice', '{"hosts": [{"ip": "a"},\n{"ip": "b"},\n{"ip": "a"}]}', ':3: hosts[2]: is called a, as hosts[0] is; give one of them a "name"'],
  ['the same metric twice', `{"hosts": [{"ip": "a", "metric": "${id}"},\n{"ip": "b", "metric": "${id.toUpperCase()}"}]}`, ':2: hosts[1].metric: is the metric of hosts[0] too; each host needs its own'],
  [
    'several mistakes at once',
    '{\n"hosts": [\n{"ip": "a", "port": 0},\n{"ip": "b",\n"usr": "x"},\n{}\n],\n"$schma": ""}',
    ':3: hosts[0].port: must be a whole number from 1 to 65535',
    ':5: hosts[1].usr: unknown key; did you mean "user"?',
    ':6: hosts[2].ip: is missing',
    ':8: $schma: unknown key; did you mean "$schema"?',
  ],
] as const)
  test(`a file with ${name}: every mistake with its line, and no password`, (t) => {
    const file = fileOf(t, text)
    assert.throws(() => readHostsFile(file), {
      name: 'UsageError',
      exitCode: 2,
      message: messages.map((message) => `${file}${message}`).join('\n'),
    })
  }) // prettier-ignore

test('whatever the file holds, it is read or refused in words without its passwords', (t) => {
  const file = fileOf(t, '')
  const text = '{"$schema": "s",\n "hosts": [{"ip": "a", "port": 22, "password": "hunter2", "agent": true}]}'
  const junk = fc.constantFrom(
    '',
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\u0001',
    '\uFEFF',
    '-',
    '1e999',
    'null',
    '//',
    '\n',
    '\\u12',
  )
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(4), junk, (at, cut, put) => {
      writeFileSync(file, text.slice(0, at) + put + text.slice(at + cut))
      try {
        readHostsFile(file)
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error))
        assert.doesNotMatch(error.message + error.suggestions.join(''), /hunter|nter2/)
      }
    }),
    {numRuns: 500},
  )
})

test('a file that is not there, and one that is a folder', (t) => {
  const folder = tempFolder(t)
  assert.throws(() => readHostsFile(join(folder, 'x')), {message: `${folder}/x: cannot be read (ENOENT)`})
  assert.throws(() => readHostsFile(folder), {message: `${folder}: cannot be read (EISDIR)`})
})

test('secrets come from the file, a variable or another file, when they are asked for', (t) => {
  const folder = tempFolder(t)
  setEnv(t, {HOME: folder, UNIT_PASSWORD: 'of the variable', SSH_AUTH_SOCK: '/run/agent'})
  writeFileSync(join(folder, 'secret'), 'of the file\n')
  const file = join(folder, 'config.json')
  const secrets = [
    {password: 'in the text'},
    {password: {env: 'UNIT_PASSWORD'}},
    {password: {file: 'secret'}},
    {password: {file: '~/secret'}},
    {privateKey: 'secret', passphrase: {env: 'UNIT_PASSWORD'}},
    {agent: true},
    {agent: '/other/agent'},
    {agent: false},
  ]
  writeFileSync(file, JSON.stringify({hosts: secrets.map((secret, index) => ({ip: `h${index}`, ...secret}))}))
  const logins = readHostsFile(file).hosts.map((host) => host.login())
  assert.deepEqual(
    logins.map(({password, privateKey, passphrase, agent}) => [
      password?.reveal() ?? privateKey?.reveal() ?? agent,
      passphrase?.reveal(),
    ]),
    [
      ['in the text', undefined],
      ['of the variable', undefined],
      ['of the file', undefined],
      ['of the file', undefined],
      ['of the file', 'of the variable'],
      ['/run/agent', undefined],
      ['/other/agent', undefined],
      [false, undefined],
    ],
  )
  assert.doesNotMatch(inspect(logins, {depth: 9}), /of the|in the/)
})

test('a secret that is not there is missed by who needs it alone', (t) => {
  setEnv(t, {UNIT_PASSWORD: '', SSH_AUTH_SOCK: undefined})
  const hosts = hostsOf(
    t,
    {ip: 'a', password: {env: 'UNIT_PASSWORD'}},
    {ip: 'b', name: 'web', privateKey: '/nowhere/key'},
    {ip: 'c', agent: true},
  )
  const messages = hosts.map((host) => {
    try {
      return host.login()
    } catch (error) {
      return (error as Error).message
    }
  })
  assert.deepEqual(messages, [
    'host a, password: the variable UNIT_PASSWORD is not set',
    'host web, privateKey: cannot read /nowhere/key (ENOENT)',
    'host c: agent is true, but SSH_AUTH_SOCK is not set',
  ])
})

for (const [mode, password, warned] of [
  [0o644, 'hunter2', true],
  [0o640, 'hunter2', true],
  [0o600, 'hunter2', false],
  [0o644, {env: 'X'}, false],
  [0o644, undefined, false],
] as const)
  test(`mode ${mode.toString(8)} with the password ${JSON.stringify(password)}: ${warned ? 'a' : 'no'} warning`, (t) => {
    const file = fileOf(t, {hosts: [{ip: 'a', password}]}, mode)
    const warning = `${file} holds passwords and others may read it: chmod 600 ${file}`
    assert.deepEqual(readHostsFile(file).warnings, warned ? [warning] : [])
  })

test('the file that is meant: flag, variable, here, home', (t) => {
  const home = setHome(t)
  const here = tempFolder(t)
  const before = process.cwd()
  process.chdir(here)
  t.after(() => process.chdir(before))
  const inHome = join(home, '.config/gnocchictl/config.json')
  assert.throws(() => findHostsFile(undefined, {}), {
    message: `there is no hosts file: looked for config.json and ${inHome}`,
  })
  mkdirSync(join(home, '.config/gnocchictl'), {recursive: true})
  const found: string[] = []
  for (const [place, flag, env] of [
    [inHome, undefined, {}],
    ['config.json', undefined, {}],
    ['of-variable.json', undefined, {GNOCCHICTL_CONFIG: 'of-variable.json'}],
    ['of-flag.json', 'of-flag.json', {GNOCCHICTL_CONFIG: 'of-variable.json'}],
  ] as [string, string | undefined, NodeJS.ProcessEnv][]) {
    writeFileSync(place, '')
    found.push(findHostsFile(flag, env))
  }
  assert.deepEqual(found, [inHome, 'config.json', 'of-variable.json', 'of-flag.json'])
  assert.throws(() => findHostsFile('no.json', {}), {message: '--config: there is no file no.json'})
  assert.throws(() => findHostsFile(undefined, {GNOCCHICTL_CONFIG: 'no.json'}), {
    message: 'GNOCCHICTL_CONFIG: there is no file no.json',
  })
})
