import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {dirname, join} from 'node:path'
import {test, type TestContext} from 'node:test'

import fc from 'fast-check'

import {AppError} from '../../../../src/lib/errors.ts'
import {openSshConfig} from '../../../../src/lib/ssh/ssh-config.ts'
import type {Given, SshSettings} from '../../../../src/lib/ssh/ssh-settings.ts'
import {setEnv, setHome, tempFolder} from '../../servers.ts'

const me = userInfo().username

function write(folder: string, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true})
    writeFileSync(join(folder, name), text, {mode: 0o600})
  }
}

/** What a config in a home of its own says of a host. */
function ask(t: TestContext, config: string, host: string, given: Given = {}, others: Record<string, string> = {}) {
  const home = setHome(t)
  write(join(home, '.ssh'), {config, ...others})
  const said: string[] = []
  const file = join(home, '.ssh', 'config')
  const settings = openSshConfig(file, (line) => said.push(line.replaceAll(home, '~')))(host, given)
  return {settings, said, home}
}

const examples: [what: string, config: string, host: string][] = [
  ['nothing', '', 'web'],
  ['a host', 'Host web\n  HostName 10.0.0.1\n  User ada\n  Port 2222\n', 'web'],
  ['another host', 'Host web\n  HostName 10.0.0.1\n', 'db'],
  ['the first value wins', 'Host web\n Port 1\nHost *\n Port 2\n User x\n', 'web'],
  ['before any Host', 'User ada\nHost web\n User eve\n', 'web'],
  ['names in any case', 'HOST web\n hostNAME 10.0.0.1\n USER ada\n', 'web'],
  ['patterns', 'Host w?b *.example\n Port 7\n', 'web'],
  ['a pattern with a point', 'Host 10.0.0.*\n Port 7\n', '10.0.0.9'],
  ['a question mark is one character', 'Host we?\n Port 7\n', 'we'],
  ['negation', 'Host *.example !bad.example\n Port 7\n', 'bad.example'],
  ['negation of others', 'Host *.example !bad.example\n Port 7\n', 'good.example'],
  ['negation alone', 'Host !bad\n Port 7\n', 'good'],
  ['an equals sign', 'Host=web\nPort=7\nUser = ada\n', 'web'],
  ['quotes', 'Host "web"\n User "ada"\n', 'web'],
  ['a comment', '# Port 1\nHost web # mine\n  # Port 2\n Port 3\n', 'web'],
  ['tabs and spaces', '\tHost\tweb\n\t\tPort\t\t7  \n', 'web'],
  ['lines of Windows', 'Host web\r\n Port 7\r\n', 'web'],
  ['%h', 'Host web\n HostName %h.example\n', 'web'],
  ['%%', 'Host web\n HostName a%%b\n', 'web'],
  ['a jump', 'Host web\n ProxyJump ada@bastion:2222\n', 'web'],
  ['two jumps', 'Host web\n ProxyJump one,two:7\n', 'web'],
  ['a jump of IPv6', 'Host web\n ProxyJump [2001:db8::1]:22\n', 'web'],
  ['no jump', 'Host web\n ProxyJump none\nHost *\n ProxyJump bastion\n', 'web'],
  ['Match host', 'Host web\n HostName 10.0.0.1\nMatch host 10.0.0.*\n Port 7\n', 'web'],
  ['Match originalhost', 'Host web\n HostName 10.0.0.1\nMatch originalhost web\n Port 7\n', 'web'],
  ['Match user', 'User ada\nMatch user ada,eve\n Port 7\n', 'web'],
  ['Match another user', 'User bob\nMatch user ada,eve\n Port 7\n', 'web'],
  ['Match negated', 'Match !host db\n Port 7\n', 'web'],
  ['Match host and user', 'User ada\nMatch host web user bob\n Port 7\n', 'web'],
  ['Match all', 'Host db\n Port 1\nMatch all\n Port 7\n', 'web'],
  ['Match localuser', `Match localuser ${me}\n Port 7\n`, 'web'],
  ['Match final', 'Host web\n HostName 10.0.0.1\nMatch final host 10.0.0.1\n Port 7\n', 'web'],
  ['checks', 'StrictHostKeyChecking accept-new\nIdentitiesOnly yes\nConnectTimeout 7\nHostKeyAlias other\n', 'web'],
  ['checks off', 'StrictHostKeyChecking no\nIdentitiesOnly no\n', 'web'],
  ['files', 'IdentityFile /k/one\nIdentityFile /k/two\nIdentityFile /k/one\nUserKnownHostsFile /a /b\n', 'web'],
  ['a file in quotes', 'IdentityFile "/k/a b"\n', 'web'],
  ['an agent', 'IdentityAgent /run/agent\n', 'web'],
]

