import assert from 'node:assert/strict'
import {execFileSync, spawn} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import ssh2, {type AuthContext, type ParsedKey} from 'ssh2'

import {Secret} from '../../../../src/lib/secret.ts'
import {connectHop} from '../../../../src/lib/ssh/connect.ts'
import type {HostKeyPolicy} from '../../../../src/lib/ssh/host-key-policy.ts'
import {waysInto} from '../../../../src/lib/ssh/login.ts'
import type {Login} from '../../../../src/lib/ssh/route.ts'
import {hopOf} from '../../hosts.ts'
import {setHome, tempFolder} from '../../servers.ts'
import {newKeyPair, sshServer} from '../../ssh-server.ts'

const trusting: HostKeyPolicy = {verify: () => undefined, typesOf: () => [], accept: () => undefined}

interface Pair {
  public: string
  private: string
}

const one: Pair = newKeyPair()
const two: Pair = newKeyPair()
const rsa: Pair = ssh2.utils.generateKeyPairSync('rsa', {bits: 2048})
const locked: Pair = newKeyPair('open sesame')

const blobOf = (pair: Pair): string => pair.public.split(' ')[1]!

/** A server that lets in who has one of these keys; which ones were shown to it. */
async function serverFor(t: TestContext, pairs: Pair[]) {
  const shown: string[] = []
  const server = await sshServer(t, {
    login(auth: AuthContext) {
      if (auth.method !== 'publickey') return false
      const blob = auth.key.data.toString('base64')
      if (!shown.includes(blob)) shown.push(blob)
      return pairs.some((pair) => blobOf(pair) === blob)
    },
  })
  return {...server, shown}
}

/** Files of ~/.ssh. */
function identities(t: TestContext, files: Record<string, string>): string[] {
  const folder = join(setHome(t), '.ssh')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, {mode: 0o600})
  return Object.keys(files)
    .filter((name) => !name.endsWith('.pub'))
    .map((name) => join(folder, name))
}

/** An agent with these keys; undefined where there is none. */
async function agentWith(t: TestContext, pairs: Pair[]): Promise<string | undefined> {
  const folder = tempFolder(t)
  const socket = join(folder, 'agent')
  const agent = spawn('ssh-agent', ['-D', '-a', socket], {stdio: ['ignore', 'pipe', 'ignore']})
  const started = await new Promise<boolean>((resolve) => {
    agent.on('error', () => resolve(false))
    agent.stdout.once('data', () => resolve(true))
  })
  if (!started) {
    t.skip('there is no ssh-agent on this machine')
    return undefined
  }
  t.after(() => agent.kill())
  for (const [index, pair] of pairs.entries()) {
    const file = join(folder, `key${index}`)
    writeFileSync(file, pair.private, {mode: 0o600})
    execFileSync('ssh-add', ['-q', file], {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'ignore'})
  }
  return socket
}

async function enter(t: TestContext, port: number, login: Partial<Login>, legacyAlgorithms = false) {
  try {
    const {client, way} = await connectHop(hopOf({port, login}), undefined, {hostKeys: trusting, legacyAlgorithms})
    t.after(() => client.end())
    return way
  } catch (error) {
    const {message, suggestions} = error as Error & {suggestions: string[]}
    return [message, ...suggestions]
  }
}

const add = 'give its "password", "privateKey" or "agent" in the hosts file, or add a key of the account to the agent'

test('identity files are tried one after the other, and the one that worked is named', async (t) => {
  const identityFiles = identities(t, {id_ed25519: one.private, id_rsa: rsa.private})
  const server = await serverFor(t, [rsa])
  assert.equal(await enter(t, server.port, {identityFiles}), '~/.ssh/id_rsa')
  assert.deepEqual(server.shown, [blobOf(one), blobOf(rsa)])
})

test('an identity file that is encrypted is left out, and the refusal says so; a passphrase opens it', async (t) => {
  const identityFiles = identities(t, {id_ed25519: locked.private, id_rsa: rsa.private})
  const server = await serverFor(t, [locked])
  assert.deepEqual(await enter(t, server.port, {identityFiles}), [
    'web: user ada was refused (tried ~/.ssh/id_rsa)',
    '~/.ssh/id_ed25519: the private key is encrypted: give its "passphrase", or an agent that has the key (ssh-add)',
    add,
  ])
  assert.equal(await enter(t, server.port, {identityFiles, passphrase: new Secret('open sesame')}), '~/.ssh/id_ed25519')
})

test('what is no key does no harm', async (t) => {
  const identityFiles = identities(t, {
    id_ed25519: 'hunter2',
    id_rsa: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n',
    id: one.private,
  })
  const server = await serverFor(t, [one])
  assert.equal(await enter(t, server.port, {identityFiles}), '~/.ssh/id')
})

test('all keys of an agent are tried', async (t) => {
  const agent = await agentWith(t, [one, two])
  if (agent === undefined) return
  const server = await serverFor(t, [two])
  assert.equal(await enter(t, server.port, {agent}), 'agent')
  assert.deepEqual(server.shown, [blobOf(one), blobOf(two)])
})

test('IdentitiesOnly: of the agent, only keys that are named are shown', async (t) => {
  const agent = await agentWith(t, [one, two, rsa])
  if (agent === undefined) return
  // One as a public key alone, one as ssh-keygen leaves it.
  const identityFiles = identities(t, {
    'two.pub': two.public,
    two: two.public,
    id_rsa: rsa.private,
    'id_rsa.pub': rsa.public,
  })
  const server = await serverFor(t, [rsa])
  assert.equal(await enter(t, server.port, {agent, identityFiles, identitiesOnly: true}), 'agent')
  assert.deepEqual(server.shown, [blobOf(two), blobOf(rsa)])
})

test('an agent that does not answer holds back no other way', async (t) => {
  const identityFiles = identities(t, {id_ed25519: one.private})
  const server = await serverFor(t, [one])
  assert.equal(await enter(t, server.port, {agent: '/nowhere/agent', identityFiles}), '~/.ssh/id_ed25519')
  const other = await serverFor(t, [two])
  assert.deepEqual(await enter(t, other.port, {agent: '/nowhere/agent', identityFiles}), [
    'web: user ada was refused (tried agent, ~/.ssh/id_ed25519)',
    'agent: it does not answer',
    'check user and password or key in the hosts file, and that the account may log in by SSH',
  ])
})

test('what the server does not take is not tried', async (t) => {
  const server = await sshServer(t, {
    login(auth) {
      auth.reject(['publickey'])
      return undefined
    },
  })
  assert.deepEqual(await enter(t, server.port, {password: new Secret('x')}), [
    'web: the server lets user ada in by publickey only',
    'give the host what its server asks for',
  ])
  assert.deepEqual(server.tried, [])
})

test('an RSA key signs with SHA-1 only if asked to', (t) => {
  const identityFiles = identities(t, {id_rsa: rsa.private})
  const signed = (legacyAlgorithms: boolean) => {
    const [way] = waysInto(hopOf({login: {identityFiles}}), legacyAlgorithms).ways
    const {key} = way!.auth as {key: ParsedKey}
    return ['sha256', 'sha1'].map((hash) => Buffer.isBuffer(key.sign(Buffer.from('x'), hash)))
  }
  assert.deepEqual([signed(false), signed(true)], [[true, false], [true, true]]) // prettier-ignore
})
