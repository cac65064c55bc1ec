import {readFileSync} from 'node:fs'
import {connect, createServer, type AddressInfo} from 'node:net'
import type {TestContext} from 'node:test'

import ssh2, {type Algorithms, type AuthContext, type Connection, type ServerChannel, type SFTPWrapper} from 'ssh2'

const {STATUS_CODE: status} = ssh2.utils.sftp

/** A key pair: one of 256 that ssh2 makes of this type, it cannot read itself. */
export function newKeyPair(passphrase?: string): {public: string; private: string} {
  const encrypted = passphrase === undefined ? undefined : {passphrase, cipher: 'aes256-ctr', rounds: 4}
  const pair = ssh2.utils.generateKeyPairSync('ed25519', encrypted)
  return ssh2.utils.parseKey(pair.private, passphrase) instanceof Error ? newKeyPair(passphrase) : pair
}

export interface FakeSsh {
  port: number
  /** Logins that were tried: `password`, `publickey`, ... */
  tried: string[]
  connections: Connection[]
  /** Where it was asked to connect to. */
  forwarded: string[]
  /** Settles when the first connection has ended. */
  ended: Promise<unknown>
  /** What the file holds; a function is asked at each read, and its undefined leaves the read unanswered. */
  content: string | (() => string | undefined)
}

export interface SshOptions {
  hostKey?: string
  /** Lets in; all when left out. Undefined: it answers by itself. */
  login?: (auth: AuthContext) => boolean | undefined
  /** Where to listen; 127.0.0.1 when left out. */
  address?: string
  algorithms?: Algorithms
  /** Whether it connects further, as a jump host does; a function is waited for first. */
  forwards?: boolean | ((port: number) => Promise<unknown> | undefined)
  sftp?: boolean
  exec?: false | ((command: string, channel: ServerChannel) => void)
}

/** ssh2's own server as a host on loopback: SFTP with one readable file, or exec. */
export async function sshServer(t: TestContext, options: SshOptions = {}): Promise<FakeSsh> {
  const {promise: ended, resolve: end} = Promise.withResolvers()
  const fake: FakeSsh = {port: 0, tried: [], connections: [], forwarded: [], ended, content: 'MemTotal: 8 kB\n'}
  const {algorithms, address = '127.0.0.1'} = options
  const settings = {hostKeys: [options.hostKey ?? newKeyPair().private], ...(algorithms ? {algorithms} : {})}
  const server = new ssh2.Server(settings, (connection) => {
    fake.connections.push(connection)
    connection.on('error', () => undefined)
    connection.on('end', () => end(undefined))
    connection.on('authentication', (auth) => {
      if (auth.method !== 'none') fake.tried.push(auth.method)
      const verdict = options.login ? options.login(auth) : true
      if (verdict === true) auth.accept()
      else if (verdict === false) auth.reject(['password', 'publickey', 'keyboard-interactive'])
    })
    connection.on('tcpip', (accept, reject, {destIP, destPort}) => {
      fake.forwarded.push(`${destIP}:${destPort}`)
      const {forwards} = options
      if (!forwards) {
        reject()
        return
      }
      const further = () => {
        const socket = connect({host: destIP, port: destPort, noDelay: true})
        socket.on('error', () => reject())
        socket.on('connect', () => {
          const channel = accept()
          channel.on('error', () => undefined)
          socket.on('error', () => undefined)
          channel.pipe(socket).pipe(channel)
        })
      }
      if (forwards === true) further()
      else void Promise.resolve(forwards(destPort)).then(further)
    })
    connection.on('session', (accept) => {
      const session = accept()
      if (options.sftp ?? true) session.on('sftp', (acceptSftp) => serve(acceptSftp(), fake))
      const {exec} = options
      if (exec) session.on('exec', (acceptExec, _reject, {command}) => exec(command, acceptExec()))
    })
  })
  // Nagle's algorithm, which ssh2's own listener leaves on, costs 40 ms a message.
  const listening = createServer({noDelay: true}, (socket) => server.injectSocket(socket))
  await new Promise<void>((resolve) => listening.listen(0, address, resolve))
  t.after(() => {
    fake.connections.forEach((connection) => connection.end())
    listening.close()
  })
  fake.port = (listening.address() as AddressInfo).port
  return fake
}

function serve(sftp: SFTPWrapper, fake: FakeSsh): void {
  sftp.on('OPEN', (id, path) => {
    if (path === '/proc/meminfo') sftp.handle(id, Buffer.from('1'))
    else sftp.status(id, status.NO_SUCH_FILE)
  })
  sftp.on('READ', (id, _handle, offset, length) => {
    const content = typeof fake.content === 'string' ? fake.content : fake.content()
    if (content === undefined) return
    const data = Buffer.from(content).subarray(offset, offset + length)
    if (data.length === 0) sftp.status(id, status.EOF)
    else sftp.data(id, data)
  })
}

export const meminfo = (name: string): string =>
  readFileSync(new URL(`fixtures/meminfo/${name}.txt`, import.meta.url), 'utf8')
