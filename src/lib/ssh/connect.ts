import {createHash} from 'node:crypto'

import ssh2, {type Client as Ssh2Client, type ConnectConfig, type ParsedKey} from 'ssh2'

import {HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {Secret} from '../secret.ts'
import type {HostKeyPolicy} from './host-key-policy.ts'

// ssh2 is CommonJS: its classes are found on the default export only.
const {Client, utils} = ssh2

/** Seconds to reach a host, agree on keys and log in. */
const connectTimeoutSeconds = 10

/** Host key types, the best first; ssh-rsa means SHA-1 signatures and is left out, as OpenSSH 8.8 did. */
const hostKeyTypes = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
]

/** An RSA key is one key under two signature names. */
const signatureTypes = (keyType: string): string[] =>
  keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType]

/**
 * A logged-in connection to a host. It tells its end by the event `close`, and nobody needs to listen for `error`.
 * `ended` gives up a log-in under way: a host that never answers must not hold the program back.
 * @throws HostError: unreachable, wrong host key, refused; the message begins with the host's label
 * @throws UsageError when a secret of the hosts file cannot be read
 */
export async function connect(host: Host, hostKeys: HostKeyPolicy, ended?: AbortSignal): Promise<Ssh2Client> {
  const {password, privateKey, passphrase, agent} = host.login()
  const key = privateKey && readKey(privateKey, passphrase)
  if (key instanceof Error) throw new HostError(`${host.label}: ${keyWords(key.message)}`)
  const known = hostKeys.typesOf(host).flatMap(signatureTypes)
  let keyProblem: HostError | undefined
  const config: ConnectConfig = {
    host: host.ip,
    port: host.port,
    username: host.user,
    readyTimeout: connectTimeoutSeconds * 1000,
    // A kept connection says within 45 s that its host is gone, also where no one answers the packets.
    keepaliveInterval: 15_000,
    keepaliveCountMax: 2,
    tryKeyboard: password !== undefined,
    // Known types first: a server that has a known key must show that one.
    algorithms: {
      serverHostKey: [...new Set([...known, ...hostKeyTypes])].filter((type) => hostKeyTypes.includes(type)) as never,
    },
    hostVerifier: (key: Buffer) => {
      keyProblem = hostKeys.verify(host, key)
      return keyProblem === undefined
    },
    ...(password ? {password: password.reveal()} : {}),
    ...(agent ? {agent} : {}),
    // ssh2's own order, and the key as it was read.
    authHandler: [
      'none',
      ...(password ? ['password'] : []),
      ...(key ? [{type: 'publickey', username: host.user, key}] : []),
      ...(agent ? ['agent'] : []),
      ...(password ? ['keyboard-interactive'] : []),
    ] as never,
  }
  return new Promise((resolve, reject) => {
    const client = new Client()
    ended?.addEventListener('abort', () => client.destroy(), {once: true})
    // Nagle's algorithm with delayed acknowledgements costs up to 80 ms a read.
    client.on('connect', () => client.setNoDelay(true))
    client.on('ready', () => resolve(client))
    // Stays: ssh2 emits a second error after a timeout, and one on a kept connection that dies.
    client.on('error', (error) => reject(keyProblem ?? translate(host, error)))
    client.on('close', () =>
      reject(keyProblem ?? new HostError(`${host.label}: the connection was closed during the log-in`)),
    )
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) => {
      // A server that asks for more than one hidden word wants a second factor, which no unattended program has.
      answer(prompts.map(({echo}) => (echo ? '' : (password?.reveal() ?? ''))))
    })
    try {
      client.connect(config)
    } catch (error) {
      reject(translate(host, error as Error))
    }
  })
}

/** By a hash of key and passphrase: opening an encrypted key is half a second in which nothing else is done. */
const keysRead = new Map<string, ParsedKey | Error>()

function readKey(text: Secret, passphrase: Secret | undefined): ParsedKey | Error {
  const words = JSON.stringify([text.reveal(), passphrase?.reveal()])
  const id = createHash('sha256').update(words).digest('base64')
  const known = keysRead.get(id)
  if (known) return known
  const parsed = utils.parseKey(text.reveal(), passphrase?.reveal())
  const key = parsed instanceof Error || parsed.isPrivateKey() ? parsed : new Error('this is a public key')
  keysRead.set(id, key)
  return key
}

const causes: Record<string, string> = {
  ECONNREFUSED: 'connection refused: no SSH server listens there',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
}

function translate(host: Host, error: Error & {level?: string; code?: string}): HostError {
  const where = `${host.label}:`
  if (error.level === 'client-authentication') {
    const {password, privateKey, agent} = host.login()
    const tried = [password && 'password', privateKey && 'privateKey', agent && 'agent'].filter(Boolean)
    return tried.length > 0
      ? new HostError(`${where} user ${host.user} was refused (tried ${tried.join(', ')})`, [
          'check user and password or key in the hosts file, and that the account may log in by SSH',
        ])
      : new HostError(`${where} the hosts file gives no way to log in as ${host.user}`, [
          'add "password", "privateKey" or "agent" to the host',
        ])
  }
  if (error.level === 'client-timeout')
    return new HostError(`${where} no SSH server answered within ${connectTimeoutSeconds} s`)
  const cause = error.code === undefined ? undefined : causes[error.code]
  return new HostError(`${where} ${cause ?? error.message}`)
}

function keyWords(message: string): string {
  if (/no passphrase|encrypted/i.test(message) && !/bad|incorrect|integrity/i.test(message))
    return 'the private key is encrypted: give its "passphrase"'
  if (/bad|incorrect|integrity|decrypt/i.test(message)) return 'the passphrase does not open the private key'
  if (/unsupported/i.test(message))
    return 'the private key is of a format that is not supported: convert it with ssh-keygen -p -f FILE'
  return 'the private key cannot be read'
}
