import assert from 'node:assert/strict'
import {mkdirSync, realpathSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {UsageError} from '../../../src/lib/errors.ts'
import {resolveCloud} from '../../../src/lib/keystone/cloud.ts'
import {readCloudsYaml} from '../../../src/lib/keystone/clouds-yaml.ts'
import {setHome, tempFolder} from '../servers.ts'
import {said} from './said.ts'

/** An empty home, and a working folder with these files. */
function folderWith(t: TestContext, files: Record<string, string>): string {
  setHome(t)
  const before = process.cwd()
  const folder = realpathSync(tempFolder(t))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  process.chdir(folder)
  t.after(() => process.chdir(before))
  return folder
}

const cloud = (text: string) => `clouds:\n  lab:\n    ${text.replaceAll('\n', '\n    ')}\n`

for (const [name, text, message] of [
  ['a word', 'lab', 'DIR/clouds.yaml: expected a key "clouds" with a section for each cloud'],
  ['a number', '7', 'DIR/clouds.yaml: expected a key "clouds" with a section for each cloud'],
  ['a comment alone', '# clouds\n', 'DIR/clouds.yaml: expected a key "clouds" with a section for each cloud'],
  ['null', 'clouds: null\n', 'DIR/clouds.yaml has no cloud "lab"'],
  ['clouds in a list', 'clouds:\n- lab\n', 'DIR/clouds.yaml has no cloud "lab"'],
  ['clouds in text', 'clouds: lab\n', 'DIR/clouds.yaml has no cloud "lab"'],
  ['Clouds in capitals', 'Clouds:\n  lab: {}\n', 'DIR/clouds.yaml has no cloud "lab"'],
  ['a cloud in text', 'clouds:\n  lab: http://controller\n', 'cloud "lab" of DIR/clouds.yaml is not a section of settings'],
  ['a cloud in a list', 'clouds:\n  lab: [a]\n', 'cloud "lab" of DIR/clouds.yaml is not a section of settings'],
  ['a cloud of nothing', 'clouds:\n  lab:\n', 'cloud "lab" of DIR/clouds.yaml is not a section of settings'],
  ['an open bracket', cloud('auth: {password: hunter2'), 'DIR/clouds.yaml:4:1 is not YAML: bad indent'],
  ['an open quote', cloud("auth:\n  password: 'hunter2"), 'DIR/clouds.yaml:5:1 is not YAML: missing char'],
  ['a colon in a value', cloud('auth:\n  password: hunter2: x'), 'DIR/clouds.yaml:4:17 is not YAML: block as implicit key'],
  ['a bad indentation', 'clouds:\n  lab:\n    auth:\n   password: hunter2\n', 'DIR/clouds.yaml:3:10 is not YAML: bad indent'],
  ['an escape that is none', cloud('auth:\n  password: "hunter2\\q"'), 'DIR/clouds.yaml:4:25 is not YAML: bad dq escape'],
  ['an anchor that is none', cloud('auth: *base'), 'DIR/clouds.yaml: its aliases (*name) lead nowhere, or to too much'],
  ['a key twice in a cloud', cloud('region_name: a\nregion_name: b'), 'DIR/clouds.yaml:4:5 is not YAML: duplicate key'],
  ['two documents', 'clouds: {}\n---\nclouds: {}\n', 'DIR/clouds.yaml:2:1 is not YAML: multiple docs'],
  ['a tab in front of a value', 'clouds:\n  lab:\n\t\tauth: hunter2\n', 'DIR/clouds.yaml:3:1 is not YAML: tab as indent'],
  ['a percent sign', '%clouds\n', 'DIR/clouds.yaml:2:1 is not YAML: missing char'],
  ['an at sign', cloud('auth:\n  password: @hunter2'), 'DIR/clouds.yaml:4:17 is not YAML: bad scalar start'],
  ['a backquote', cloud('auth:\n  password: `hunter2`'), 'DIR/clouds.yaml:4:17 is not YAML: bad scalar start'],
  ['JSON with a comma too many', '{"clouds": {"lab": {"auth": {},,}}}', 'DIR/clouds.yaml:1:32 is not YAML: unexpected token'],
  ['HTML', '<html>\n<p>a: b\n</html>\n', 'DIR/clouds.yaml:1:1 is not YAML: multiline implicit key'],
  ['a password in a list', cloud('auth:\n  password: [hunter2]'), 'cloud "lab" of DIR/clouds.yaml: auth.password is not a single value'],
  ['a password in an object', cloud('auth:\n  password: {file: x}'), 'cloud "lab" of DIR/clouds.yaml: auth.password is not a single value'],
  ['an address in a list', cloud('auth:\n  auth_url: [http://a, http://b]'), 'cloud "lab" of DIR/clouds.yaml: auth.auth_url is not a single value'],
  ['a region in an object', cloud('region_name: {name: north}'), 'cloud "lab" of DIR/clouds.yaml: region_name is not a single value'],
  ['a certificate in a list', cloud('cacert: [a.pem]'), 'cloud "lab" of DIR/clouds.yaml: cacert is not a single value'],
  ['a type in a list', cloud('auth_type: [password]'), 'cloud "lab" of DIR/clouds.yaml: auth_type is not a single value'],
  ['a time for a user', cloud('auth:\n  username: !!timestamp 2026-11-24'), 'cloud "lab" of DIR/clouds.yaml: auth.username is not a single value'],
  ['bytes for a password', cloud('auth:\n  password: !!binary aHVudGVyMg=='), 'cloud "lab" of DIR/clouds.yaml: auth.password is not a single value'],
  ['a profile that is nowhere', cloud('profile: vexxhost'), 'no clouds-public.yaml has the profile "vexxhost"'],
  ['a bomb of aliases', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n${cloud('auth: {username: *d}')}`, 'DIR/clouds.yaml: its aliases (*name) lead nowhere, or to too much'],
  ['an alias of itself', cloud('auth: &a\n  username: *a'), 'cloud "lab" of DIR/clouds.yaml: auth.username is not a single value'],
  ['ten thousand brackets', `clouds: ${'['.repeat(10_000)}`, 'DIR/clouds.yaml:1:N is not YAML: resource exhaustion'],
  ['ten thousand pairs of brackets', `clouds: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, 'DIR/clouds.yaml:1:N is not YAML: resource exhaustion'],
] as const)
  test(`clouds.yaml with ${name} is refused in words`, async (t) => {
    const folder = folderWith(t, {'clouds.yaml': text})
    const words = await said(UsageError, () => readCloudsYaml('lab', {}))
    // How deep the parser goes is up to it.
    assert.equal(words.replaceAll(folder, 'DIR').replace(/:\d{3,} is/, ':N is'), message)
    assert.doesNotMatch(words, /hunter2|aHVudGVyMg/)
  }) // prettier-ignore

for (const [name, files, message] of [
  ['secure.yaml that is no YAML', {'secure.yaml': cloud('auth: {password: hunter2')}, 'DIR/secure.yaml:4:1 is not YAML: bad indent'],
  ['secure.yaml that is a list', {'secure.yaml': '- hunter2\n'}, 'DIR/secure.yaml: expected a key "clouds" with a section for each cloud'],
  ['secure.yaml with a password in a list', {'secure.yaml': cloud('auth: {password: [hunter2]}')}, 'cloud "lab" of DIR/clouds.yaml: auth.password is not a single value'],
  ['an empty secure.yaml', {'secure.yaml': ''}, 'DIR/secure.yaml: expected a key "clouds" with a section for each cloud'],
  ['clouds-public.yaml that is no YAML', {'clouds.yaml': cloud('profile: v'), 'clouds-public.yaml': 'a: b: c\n'}, 'DIR/clouds-public.yaml:1:4 is not YAML: block as implicit key'],
  ['an empty clouds-public.yaml', {'clouds.yaml': cloud('profile: v'), 'clouds-public.yaml': ''}, 'DIR/clouds-public.yaml: expected a key "clouds" with a section for each cloud'],
  ['clouds-public.yaml with another key', {'clouds.yaml': cloud('profile: v'), 'clouds-public.yaml': 'clouds: {v: {}}\n'}, 'no clouds-public.yaml has the profile "v"'],
  ['a profile in a list', {'clouds.yaml': cloud('profile: v'), 'clouds-public.yaml': 'public-clouds: {v: [a]}\n'}, 'no clouds-public.yaml has the profile "v"'],
  ['another profile', {'clouds.yaml': cloud('profile: v'), 'clouds-public.yaml': 'public-clouds: {w: {}}\n'}, 'no clouds-public.yaml has the profile "v"'],
] as [string, Record<string, string>, string][])
  test(`${name} is refused in words`, async (t) => {
    const folder = folderWith(t, {'clouds.yaml': cloud('auth: {username: ada}'), ...files})
    const words = await said(UsageError, () => readCloudsYaml('lab', {}))
    assert.equal(words.replaceAll(folder, 'DIR'), message)
    assert.doesNotMatch(words, /hunter2/)
  }) // prettier-ignore

test('clouds.yaml that is a folder is refused in words', async (t) => {
  const folder = folderWith(t, {})
  mkdirSync(join(folder, 'clouds.yaml'))
  const words = await said(UsageError, () => readCloudsYaml('lab', {}))
  assert.equal(words.replaceAll(folder, 'DIR'), 'DIR/clouds.yaml: cannot be read (EISDIR)')
})

const openrc = {
  OS_AUTH_URL: 'http://controller:5000/v3',
  OS_USERNAME: 'ada',
  OS_PASSWORD: 'hunter2',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_NAME: 'web',
  OS_PROJECT_DOMAIN_NAME: 'Default',
}

for (const [name, env, message] of [
  ['a cloud and no clouds.yaml', {OS_CLOUD: 'lab'}, 'there is no clouds.yaml to find the cloud "lab" in'],
  ['an empty password', {OS_PASSWORD: ''}, 'to authenticate, password must be given'],
  ['no user and no domain', {OS_USERNAME: undefined, OS_USER_DOMAIN_NAME: undefined}, 'to authenticate, username must be given'],
  ['an address of blanks', {OS_AUTH_URL: '   '}, 'OS_AUTH_URL: "   " is not an address; one looks like http://controller:5000/v3'],
  ['an address without a scheme', {OS_AUTH_URL: 'controller:5000'}, 'OS_AUTH_URL: "controller:5000" is not an address; one looks like http://controller:5000/v3'],
  ['an address in words', {OS_AUTH_URL: 'the controller'}, 'OS_AUTH_URL: "the controller" is not an address; one looks like http://controller:5000/v3'],
  ['an address of a file', {OS_AUTH_URL: 'file:///etc/passwd'}, 'OS_AUTH_URL: "file:///etc/passwd" is not an address; one looks like http://controller:5000/v3'],
  ['an address without a host', {OS_AUTH_URL: 'http://'}, 'OS_AUTH_URL: "http://" is not an address; one looks like http://controller:5000/v3'],
  ['an address with a port too high', {OS_AUTH_URL: 'http://controller:99999'}, 'OS_AUTH_URL: "http://controller:99999" is not an address; one looks like http://controller:5000/v3'],
  ['an address of Gnocchi without a scheme', {OS_ENDPOINT_OVERRIDE: 'gnocchi:8041'}, 'OS_ENDPOINT_OVERRIDE: "gnocchi:8041" is not an address; one looks like http://controller:5000/v3'],
  ['an address of Gnocchi in words', {GNOCCHI_ENDPOINT: 'yes'}, 'GNOCCHI_ENDPOINT: "yes" is not an address; one looks like http://controller:5000/v3'],
  ['a type of version 2', {OS_AUTH_TYPE: 'v2password'}, 'OS_AUTH_TYPE: there is no way to authenticate called "v2password"; did you mean v3password?'],
  ['a type of others', {OS_AUTH_TYPE: 'v3oidcpassword'}, 'OS_AUTH_TYPE: there is no way to authenticate called "v3oidcpassword"; did you mean v3password?'],
  ['a type in capitals', {OS_AUTH_TYPE: 'PASSWORD'}, 'OS_AUTH_TYPE: there is no way to authenticate called "PASSWORD"; did you mean password?'],
  ['a type with a blank', {OS_AUTH_TYPE: 'password '}, 'OS_AUTH_TYPE: there is no way to authenticate called "password "; did you mean password?'],
  ['__proto__ for a type', {OS_AUTH_TYPE: '__proto__'}, 'OS_AUTH_TYPE: there is no way to authenticate called "__proto__"'],
  ['a token that is not given', {OS_AUTH_TYPE: 'token'}, 'to authenticate, token must be given'],
  ['a secret that is not given', {OS_AUTH_TYPE: 'v3applicationcredential'}, 'to authenticate, application credential secret must be given'],
  ['a system scope in capitals', {OS_PROJECT_NAME: undefined, OS_SYSTEM_SCOPE: 'ALL'}, 'OS_SYSTEM_SCOPE: the only system scope is "all"'],
  ['a system scope of true', {OS_PROJECT_NAME: undefined, OS_SYSTEM_SCOPE: 'true'}, 'OS_SYSTEM_SCOPE: the only system scope is "all"'],
  ['an authority that is a folder', {OS_CACERT: '/tmp'}, 'OS_CACERT: cannot read /tmp (EISDIR)'],
  ['an authority below a file', {OS_CACERT: '/etc/passwd/ca.pem'}, 'OS_CACERT: cannot read /etc/passwd/ca.pem (ENOTDIR)'],
  ['an authority at home that is not there', {OS_CACERT: '~/ca.pem'}, 'OS_CACERT: cannot read HOME/ca.pem (ENOENT)'],
  ['a certificate that is not there', {OS_CERT: '/nowhere/cert.pem'}, 'OS_CERT: cannot read /nowhere/cert.pem (ENOENT)'],
  ['a key that is not there', {OS_KEY: '/nowhere/key.pem'}, 'OS_KEY: cannot read /nowhere/key.pem (ENOENT)'],
  ['noauth without a project', {OS_AUTH_TYPE: 'gnocchi-noauth', GNOCCHI_USER_ID: 'u', OS_ENDPOINT_OVERRIDE: 'http://g'}, 'to authenticate, gnocchi project id must be given'],
] as [string, NodeJS.ProcessEnv, string][])
  test(`variables with ${name} are refused in words`, async (t) => {
    const home = setHome(t)
    const words = await said(UsageError, () => resolveCloud({}, {...openrc, ...env}))
    assert.equal(words.replaceAll(home, 'HOME'), message)
    assert.doesNotMatch(words, /hunter2/)
  }) // prettier-ignore
