import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import ssh2, {type AuthContext} from 'ssh2'

import {Secret} from '../../../../src/lib/secret.ts'
import {connectHop} from '../../../../src/lib/ssh/connect.ts'
import type {HostKeyPolicy} from '../../../../src/lib/ssh/host-key-policy.ts'
import type {Hop, Login} from '../../../../src/lib/ssh/route.ts'
import {hopOf} from '../../hosts.ts'
import {closedPort, tcpServer} from '../../servers.ts'
import {newKeyPair, sshServer} from '../../ssh-server.ts'

const trusting: HostKeyPolicy = {verify: () => undefined, typesOf: () => [], accept: () => undefined}

const enter = async (hop: Hop, hostKeys = trusting) => connectHop(hop, undefined, {hostKeys, legacyAlgorithms: false})

const tryToConnect = async (t: TestContext, port: number, login: Partial<Login>): Promise<string> => {
  try {
    const {client} = await enter(hopOf({port, login}))
    t.after(() => client.end())
    return 'connected'
  } catch (error) {
    return (error as Error).message
  }
}

const secrets = ({
  password,
  privateKey,
  passphrase,
}: {
  password?: string
  privateKey?: string
  passphrase?: string
}) => ({
  ...(password === undefined ? {} : {password: new Secret(password)}),
  ...(privateKey === undefined ? {} : {privateKey: new Secret(privateKey)}),
  ...(passphrase === undefined ? {} : {passphrase: new Secret(passphrase)}),
})

test('a password logs in', async (t) => {
  const server = await sshServer(t, {
    login: (auth) => auth.method === 'password' && auth.username === 'ada' && auth.password === 'hunter2',
  })
  assert.equal(await tryToConnect(t, server.port, secrets({password: 'hunter2'})), 'connected')
})

test('a password logs in where the server asks for it by keyboard-interactive', async (t) => {
  const answers: string[][] = []
  const server = await sshServer(t, {
    login(auth) {
      if (auth.method !== 'keyboard-interactive') return false
      const prompts = [
        {prompt: 'Name: ', echo: true},
        {prompt: 'Password: ', echo: false},
      ]
      auth.prompt(prompts, (given) => {
        answers.push(given)
        auth.accept()
      })
      return undefined
    },
  })
  assert.equal(await tryToConnect(t, server.port, secrets({password: 'hunter2'})), 'connected')
  assert.deepEqual(answers, [['', 'hunter2']])
})

const plain = newKeyPair()
const encrypted = newKeyPair('open sesame')

/** Accepts what is signed with this key. */
const signedBy =
  (pair: {public: string}) =>
  (auth: AuthContext): boolean => {
    if (auth.method !== 'publickey') return false
    const key = ssh2.utils.parseKey(pair.public)
    if (key instanceof Error) throw key
    if (!auth.key.data.equals(key.getPublicSSH())) return false
    return !auth.signature || key.verify(auth.blob!, auth.signature, auth.hashAlgo)
  }

for (const [name, pair, login, outcome] of [
  ['a key', plain, {privateKey: plain.private}, 'connected'],
  [
    'an encrypted key and its passphrase',
    encrypted,
    {privateKey: encrypted.private, passphrase: 'open sesame'},
    'connected',
  ],
  [
    'an encrypted key and no passphrase',
    encrypted,
    {privateKey: encrypted.private},
    'web: the private key is encrypted: give its "passphrase"',
  ],
  [
    'an encrypted key and a wrong passphrase',
    encrypted,
    {privateKey: encrypted.private, passphrase: 'hunter2'},
    'web: the passphrase does not open the private key',
  ],
  [
    'what is no key',
    plain,
    {privateKey: 'hunter2'},
    'web: the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE',
  ],
  [
    'another key',
    plain,
    {privateKey: encrypted.private, passphrase: 'open sesame'},
    'web: user ada was refused (tried privateKey)',
  ],
] as const)
  test(`with ${name}: ${outcome}`, async (t) => {
    const server = await sshServer(t, {login: signedBy(pair)})
    assert.equal(await tryToConnect(t, server.port, secrets(login)), outcome)
  })

test('who is refused learns what was tried, and what to check', async (t) => {
  const server = await sshServer(t, {login: () => false})
  const login = {...secrets({password: 'hunter2', privateKey: plain.private})}
  await assert.rejects(enter(hopOf({port: server.port, label: 'db', login})), {
    name: 'HostError',
    exitCode: 5,
    message: 'db: user ada was refused (tried password, privateKey)',
    suggestions: ['check user and password or key in the hosts file, and that the account may log in by SSH'],
  })
  assert.deepEqual(new Set(server.tried), new Set(['password', 'publickey', 'keyboard-interactive']))
})

test('a host without any way to log in', async (t) => {
  const server = await sshServer(t, {login: () => false})
  await assert.rejects(enter(hopOf({port: server.port})), {
    message: 'web: the hosts file gives no way to log in as ada',
    suggestions: ['add "password", "privateKey" or "agent" to the host'],
  })
})

test('nobody listens', async (t) => {
  const message = await tryToConnect(t, await closedPort(), secrets({password: 'x'}))
  assert.equal(message, 'web: connection refused: no SSH server listens there')
})

test('a connection that ends during the log-in', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end('SSH-2.0-x\r\n'))
  const message = await tryToConnect(t, port, secrets({password: 'x'}))
  assert.match(message, /^web: .*(closed|lost)/)
})

test('a server that is none', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  assert.match(await tryToConnect(t, port, secrets({password: 'x'})), /^web: /)
})

test('a known type of key is asked for first', async (t) => {
  const server = await sshServer(t)
  const asked: string[] = []
  const {client} = await enter(hopOf({port: server.port}), {
    ...trusting,
    typesOf(hop) {
      asked.push(`${hop.address}:${hop.port}`)
      return ['ssh-rsa', 'ssh-dss', 'sk-ssh-ed25519@openssh.com']
    },
  })
  client.end()
  assert.deepEqual(asked, [`127.0.0.1:${server.port}`])
})
