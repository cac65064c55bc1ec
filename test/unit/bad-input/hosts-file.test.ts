import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {UsageError} from '../../../src/lib/errors.ts'
import {readHostsFile} from '../../../src/lib/hosts-file/read.ts'
import {setEnv, tempFolder} from '../servers.ts'
import {said} from './said.ts'

function fileOf(t: TestContext, content: string | Buffer): string {
  const file = join(tempFolder(t), 'config.json')
  writeFileSync(file, content)
  chmodSync(file, 0o600)
  return file
}

const host = (fields: string) => `{"hosts": [{"ip": "a", ${fields}}]}`
const uuid = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'

for (const [name, text, message] of [
  ['single quotes', "{'hosts': []}", 'FILE:1 is not JSON: invalid symbol'],
  ['names without quotes', '{hosts: []}', 'FILE:1 is not JSON: invalid symbol'],
  ['YAML', 'hosts:\n- ip: a\n', 'FILE:1 is not JSON: invalid symbol'],
  ['no colon', '{"hosts" []}', 'FILE:1 is not JSON: colon expected'],
  ['no comma between hosts', '{"hosts": [\n{"ip": "a"}\n{"ip": "b"}]}', 'FILE:3 is not JSON: comma expected'],
  ['a comma after the last host', '{"hosts": [{"ip": "a"},]}', 'FILE:1 is not JSON: value expected'],
  ['a comma after the last field', '{"hosts": [{"ip": "a",}]}', 'FILE:1 is not JSON: property name expected'],
  ['a second object', '{"hosts": [{"ip": "a"}]}\n{}', 'FILE:2 is not JSON: end of file expected'],
  ['words after the end', '{"hosts": [{"ip": "a"}]} done', 'FILE:1 is not JSON: invalid symbol'],
  ['a block comment', '{"hosts": [/* none */]}', 'FILE:1 is not JSON: invalid comment token'],
  ['a tab in a text', host('"user": "a\tb"'), 'FILE:1 is not JSON: invalid character'],
  ['a line break in a text', host('"user": "a\nb"'), 'FILE:1 is not JSON: unexpected end of string'],
  ['an escape that is none', host('"user": "\\x41"'), 'FILE:1 is not JSON: invalid escape character'],
  ['half an escape', host('"user": "\\u00"'), 'FILE:1 is not JSON: invalid unicode'],
  ['NaN', host('"port": NaN'), 'FILE:1 is not JSON: invalid symbol'],
  ['a port with a plus', host('"port": +22'), 'FILE:1 is not JSON: invalid symbol'],
  ['a port with a zero in front', host('"port": 022'), 'FILE:1 is not JSON: comma expected'],
  ['a port in hexadecimal', host('"port": 0x16'), 'FILE:1 is not JSON: invalid symbol'],
  ['True', host('"agent": True'), 'FILE:1 is not JSON: invalid symbol'],
  ['undefined', host('"user": undefined'), 'FILE:1 is not JSON: invalid symbol'],
  ['zero bytes', '\0\0\0\0', 'FILE:1 is not JSON: invalid symbol'],
  ['null', 'null', 'FILE:1: must be an object'],
  ['a number', '7', 'FILE:1: must be an object'],
  ['true', 'true', 'FILE:1: must be an object'],
  ['hosts twice', '{"hosts": [{"ip": "a"}],\n"hosts": [{"ip": "b"}]}', 'FILE:2: "hosts" is given twice in one object'],
  ['a password twice', host('"password": "hunter2",\n"password": "hunter3"'), 'FILE:2: "password" is given twice in one object'],
  ['a host that is null', '{"hosts": [null]}', 'FILE:1: hosts[0]: must be an object'],
  ['a host that is a number', '{"hosts": [10]}', 'FILE:1: hosts[0]: must be an object'],
  ['hosts that are null', '{"hosts": null}', 'FILE:1: hosts: must be a list of hosts'],
  ['hosts in text', '{"hosts": "a, b"}', 'FILE:1: hosts: must be a list of hosts'],
  ['a schema in numbers', '{"$schema": 1, "hosts": [{"ip": "a"}]}', 'FILE:1: $schema: must be text'],
  ['an address of null', '{"hosts": [{"ip": null}]}', 'FILE:1: hosts[0].ip: must be an IP address or a host name'],
  ['an address in a list', '{"hosts": [{"ip": ["a"]}]}', 'FILE:1: hosts[0].ip: must be an IP address or a host name'],
  ['an address with a blank', '{"hosts": [{"ip": "a b"}]}', 'FILE:1: hosts[0].ip: must be an IP address or a host name'],
  ['an address with a network', '{"hosts": [{"ip": "10.0.0.0/24"}]}', 'FILE:1: hosts[0].ip: must be an IP address or a host name'],
  ['Ip in capitals', '{"hosts": [{"IP": "a"}]}', 'FILE:1: hosts[0].ip: is missing\nFILE:1: hosts[0].IP: unknown key; did you mean "ip"?'],
  ['host for ip', '{"hosts": [{"host": "a"}]}', 'FILE:1: hosts[0].ip: is missing\nFILE:1: hosts[0].host: unknown key; did you mean "port"?'],
  ['a name of nothing', host('"name": ""'), 'FILE:1: hosts[0].name: must be text'],
  ['a name with a blank', host('"name": "web 1"'), 'FILE:1: hosts[0].name: must have no space and no slash'],
  ['a name of null', host('"name": null'), 'FILE:1: hosts[0].name: must be text'],
  ['a name in numbers', host('"name": 1'), 'FILE:1: hosts[0].name: must be text'],
  ['a user of nothing', host('"user": ""'), 'FILE:1: hosts[0].user: must be a user name'],
  ['a user of null', host('"user": null'), 'FILE:1: hosts[0].user: must be a user name'],
  ['port 0', host('"port": 0'), 'FILE:1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a port below zero', host('"port": -22'), 'FILE:1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a port of null', host('"port": null'), 'FILE:1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a port larger than numbers', host('"port": 1e999'), 'FILE:1: hosts[0].port: must be a whole number from 1 to 65535'],
  ['a password of nothing', host('"password": ""'), 'FILE:1: hosts[0].password: must be text'],
  ['a password of null', host('"password": null'), 'FILE:1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a password in a list', host('"password": ["hunter2"]'), 'FILE:1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a password from a variable without a name', host('"password": {"env": ""}'), 'FILE:1: hosts[0].password.env: must be the name of a variable'],
  ['a password from a variable in numbers', host('"password": {"env": 1}'), 'FILE:1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a password from two places', host('"password": {"env": "A", "file": "b"}'), 'FILE:1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a password from an empty object', host('"password": {}'), 'FILE:1: hosts[0].password: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['a private key of true', host('"privateKey": true'), 'FILE:1: hosts[0].privateKey: must be the path of a file'],
  ['a private key in an object', host('"privateKey": {"file": "id_ed25519"}'), 'FILE:1: hosts[0].privateKey: must be the path of a file'],
  ['a private key of nothing', host('"privateKey": ""'), 'FILE:1: hosts[0].privateKey: must be the path of a file'],
  ['a passphrase in numbers', host('"passphrase": 1234'), 'FILE:1: hosts[0].passphrase: must be text, {"env": "NAME"} or {"file": "PATH"}'],
  ['an agent of nothing', host('"agent": ""'), 'FILE:1: hosts[0].agent: must be true, false or the path of a socket'],
  ['an agent of null', host('"agent": null'), 'FILE:1: hosts[0].agent: must be true, false or the path of a socket'],
  ['a metric of nothing', host('"metric": ""'), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric of null', host('"metric": null'), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric in braces', host(`"metric": "{${uuid}}"`), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric without hyphens', host(`"metric": "${uuid.replaceAll('-', '')}"`), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric one digit short', host(`"metric": "${uuid.slice(1)}"`), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric with a letter that is no digit', host(`"metric": "g${uuid.slice(1)}"`), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['a metric by name', host('"metric": {"memory.usage": "x"}'), 'FILE:1: hosts[0].metric: must be the UUID of a metric'],
  ['passphrase with a small mistake', host('"passphrse": "hunter2"'), 'FILE:1: hosts[0].passphrse: unknown key; did you mean "passphrase"?'],
  ['a key of JavaScript', host('"__proto__": {"user": "root"}'), 'FILE:1: hosts[0].__proto__: unknown key; known are ip, name, port, user, password, privateKey, passphrase, agent, metric'],
  ['another key of JavaScript', host('"constructor": "x"'), 'FILE:1: hosts[0].constructor: unknown key; known are ip, name, port, user, password, privateKey, passphrase, agent, metric'],
  ['the same address and the same name', '{"hosts": [{"ip": "a"}, {"ip": "b", "name": "a"}]}', 'FILE:1: hosts[1]: is called a, as hosts[0] is; give one of them a "name"'],
] as const)
  test(`a hosts file with ${name} is refused in words`, async (t) => {
    const file = fileOf(t, text)
    const words = await said(UsageError, () => readHostsFile(file))
    assert.equal(words.replaceAll(file, 'FILE'), message)
    assert.doesNotMatch(words, /hunter/)
  }) // prettier-ignore

test('a hosts file nested ten thousand deep is refused in words', async (t) => {
  const file = fileOf(t, `{"hosts": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`)
  assert.equal((await said(UsageError, () => readHostsFile(file))).replace(file, 'FILE'), 'FILE is nested too deep')
})

for (const [name, secret, message] of [
  [
    'a variable that is not set',
    '"password": {"env": "UNIT_NOT_SET"}',
    'host a, password: the variable UNIT_NOT_SET is not set',
  ],
  [
    'a variable that is empty',
    '"password": {"env": "UNIT_EMPTY"}',
    'host a, password: the variable UNIT_EMPTY is not set',
  ],
  ['a file that is not there', '"password": {"file": "nowhere"}', 'host a, password: cannot read DIR/nowhere (ENOENT)'],
  ['a file that is a folder', '"password": {"file": "folder"}', 'host a, password: cannot read DIR/folder (EISDIR)'],
  [
    'a file below a file',
    '"password": {"file": "config.json/x"}',
    'host a, password: cannot read DIR/config.json/x (ENOTDIR)',
  ],
  [
    'a file of a zero byte',
    '"password": {"file": "a\\u0000b"}',
    'host a, password: cannot read DIR/a\\0b (ERR_INVALID_ARG_VALUE)',
  ],
  ['an empty file', '"password": {"file": "empty"}', 'host a, password: DIR/empty is empty'],
  [
    'a file in a home that is not there',
    '"privateKey": "~/.ssh/nowhere"',
    'host a, privateKey: cannot read DIR/.ssh/nowhere (ENOENT)',
  ],
  ['a private key that is a folder', '"privateKey": "folder"', 'host a, privateKey: cannot read DIR/folder (EISDIR)'],
  ['an empty private key', '"privateKey": "empty"', 'host a, privateKey: DIR/empty is empty'],
  [
    'a passphrase that is not set',
    '"privateKey": "config.json", "passphrase": {"env": "UNIT_NOT_SET"}',
    'host a, passphrase: the variable UNIT_NOT_SET is not set',
  ],
  [
    'a passphrase that is nowhere',
    '"privateKey": "config.json", "passphrase": {"file": "nowhere"}',
    'host a, passphrase: cannot read DIR/nowhere (ENOENT)',
  ],
  ['no agent', '"agent": true', 'host a: agent is true, but SSH_AUTH_SOCK is not set'],
] as const)
  test(`a secret of ${name} is missed in words`, async (t) => {
    const file = fileOf(t, host(secret))
    const folder = join(file, '..')
    mkdirSync(join(folder, 'folder'))
    writeFileSync(join(folder, 'empty'), '')
    setEnv(t, {HOME: folder, UNIT_NOT_SET: undefined, UNIT_EMPTY: '', SSH_AUTH_SOCK: undefined})
    const words = await said(UsageError, () => readHostsFile(file).hosts[0]!.login())
    assert.equal(words.replaceAll(folder, 'DIR').replaceAll('\0', '\\0'), message)
  })
