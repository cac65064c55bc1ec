import assert from 'node:assert/strict'
import {statSync} from 'node:fs'
import {test} from 'node:test'

import {assertNoSecretWasPrinted, fine, low, lowWith, mustStaySecret, recorded} from './asking.ts'
import {gnocchiAs, keystoneAs, labOf, openrc, unique, type Http} from './lab.ts'
import {person, type Ended} from './person.ts'

let login: string
let policy: string
const lab = labOf(undefined, async () => {
  login = `POST ${lab.urls.keystone}/auth/tokens answered 201`
  policy = `GET ${lab.urls.gnocchi}/v1/archive_policy/low answered 200`
  mustStaySecret(...Object.values(lab.users).map(({password}) => password))
})

/** What was asked of the servers, from --debug. */
const asked = ({stderr}: Ended): string[] =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/ in \d+ ms$/, ''))

test('a token is kept for the next run, for its owner only, and is neither read nor written with --no-token-cache', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const first = await low(alice, '--debug')
  assert.deepEqual(asked(first), [login, policy])
  assert.deepEqual(asked(await low(alice, '--debug')), [policy])
  assert.deepEqual(asked(await low(alice, '--debug', '--no-token-cache')), [login, policy])
  const cache = '.cache/gnocchictl/tokens.json'
  assert.equal(statSync(alice.path(cache)).mode & 0o777, 0o600)
  const kept = Object.values(JSON.parse(alice.read(cache)) as Record<string, {token: string}>)
  mustStaySecret(...kept.map(({token}) => token))
  // Another user at the same machine and cloud gets a login of their own.
  const bob = await lowWith(alice, openrc(lab, lab.users.bob), '--debug')
  assert.deepEqual(asked(bob), [login, policy])

  const careful = person(t, openrc(lab, lab.users.alice))
  assert.deepEqual(await low(careful, '--no-token-cache'), fine)
  assert.throws(() => statSync(careful.path('.cache/gnocchictl/tokens.json')), {code: 'ENOENT'})
})

test('a token that was revoked is renewed once, however many requests it was refused for', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.hostsFile([1, 2, 3, 4, 5, 6].map((n) => ({ip: `10.0.0.${n}`, name: unique('many')})))
  assert.equal((await alice.cli(['metrics', 'create'])).code, 0)
  // One that Gnocchi has not met: of those it knows, it may remember for 300 s that they were good.
  const {keystone, token} = await keystoneAs(lab, lab.users.alice)
  const cache = '.cache/gnocchictl/tokens.json'
  const kept = JSON.parse(alice.read(cache)) as Record<string, {token: string}>
  for (const login of Object.values(kept)) login.token = token
  alice.write(cache, JSON.stringify(kept))
  await revoke(keystone, token)

  const listed = recorded(await alice.cli(['metrics', 'list', '-f', 'value', '-c', 'state', '--debug']))
  assert.deepEqual({stdout: listed.stdout, code: listed.code}, {stdout: 'ok\n'.repeat(6), code: 0})
  const lines = asked(listed).map((line) => line.replace(/[0-9a-f-]{36}/, 'ID'))
  assert.deepEqual(
    lines.sort(),
    [
      ...Array<string>(6).fill(`GET ${lab.urls.gnocchi}/v1/metric/ID answered 200`),
      ...Array<string>(6).fill(`GET ${lab.urls.gnocchi}/v1/metric/ID answered 401`),
      login,
    ].sort(),
  )
  assert.equal((await alice.cli(['metrics', 'list', '--debug'])).stderr.includes(login), false, 'and kept')
})

async function revoke(keystone: Http, token: string): Promise<void> {
  const response = await fetch(`${lab.urls.keystone}/auth/tokens`, {
    method: 'DELETE',
    headers: {'x-auth-token': token, 'x-subject-token': token},
  })
  assert.equal(response.status, 204)
  mustStaySecret(token)
  assert.equal((await keystone('GET', 'auth/projects')).status, 401)
}

test('somebody of another project sees no more than that a metric is not theirs', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const name = unique('theirs')
  alice.hostsFile([{ip: '10.0.0.1', name}])
  await alice.cli(['metrics', 'create'])
  const id = alice.metrics()[name]!
  const bob = {env: openrc(lab, lab.users.bob)}
  assert.deepEqual(await alice.cli(['consume', '--once'], bob), {
    stdout: '',
    stderr: `error: none of the metrics can be read: Forbidden (HTTP 403): GET /v1/metric/${id}\n  try: see those that can: gnocchictl metrics list\n`,
    code: 4,
  })
  const produced = await alice.cli(['produce', '--source', 'random', '--once'], bob)
  assert.equal(produced.code, 4)
  assert.deepEqual(
    (await (await gnocchiAs(lab, lab.users.alice))('GET', `v1/metric/${id}/measures?refresh=true`)).body,
    [],
  )
})

test('no password or token was printed in any of this', assertNoSecretWasPrinted)