/** The same, as `ssh -G` has it; undefined where there is no ssh. */
function asSsh(file: string, host: string): Record<string, string[]> | undefined {
  const {error, status, stdout, stderr} = spawnSync('ssh', ['-G', '-F', file, host], {encoding: 'utf8'})
  if (error) return undefined
  assert.equal(status, 0, stderr)
  const found: Record<string, string[]> = {}
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [, key, value] = /^(\S+) (.*)$/.exec(line)!
    found[key!] = [...(found[key!] ?? []), value!]
  }
  return found
}

const jumpWords = (jumps: SshSettings['jumps']): string[] => {
  const words = jumps.map(
    ({user, host, port}) =>
      `${user ? `${user}@` : ''}${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`,
  )
  return words.length > 0 ? [words.join(',')] : []
}

for (const [what, config, host] of examples)
  test(`${what}: as ssh -G says`, (t) => {
    const file = join(tempFolder(t), 'config')
    writeFileSync(file, config)
    const expected = asSsh(file, host)
    if (!expected) {
      t.skip('there is no ssh on this machine')
      return
    }
    const found = openSshConfig(file, () => undefined)(host, {})
    const checks = {strict: 'true', off: 'false', 'accept-new': 'accept-new'}
    assert.deepEqual(
      {
        hostname: [found.hostName],
        user: [found.user],
        port: [String(found.port)],
        proxyjump: jumpWords(found.jumps),
        identitiesonly: [found.identitiesOnly ? 'yes' : 'no'],
        stricthostkeychecking: [found.hostKeyCheck ? checks[found.hostKeyCheck] : 'ask'],
        connecttimeout: [String(found.connectTimeoutSeconds ?? 'none')],
        hostkeyalias: found.hostKeyAlias === undefined ? [] : [found.hostKeyAlias],
        identityfile: found.identityFiles ?? [],
        identityagent: typeof found.identityAgent === 'string' ? [found.identityAgent] : [],
      },
      {
        hostname: expected['hostname'],
        user: expected['user'],
        port: expected['port'],
        proxyjump: expected['proxyjump'] ?? [],
        identitiesonly: expected['identitiesonly'],
        stricthostkeychecking: expected['stricthostkeychecking'],
        connecttimeout: expected['connecttimeout'],
        hostkeyalias: expected['hostkeyalias'] ?? [],
        identityfile: (expected['identityfile'] ?? []).filter((path) => path.startsWith('/')),
        identityagent: expected['identityagent'] ?? [],
      },
    )
  })

test('what the hosts file says wins, also for Match and tokens', (t) => {
  const {settings, home} = ask(t, 'User ada\nPort 7\nMatch user eve\n IdentityFile ~/%r-%h-%p-%n-%u-%%\n', 'web', {
    user: 'eve',
    port: 8,
  })
  assert.deepEqual([settings.user, settings.port], ['eve', 8])
  assert.deepEqual(settings.identityFiles, [`${home}/eve-web-8-web-${me}-%`])
})

test('Include: globs, relative to ~/.ssh, in order, within its Host only, and back again', (t) => {
  const {settings} = ask(
    t,
    'Include conf.d/*.conf\nHost db\n Include db.conf\nHost web\n Include web.conf\n Port 9\nInclude nowhere/*\n',
    'web',
    {},
    {
      'conf.d/2.conf': 'User two\n',
      'conf.d/1.conf': 'Host other\n User other\nHost web\n User one\n',
      'db.conf': 'Host *\n HostName db\n',
      'web.conf': 'Host db\n HostName no\nHost *\n HostName yes\n',
    },
  )
  assert.deepEqual([settings.user, settings.hostName, settings.port], ['one', 'yes', 9])
})

test('an Include of itself is refused', (t) => {
  assert.throws(() => ask(t, 'Include config\n', 'web'), {
    name: 'UsageError',
    message: /:1: Include leads in a circle$/,
  })
})

test('Match exec is never run, and said once', (t) => {
  const flag = join(tempFolder(t), 'was-run')
  const config = `Match exec "touch ${flag}"\n Port 7\nMatch user nobody-${me} exec "touch ${flag}"\n Port 8\n`
  const {settings, said} = ask(t, config, 'web')
  assert.equal(settings.port, 22)
  assert.deepEqual(said, ['~/.ssh/config:1: Match exec is never run; the block is left out'])
  assert.equal(spawnSync('test', ['-e', flag]).status, 1)
})

test('a criterion that is not known leaves the block out', (t) => {
  const {settings, said} = ask(t, 'Match tagged x\n Port 7\n', 'web')
  assert.equal(settings.port, 22)
  assert.deepEqual(said, ['~/.ssh/config:1: Match tagged is not known; the block is left out'])
})

