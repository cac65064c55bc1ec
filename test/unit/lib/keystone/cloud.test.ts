import assert from 'node:assert/strict'
import {join} from 'node:path'
import {writeFileSync} from 'node:fs'
import {test} from 'node:test'

import {authMethods, type AuthType} from '../../../../src/lib/keystone/auth-methods.ts'
import {resolveCloud, type CloudFlags} from '../../../../src/lib/keystone/cloud.ts'
import {setHome, tempFolder} from '../../servers.ts'

const openrc = {
  OS_AUTH_URL: 'http://env:5000/v3',
  OS_USERNAME: 'env-user',
  OS_PASSWORD: 'env-password',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_NAME: 'env-project',
  OS_PROJECT_DOMAIN_NAME: 'Default',
}

const withCloudsYaml = (t: Parameters<typeof setHome>[0]): string => {
  setHome(t)
  const file = join(tempFolder(t), 'clouds.yaml')
  writeFileSync(
    file,
    'clouds:\n  lab:\n    auth:\n      auth_url: http://yaml:5000\n      username: yaml-user\n      password: yaml-password\n      user_domain_name: Default\n      project_id: yaml-project\n',
  )
  return file
}

test('flags outrank variables', async () => {
  const {settings} = await resolveCloud({'os-username': 'flag-user'}, openrc)
  assert.deepEqual(settings['os-username'], {value: 'flag-user', from: '--os-username'})
  assert.deepEqual(settings['os-auth-url'], {value: 'http://env:5000/v3', from: 'OS_AUTH_URL'})
})

test('variables outrank the cloud that OS_CLOUD names', async (t) => {
  const file = withCloudsYaml(t)
  const env = {OS_CLIENT_CONFIG_FILE: file, OS_CLOUD: 'lab', OS_USERNAME: 'env-user'}
  const {settings} = await resolveCloud({}, env)
  assert.deepEqual(settings['os-username'], {value: 'env-user', from: 'OS_USERNAME'})
  assert.equal(settings['os-auth-url']?.value, 'http://yaml:5000')
})

test('a cloud named by the flag outranks variables left in the shell, and other flags outrank it', async (t) => {
  const file = withCloudsYaml(t)
  const env = {...openrc, OS_CLIENT_CONFIG_FILE: file, OS_CLOUD: 'another'}
  const {settings} = await resolveCloud({'os-cloud': 'lab', 'os-password': 'flag-password'}, env)
  assert.deepEqual(
    [settings['os-username']?.value, settings['os-auth-url']?.value, settings['os-password']?.value],
    ['yaml-user', 'http://yaml:5000', 'flag-password'],
  )
})

test('an empty variable is an unset one, and the first of several names wins', async () => {
  const {settings} = await resolveCloud(
    {},
    {
      ...openrc,
      OS_PROJECT_ID: '',
      OS_CLOUD: '',
      OS_TENANT_NAME: 'older',
      OS_ENDPOINT_OVERRIDE: '',
      GNOCCHI_ENDPOINT: 'http://gnocchi:8041',
    },
  )
  assert.equal(settings['os-project-id'], undefined)
  assert.equal(settings['os-project-name']?.value, 'env-project')
  assert.deepEqual(settings['os-endpoint-override'], {value: 'http://gnocchi:8041', from: 'GNOCCHI_ENDPOINT'})
})

for (const [name, env, type] of [
  ['a password', openrc, 'v3password'],
  ['a token beside a password', {...openrc, OS_TOKEN: 't'}, 'v3password'],
  ['a token', {OS_AUTH_URL: 'http://k', OS_TOKEN: 't'}, 'v3token'],
  [
    'the secret of an application credential',
    {...openrc, OS_APPLICATION_CREDENTIAL_ID: 'i', OS_APPLICATION_CREDENTIAL_SECRET: 's'},
    'v3applicationcredential',
  ],
  ['a type by name', {...openrc, OS_TOKEN: 't', OS_AUTH_TYPE: 'token'}, 'v3token'],
  ['gnocchi-basic', {OS_AUTH_TYPE: 'gnocchi-basic'}, 'gnocchi-basic'],
] as [string, NodeJS.ProcessEnv, AuthType][])
  test(`${name} means ${type}`, async () => {
    const {method} = await resolveCloud({}, env)
    assert.equal(method, authMethods[type])
  })

const without = (name: keyof typeof openrc, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  ...openrc,
  [name]: undefined,
  ...more,
})

