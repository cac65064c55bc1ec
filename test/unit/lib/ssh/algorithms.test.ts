import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import ssh2, {type Algorithms} from 'ssh2'

import {disagreement, offer} from '../../../../src/lib/ssh/algorithms.ts'
import {connectHop} from '../../../../src/lib/ssh/connect.ts'
import type {HostKeyPolicy} from '../../../../src/lib/ssh/host-key-policy.ts'
import {hopOf} from '../../hosts.ts'
import {sshServer} from '../../ssh-server.ts'

const trusting: HostKeyPolicy = {verify: () => undefined, typesOf: () => [], accept: () => undefined}

async function meet(t: TestContext, algorithms: Algorithms, legacyAlgorithms: boolean, hostKey?: string) {
  const server = await sshServer(t, {algorithms, ...(hostKey === undefined ? {} : {hostKey})})
  try {
    const {client} = await connectHop(hopOf({port: server.port}), undefined, {hostKeys: trusting, legacyAlgorithms})
    client.end()
    return 'connected'
  } catch (error) {
    const {message, suggestions} = error as Error & {suggestions: string[]}
    return [message, ...suggestions]
  }
}

const rsa = ssh2.utils.generateKeyPairSync('rsa', {bits: 2048}).private
const flag = 'update its SSH server, or accept what is broken by now with --ssh-legacy-algorithms'

for (const [what, algorithms, message, hostKey] of [
  [
    'key exchanges',
    {kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1']},
    'key exchanges are all retired ones: diffie-hellman-group14-sha1, diffie-hellman-group1-sha1',
  ],
  ['host keys', {serverHostKey: ['ssh-rsa']}, 'host keys are all retired ones: ssh-rsa', rsa],
  ['ciphers', {cipher: ['aes128-cbc', '3des-cbc']}, 'ciphers are all retired ones: aes128-cbc, 3des-cbc'],
  ['MACs', {cipher: ['aes128-ctr'], hmac: ['hmac-sha1', 'hmac-md5']}, 'MACs are all retired ones: hmac-sha1, hmac-md5'],
] as [string, Algorithms, string, string?][])
  // prettier-ignore
  test(`a server with only retired ${what} is refused by name, and accepted if asked for`, async (t) => {
    const refused = await meet(t, algorithms, false, hostKey)
    assert.deepEqual(refused, [`web: its ${message}`, flag])
    assert.equal(await meet(t, algorithms, true, hostKey), 'connected')
  })

for (const cipher of [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'chacha20-poly1305@openssh.com',
  'aes256-ctr',
])
  test(`a server with ${cipher} alone`, async (t) => {
    assert.equal(await meet(t, {cipher: [cipher as never]}, false), 'connected')
  })

for (const kex of [
  'curve25519-sha256',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
])
  test(`a server with ${kex} alone`, async (t) => {
    assert.equal(await meet(t, {kex: [kex as never]}, false), 'connected')
  })

test('nothing that is retired is offered', () => {
  const names = Object.values(offer(['ssh-rsa', 'ssh-dss'], false))
    .flat()
    .join(' ')
  assert.doesNotMatch(names, /sha1|\bssh-rsa|ssh-dss|cbc|arcfour|3des|md5|ripemd|-96/)
})

test('known types of host key come first, RSA under its new names', () => {
  const first = (types: string[], legacy = false) => (offer(types, legacy).serverHostKey as string[]).slice(0, 2)
  assert.deepEqual(first(['ssh-rsa']), ['rsa-sha2-512', 'rsa-sha2-256'])
  assert.deepEqual(first(['ecdsa-sha2-nistp384', 'sk-ssh-ed25519@openssh.com']), ['ecdsa-sha2-nistp384', 'ssh-ed25519'])
  assert.deepEqual(first(['ssh-dss'], true), ['ssh-dss', 'ssh-ed25519'])
})

test('algorithms that are only unknown are not called retired', () => {
  const kex = 'Handshake failed: no matching key exchange algorithm'
  assert.deepEqual(disagreement(kex, ['Handshake: (remote) KEX method: mlkem768x25519-sha256,ext-info-s']), {
    what: 'its key exchanges are all unknown ones: mlkem768x25519-sha256',
    legacyHelps: false,
  })
  assert.deepEqual(disagreement(kex, []), {what: 'its key exchanges are all unknown ones', legacyHelps: false})
  assert.equal(disagreement('Handshake failed: signature verification failed', []), undefined)
})
