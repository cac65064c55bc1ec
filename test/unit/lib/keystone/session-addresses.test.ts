import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {AuthError} from '../../../../src/lib/errors.ts'
import {endpoint, fakeKeystone, gnocchiService, sessionAt} from '../../fake-keystone.ts'
import {closedPort} from '../../servers.ts'

const refused = {status: 401, body: {error: {code: 401, title: 'Unauthorized', message: 'The request you have made…'}}}

for (const suffix of ['', '/', '/v3', '/v3/'])
  test(`an address of Keystone may end in "${suffix}"`, async (t) => {
    const keystone = await fakeKeystone(t)
    await (await sessionAt(`${keystone.url}${suffix}`)).credentials()
    assert.deepEqual(
      keystone.received.map(({path}) => path),
      ['/v3/auth/tokens'],
    )
  })

for (const [inCatalogue, address] of [
  ['http://gnocchi:8041', 'http://gnocchi:8041'],
  ['http://gnocchi:8041/', 'http://gnocchi:8041'],
  ['http://gnocchi:8041/v1', 'http://gnocchi:8041'],
  ['http://gnocchi:8041/v1/', 'http://gnocchi:8041'],
  ['https://cloud.example/metric', 'https://cloud.example/metric'],
  ['https://cloud.example/metric/v1', 'https://cloud.example/metric'],
] as const) {
  test(`the catalogue's ${inCatalogue} is ${address}`, async (t) => {
    const keystone = await fakeKeystone(t, inCatalogue)
    assert.equal(await (await sessionAt(keystone.url)).endpoint(), address)
  })

  test(`the override ${inCatalogue} is ${address}, and asks nobody`, async (t) => {
    const keystone = await fakeKeystone(t)
    assert.equal(await (await sessionAt(keystone.url, {OS_ENDPOINT_OVERRIDE: inCatalogue})).endpoint(), address)
    assert.equal(keystone.logins, 0)
  })
}

test('with an override, a catalogue without Gnocchi does not matter', async (t) => {
  const keystone = await fakeKeystone(t)
  keystone.catalogue = []
  const session = await sessionAt(keystone.url, {OS_ENDPOINT_OVERRIDE: 'http://gnocchi:8041'})
  assert.equal((await session.credentials()).headers['x-auth-token'], 'token-1')
})

for (const [env, address] of [
  [{}, 'http://public-north'],
  [{OS_INTERFACE: 'internal'}, 'http://internal-north'],
  [{OS_INTERFACE: 'publicURL', OS_REGION_NAME: 'south'}, 'http://public-south'],
  [{OS_REGION_NAME: 'older'}, 'http://public-older'],
] as [NodeJS.ProcessEnv, string][])
  test(`the endpoint of ${JSON.stringify(env)} is ${address}`, async (t) => {
    const keystone = await fakeKeystone(t)
    const older = {interface: 'public', region: 'older', url: 'http://public-older'}
    keystone.catalogue = [
      gnocchiService(
        endpoint('http://internal-north', {interface: 'internal', region_id: 'north'}),
        endpoint('http://public-north', {region_id: 'north'}),
        endpoint('http://public-south', {region_id: 'south'}),
        older,
      ),
    ]
    assert.equal(await (await sessionAt(keystone.url, env)).endpoint(), address)
  })

for (const [name, change, message, suggestions] of [
  [
    'a token without a scope',
    {scope: {}},
    'Keystone gave a token without a scope: the user has no default project, and Gnocchi needs one',
    ['set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME (or OS_PROJECT_ID)'],
  ],
  [
    'no Gnocchi in the catalogue',
    {catalogue: []},
    "Gnocchi is not in Keystone's catalogue: there is no service of type metric",
    ['if it runs all the same, give its address: OS_ENDPOINT_OVERRIDE=http://controller:8041'],
  ],
  [
    'another interface',
    {
      catalogue: [
        gnocchiService(endpoint('http://a', {interface: 'internal'}), endpoint('http://b', {interface: 'admin'})),
      ],
    },
    'the catalogue has no public endpoint of Gnocchi',
    ['it has internal in RegionOne, admin in RegionOne: choose with OS_INTERFACE and OS_REGION_NAME'],
  ],
  [
    'a wrong password',
    {refusal: refused},
    'Keystone refused to log in u1 to project p1 (HTTP 401)',
    [
      'check user, password, project and their domains: Keystone does not tell which one is wrong (user from OS_USER_ID, project from OS_PROJECT_ID)',
    ],
  ],
  [
    'a request that Keystone does not like',
    {refusal: {status: 400, body: {error: {message: 'Expecting to find domain in project.'}}}},
    'Keystone at URL/v3/auth/tokens answered 400: Expecting to find domain in project.',
    [],
  ],
  [
    'something else at that address',
    {refusal: {status: 404, body: '<html></html>'}},
    'no Keystone answers at URL/v3/auth/tokens (HTTP 404)',
    ['check OS_AUTH_URL: it looks like http://controller:5000/v3'],
  ],
  [
    'a page that says yes to all',
    {refusal: {status: 200, body: '<html></html>'}},
    'no Keystone answers at URL/v3/auth/tokens (HTTP 200)',
    ['check OS_AUTH_URL: it looks like http://controller:5000/v3'],
  ],
] as const)
  test(`${name} is said, without the password`, async (t) => {
    const keystone = await fakeKeystone(t)
    Object.assign(keystone, change)
    const session = await sessionAt(keystone.url)
    await assert.rejects(session.credentials(), (error: AuthError) => {
      assert.deepEqual(
        {message: error.message.replace(keystone.url, 'URL'), suggestions: error.suggestions, exitCode: error.exitCode},
        {message, suggestions, exitCode: 3},
      )
      assert.doesNotMatch(JSON.stringify(error, Object.getOwnPropertyNames(error)), /hunter2/)
      return true
    })
  })

test('a Keystone that is not there', async () => {
  const url = `http://127.0.0.1:${await closedPort()}`
  await assert.rejects((await sessionAt(url)).credentials(), {
    name: 'AuthError',
    message: `Keystone at ${url}/v3/auth/tokens (OS_AUTH_URL): connection refused`,
    suggestions: ['is the server running, and is the address right?'],
  })
})
