import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {request} from 'node:http'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {test, type TestContext} from 'node:test'

import {fine, low, refusedWith} from './asking.ts'
import {labOf, openrc} from './lab.ts'
import {person, type Person} from './person.ts'
import {missing} from './tools.ts'

const skip = await missing('openssl')

const lab = labOf()

/** A private authority, a certificate for localhost and one for Alice, in her home folder. */
function certificates(who: Person): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, {cwd: who.home, stdio: 'ignore'})
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Private authority')
  for (const [name, more] of [['localhost', ['-addext', 'subjectAltName=DNS:localhost']], ['alice', []]] as const) // prettier-ignore
    openssl('req', '-x509', '-CA', 'ca.pem', '-CAkey', 'ca.key', ...key, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, ...more) // prettier-ignore
}

/** Keystone and Gnocchi behind TLS and under paths, as a cloud's front door has them. */
async function frontDoor(t: TestContext, who: Person, requestCert = false): Promise<string> {
  const [key, cert, ca] = ['localhost.key', 'localhost.pem', 'ca.pem'].map((name) => readFileSync(who.path(name)))
  const door = createServer({key, cert, ca, requestCert, rejectUnauthorized: requestCert}, (incoming, answer) => {
    const {url = '', method, headers} = incoming
    const [path, server] = url.startsWith('/identity/')
      ? [url.slice(9), lab.urls.keystone]
      : [url.slice(7), lab.urls.gnocchi]
    const inner = request(new URL(path, server), {method, headers}, (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    incoming.pipe(inner)
  }).listen(0, '127.0.0.1')
  t.after(() => {
    door.closeAllConnections()
    door.close()
  })
  await once(door, 'listening')
  return `https://localhost:${(door.address() as AddressInfo).port}`
}

const behind = (url: string) => ({OS_AUTH_URL: `${url}/identity/v3`, OS_ENDPOINT_OVERRIDE: `${url}/metric/`})

test(
  'behind TLS and path prefixes: the authority is named with --os-cacert, or nobody is asked to prove anything',
  {skip},
  async (t) => {
    const alice = person(t, openrc(lab, lab.users.alice))
    certificates(alice)
    const url = await frontDoor(t, alice)
    Object.assign(alice.env, behind(url))
    assert.deepEqual(
      await low(alice),
      refusedWith(
        3,
        `error: Keystone at ${url}/identity/v3/auth/tokens (OS_AUTH_URL): its certificate is signed by an unknown authority`,
        '  try: name the authority that signed it with --os-cacert FILE (OS_CACERT)',
      ),
    )
    assert.deepEqual(await low(alice, '--os-cacert', 'ca.pem', '--no-token-cache'), fine)
    assert.deepEqual(await low(alice, '--insecure', '--no-token-cache'), fine)
    const newer = ['--os-cacert', 'ca.pem', '--no-token-cache', '--tls-min-version']
    assert.deepEqual(await low(alice, ...newer, '1.3'), fine)
    assert.deepEqual(
      await low(alice, ...newer, '1.1'),
      refusedWith(2, 'error: --tls-min-version: "1.1" is not 1.2 or 1.3'),
    )
    assert.deepEqual(
      await low(alice, '--os-cacert', 'ca.pam'),
      refusedWith(2, 'error: --os-cacert: cannot read ca.pam (ENOENT)'),
    )
    const byAddress = behind(url.replace('localhost', '127.0.0.1'))
    Object.assign(alice.env, byAddress)
    assert.deepEqual(
      await low(alice, '--os-cacert', 'ca.pem'),
      refusedWith(
        3,
        `error: Keystone at ${byAddress.OS_AUTH_URL}/auth/tokens (OS_AUTH_URL): its certificate is for another name`,
        '  try: use the name the certificate was made for',
      ),
    )
  },
)

test(
  'a cloud that asks for a certificate gets the one of --os-cert and --os-key, in two files or one',
  {skip},
  async (t) => {
    const alice = person(t, openrc(lab, lab.users.alice))
    certificates(alice)
    const url = await frontDoor(t, alice, true)
    Object.assign(alice.env, behind(url), {OS_CACERT: alice.path('ca.pem')})
    assert.deepEqual(
      await low(alice),
      refusedWith(
        3,
        `error: Keystone at ${url}/identity/v3/auth/tokens (OS_AUTH_URL): it asks for a certificate of yours`,
        '  try: name it with --os-cert FILE and --os-key FILE (OS_CERT, OS_KEY)',
      ),
    )
    assert.deepEqual(await low(alice, '--os-cert', 'alice.pem', '--os-key', 'alice.key', '--no-token-cache'), fine)
    alice.write('both.pem', alice.read('alice.pem') + alice.read('alice.key'))
    assert.deepEqual(await low(alice, '--os-cert', 'both.pem'), fine)
  },
)
