import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {userInfo} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import type {HostLogin} from '../../../../src/lib/hosts-file/read.ts'
import {Secret} from '../../../../src/lib/secret.ts'
import {routeTo} from '../../../../src/lib/ssh/route.ts'
import {openSshConfig} from '../../../../src/lib/ssh/ssh-config.ts'
import {hostOf} from '../../hosts.ts'
import {setEnv, setHome} from '../../servers.ts'

const me = userInfo().username

/** The way to a host of a person with this ssh_config and these files in ~/.ssh. */
function route(
  t: TestContext,
  config: string,
  {
    login = {},
    files = [],
    check,
    ...host
  }: Parameters<typeof hostOf>[0] & {files?: string[]; check?: 'strict' | 'off'} = {},
) {
  const home = setHome(t)
  setEnv(t, {SSH_AUTH_SOCK: undefined})
  mkdirSync(join(home, '.ssh'))
  files.forEach((file) => writeFileSync(join(home, '.ssh', file), ''))
  writeFileSync(join(home, 'config'), config)
  const settingsOf = openSshConfig(join(home, 'config'), () => undefined)
  const hops = routeTo(hostOf({ip: 'web', port: undefined, user: undefined, login, ...host}), settingsOf, check)
  return {hops, home, last: hops.at(-1)!}
}

test('the hosts file wins over ssh_config, which wins over the defaults', (t) => {
  const config = 'Host web\n HostName 10.0.0.1\n User ada\n Port 7\n'
  const place = ({address, user, port}: {address: string; user: string; port: number}) => [address, user, port]
  assert.deepEqual(place(route(t, config).last), ['10.0.0.1', 'ada', 7])
  assert.deepEqual(place(route(t, config, {user: 'eve', port: 8}).last), ['10.0.0.1', 'eve', 8])
  assert.deepEqual(place(route(t, '', {}).last), ['web', me, 22])
})

test('a host key is known by the address, or by its alias, which has no port', (t) => {
  assert.deepEqual(route(t, 'HostName 10.0.0.1\nPort 7\n').last.knownAs, {host: '10.0.0.1', port: 7})
  assert.deepEqual(route(t, 'HostName 10.0.0.1\nPort 7\nHostKeyAlias farm\n').last.knownAs, {host: 'farm', port: 22})
})

test('--host-key-check wins over StrictHostKeyChecking, which wins over accept-new', (t) => {
  assert.equal(route(t, '').last.hostKeyCheck, 'accept-new')
  assert.equal(route(t, 'StrictHostKeyChecking yes\n').last.hostKeyCheck, 'strict')
  assert.equal(route(t, 'StrictHostKeyChecking ask\n').last.hostKeyCheck, 'strict')
  assert.equal(route(t, 'StrictHostKeyChecking yes\n', {check: 'off'}).last.hostKeyCheck, 'off')
})

test('jump hosts: each as ssh_config has it, the first with jumps of its own, what is said of the host not said of them', (t) => {
  const config = `Host outer
  User gate
  ProxyJump front
Host inner
  Port 7
  ProxyJump never-used
Host web
  ProxyJump outer,eve@inner
`
  const {hops} = route(t, config, {label: 'w', user: 'ada', port: 9, login: {password: new Secret('x')}})
  assert.deepEqual(
    hops.map(({label, user, address, port}) => [label, user, address, port]),
    [
      ['jump host front', me, 'front', 22],
      ['jump host outer', 'gate', 'outer', 22],
      ['jump host inner', 'eve', 'inner', 7],
      ['w', 'ada', 'web', 9],
    ],
  )
  assert.deepEqual(
    hops.map((hop) => Boolean(hop.login().password)),
    [false, false, false, true],
  )
})

test('jump hosts in a circle are refused', (t) => {
  assert.throws(() => route(t, 'Host a\n ProxyJump b\nHost b\n ProxyJump a\nHost web\n ProxyJump a\n', {label: 'w'}), {
    name: 'HostError',
    message: 'w: its jump hosts lead in a circle, over a',
  })
  assert.throws(() => route(t, 'ProxyJump web\n', {label: 'w'}), {
    message: 'w: its jump hosts lead in a circle, over web',
  })
})

const files = ['id_ed25519', 'id_rsa', 'id_other', 'mine']

for (const [what, config, login, expected] of [
  [
    'nothing: the agent and what there is of the usual files',
    '',
    {},
    {agent: '/agent', files: ['id_ed25519', 'id_rsa']},
  ],
  ['a password: no more than that', 'IdentityFile ~/.ssh/mine\n', {password: new Secret('x')}, {files: []}],
  ['an agent: no more than that', 'IdentityFile ~/.ssh/mine\n', {agent: '/other'}, {agent: '/other', files: []}],
  ['no agent', '', {agent: false}, {files: ['id_ed25519', 'id_rsa']}],
  [
    'IdentityFile instead of the usual ones',
    'IdentityFile ~/.ssh/mine\nIdentityFile ~/.ssh/none\n',
    {},
    {agent: '/agent', files: ['mine']},
  ],
  ['IdentityAgent', 'IdentityAgent /its\n', {}, {agent: '/its', files: ['id_ed25519', 'id_rsa']}],
  ['IdentityAgent none', 'IdentityAgent none\n', {}, {files: ['id_ed25519', 'id_rsa']}],
] as [string, string, HostLogin, {agent?: string; files: string[]}][])
  // prettier-ignore
  test(`ways to log in, ${what}`, (t) => {
    const {last, home} = route(t, config, {login, files})
    setEnv(t, {SSH_AUTH_SOCK: '/agent'})
    const {agent, identityFiles} = last.login()
    assert.deepEqual(
      {...(agent === undefined ? {} : {agent}), files: identityFiles.map((file) => file.replace(`${home}/.ssh/`, ''))},
      expected,
    )
  })