for (const [name, env, message, suggestion] of [
  [
    'nothing at all',
    {},
    'to authenticate, auth url and password must be given',
    'set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'no address',
    without('OS_AUTH_URL'),
    'to authenticate, auth url must be given',
    'set OS_AUTH_URL, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'no password',
    without('OS_PASSWORD'),
    'to authenticate, password must be given',
    'set OS_PASSWORD, give --os-password, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'no user',
    without('OS_USERNAME'),
    'to authenticate, username must be given',
    'set OS_USERNAME, give --os-username, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    "no domain of the user's",
    without('OS_USER_DOMAIN_NAME'),
    'OS_USERNAME: a user name needs its domain',
    'set OS_USER_DOMAIN_NAME (Default on most clouds) or OS_USER_DOMAIN_ID',
  ],
  [
    "no domain of the project's",
    without('OS_PROJECT_DOMAIN_NAME'),
    'OS_PROJECT_NAME: a project name needs its domain',
    'set OS_PROJECT_DOMAIN_NAME (Default on most clouds) or OS_PROJECT_DOMAIN_ID',
  ],
  [
    'no token',
    {OS_AUTH_URL: 'http://k', OS_AUTH_TYPE: 'v3token'},
    'to authenticate, token must be given',
    'set OS_TOKEN, give --os-token, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'no application credential',
    {OS_AUTH_URL: 'http://k', OS_APPLICATION_CREDENTIAL_SECRET: 's'},
    'to authenticate, application credential id must be given',
    'set OS_APPLICATION_CREDENTIAL_ID, give --os-application-credential-id, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'no user of the application credential that is given by name',
    {OS_AUTH_URL: 'http://k', OS_APPLICATION_CREDENTIAL_NAME: 'n', OS_APPLICATION_CREDENTIAL_SECRET: 's'},
    'to authenticate, username must be given',
    'set OS_USERNAME, give --os-username, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'a system scope that there is not',
    without('OS_PROJECT_NAME', {OS_SYSTEM_SCOPE: 'some'}),
    'OS_SYSTEM_SCOPE: the only system scope is "all"',
    undefined,
  ],
  [
    'noauth without anything',
    {OS_AUTH_TYPE: 'gnocchi-noauth'},
    'to authenticate, gnocchi user id and gnocchi project id and endpoint override must be given',
    'set GNOCCHI_USER_ID and GNOCCHI_PROJECT_ID and OS_ENDPOINT_OVERRIDE, give --gnocchi-user-id, or name a cloud of clouds.yaml with --os-cloud',
  ],
  [
    'a type that there is not',
    {OS_AUTH_TYPE: 'v3pasword'},
    'OS_AUTH_TYPE: there is no way to authenticate called "v3pasword"; did you mean v3password?',
    'one of v3password, password, v3token, token, v3applicationcredential, gnocchi-basic, gnocchi-noauth',
  ],
  [
    'a type that only JavaScript knows',
    {OS_AUTH_TYPE: 'constructor'},
    'OS_AUTH_TYPE: there is no way to authenticate called "constructor"',
    'one of v3password, password, v3token, token, v3applicationcredential, gnocchi-basic, gnocchi-noauth',
  ],
  [
    'a missing authority',
    {...openrc, OS_CACERT: '/nowhere/ca.pem'},
    'OS_CACERT: cannot read /nowhere/ca.pem (ENOENT)',
    undefined,
  ],
] as [string, NodeJS.ProcessEnv, string, string | undefined][])
  test(`${name}: what is missing is said`, () =>
    assert.rejects(resolveCloud({}, env), {
      name: 'UsageError',
      exitCode: 2,
      message,
      suggestions: suggestion === undefined ? [] : [suggestion],
    }))

for (const [name, flags, env, insecure] of [
  ['the flag', {insecure: true}, {}, true],
  ['OS_INSECURE=true', {}, {OS_INSECURE: 'True'}, true],
  ['OS_INSECURE=1', {}, {OS_INSECURE: '1'}, true],
  ['OS_INSECURE=false', {}, {OS_INSECURE: 'false'}, false],
  ['nothing', {}, {}, false],
] as [string, CloudFlags, NodeJS.ProcessEnv, boolean][])
  test(`certificates are ${insecure ? 'not ' : ''}checked with ${name}`, async () => {
    const {tls} = await resolveCloud(flags, {...openrc, ...env})
    assert.deepEqual(tls, {insecure})
  })

test('authorities and client certificates are read from their files; one file may hold certificate and key', async (t) => {
  const folder = tempFolder(t)
  const file = (name: string) => {
    writeFileSync(join(folder, name), `the ${name}`)
    return join(folder, name)
  }
  const flags = {'os-cacert': file('ca'), 'os-cert': file('certificate')}
  const both = await resolveCloud(flags, openrc)
  assert.deepEqual(both.tls, {ca: 'the ca', certificate: 'the certificate', key: 'the certificate', insecure: false})
  const apart = await resolveCloud({...flags, 'os-key': file('key')}, openrc)
  assert.equal(apart.tls.key, 'the key')
})

test('the lowest version of TLS and its ciphers are taken from flags and variables, and looked at', async () => {
  const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE+AESGCM'
  const {tls} = await resolveCloud({'tls-min-version': '1.3'}, {...openrc, OS_TLS_CIPHERS: ciphers})
  assert.deepEqual(tls, {minVersion: 'TLSv1.3', ciphers, insecure: false})
  await assert.rejects(resolveCloud({}, {...openrc, OS_TLS_MIN_VERSION: '1.1'}), {
    name: 'UsageError',
    message: 'OS_TLS_MIN_VERSION: "1.1" is not 1.2 or 1.3',
  })
  await assert.rejects(resolveCloud({'tls-ciphers': 'nothing'}, openrc), {
    name: 'UsageError',
    message: '--tls-ciphers: OpenSSL knows no cipher in "nothing"',
  })
})

test("the openrc file's version 3 is accepted, in each spelling; an older one is refused with its place", async () => {
  for (const version of ['3', 'v3', '3.14']) await resolveCloud({}, {...openrc, OS_IDENTITY_API_VERSION: version})
  await assert.rejects(resolveCloud({}, {...openrc, OS_IDENTITY_API_VERSION: '2.0'}), {
    name: 'UsageError',
    message: "OS_IDENTITY_API_VERSION: Keystone's API is version 3; 2.0 was removed from it",
  })
})