test('the usual files: the user first, then the system; none does without', (t) => {
  const home = setHome(t)
  write(join(home, '.ssh'), {config: 'Host web\n Port 7\n'})
  const ignore = () => undefined
  assert.equal(openSshConfig(undefined, ignore)('web', {}).port, 7)
  assert.equal(openSshConfig('none', ignore)('web', {}).port, 22)
  chmodSync(join(home, '.ssh/config'), 0o666)
  assert.throws(() => openSshConfig(undefined, ignore), {
    message: `${home}/.ssh/config may be written by others: chmod go-w ${home}/.ssh/config`,
    suggestions: ['--ssh-config none does without it'],
  })
  assert.throws(() => openSshConfig(join(home, 'nowhere'), ignore), {
    message: `--ssh-config: there is no file ${home}/nowhere`,
  })
})

test('files: home, tokens, variables, none', (t) => {
  setEnv(t, {UNIT_KEYS: '/keys', UNIT_SOCKET: '/run/socket'})
  const {settings, home} = ask(
    t,
    'IdentityFile ${UNIT_KEYS}/%h\nIdentityAgent $UNIT_SOCKET\nUserKnownHostsFile none\nGlobalKnownHostsFile ~/known\n',
    'web',
  )
  assert.deepEqual(settings.identityFiles, ['/keys/web'])
  assert.equal(settings.identityAgent, '/run/socket')
  assert.deepEqual(settings.knownHostsFiles, [`${home}/known`])
  assert.equal(ask(t, 'IdentityAgent none\n', 'web').settings.identityAgent, false)
  assert.equal(ask(t, 'IdentityAgent SSH_AUTH_SOCK\n', 'web').settings.identityAgent, undefined)
  assert.deepEqual(ask(t, 'IdentityFile none\n', 'web').settings.identityFiles, [])
})

test('a ProxyCommand that is a jump is one; another is not run', (t) => {
  assert.deepEqual(ask(t, 'ProxyCommand ssh -W %h:%p ada@bastion\n', 'web').settings.jumps, [
    {user: 'ada', host: 'bastion'},
  ])
  assert.deepEqual(ask(t, 'ProxyCommand none\nProxyJump bastion\n', 'web').settings.jumps, [])
  assert.throws(() => ask(t, '\nProxyCommand nc %h %p\n', 'web'), {
    message: /:2: ProxyCommand is not run: use ProxyJump$/,
  })
})

for (const [config, message] of [
  ['Port 0', ':1: must be a whole number from 1 to 65535'],
  ['Port 65536', ':1: must be a whole number from 1 to 65535'],
  ['Port ssh', ':1: must be a whole number from 1 to 65535'],
  ['IdentitiesOnly maybe', ':1: must be yes or no'],
  ['StrictHostKeyChecking maybe', ':1: must be yes, no, ask, accept-new or off'],
  ['StrictHostKeyChecking constructor', ':1: must be yes, no, ask, accept-new or off'],
  ['ConnectTimeout 0', ':1: must be a time of at least one second'],
  ['ConnectTimeout soon', ':1: must be a time of at least one second'],
  ['ProxyJump a b', ':1: "a b" is no jump host: must be [user@]host[:port]'],
  ['ProxyJump a:99999', ':1: "a:99999" is no jump host: must be [user@]host[:port]'],
  ['ProxyJump a,,b', ':1: "" is no jump host: must be [user@]host[:port]'],
  ['HostName %x', ':1: %x is not known here'],
  ['IdentityFile /%x', ':1: %x is not known here'],
  ['IdentityFile ${UNIT_NOT_SET}', ':1: the variable UNIT_NOT_SET is not set'],
  ['\nHost', ':2: quotes or words are missing'],
  ['Host "web', ':1: quotes or words are missing'],
  ['Match user', ':1: quotes or words are missing'],
  ['User', ':1: User has no value'],
  ['= 7', ':1: this is no setting'],
] as const)
  test(`"${config.trim()}" is refused, with its line`, (t) => {
    const home = setHome(t)
    write(home, {config})
    assert.throws(() => openSshConfig(join(home, 'config'), () => undefined)('web', {}), {
      name: 'UsageError',
      message: `${home}/config${message}`,
      suggestions: ['--ssh-config none does without it'],
    })
  })

test('whatever a file says, nothing but our own errors is thrown', (t) => {
  const home = setHome(t)
  const file = join(home, 'config')
  const word = fc.constantFrom('Host', 'Match', 'Include', 'web', '*', '!', '"', '\\', '=', '#', '%h', '%', '${A}', '~', 'all', 'user', 'host', 'final', 'exec', ',', '?', '[', ']', '{', '(', 'Port', '22', 'ProxyJump', 'HostName', 'IdentityFile', 'User', ' ', '\t', 'config') // prettier-ignore
  const line = fc.oneof(
    fc.array(word, {maxLength: 6}).map((words) => words.join(' ')),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, {maxLength: 8}), fc.string({minLength: 1}), (lines, host) => {
      writeFileSync(file, lines.join('\n'))
      try {
        openSshConfig(file, () => undefined)(host, {})
      } catch (error) {
        assert.ok(error instanceof AppError, String(error))
      }
    }),
    {numRuns: 500},
  )
})
