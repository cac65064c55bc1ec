import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import type {ServerChannel} from 'ssh2'

import type {Host} from '../../../../src/lib/hosts-file/read.ts'
import {openSsh} from '../../../../src/lib/ssh/open-host.ts'
import {hostOf} from '../../hosts.ts'
import {until} from '../../servers.ts'
import {meminfo, sshServer, type SshOptions} from '../../ssh-server.ts'

const openHost = (host: Host, path: string) =>
  openSsh({sshConfig: 'none', hostKeyCheck: 'off', report: () => undefined}).open(host, path)
const file = '/proc/meminfo'
const text = meminfo('debian-12-linux-6.1')

const open = async (t: TestContext, options: SshOptions, path = file) => {
  const server = await sshServer(t, options)
  server.content = text
  const connection = await openHost(hostOf({port: server.port}), path)
  t.after(() => connection.close())
  return {server, connection}
}

const printing =
  (output: string, exitCode = 0, complaint = '') =>
  (_command: string, channel: ServerChannel) => {
    channel.stderr.write(complaint)
    channel.exit(exitCode) // before the data, as some servers do
    channel.end(output)
  }

test('a file is read by SFTP, anew each time, over one connection', async (t) => {
  const {server, connection} = await open(t, {})
  assert.equal(connection.file.method, 'sftp')
  assert.equal(await connection.file.read(), text)
  server.content = 'changed'
  assert.equal(await connection.file.read(), 'changed')
  assert.equal(server.connections.length, 1)
})

test('where there is no SFTP, it is read by exec', async (t) => {
  const commands: string[] = []
  const {connection} = await open(t, {
    sftp: false,
    exec(command, channel) {
      commands.push(command)
      printing(text)(command, channel)
    },
  })
  assert.equal(connection.file.method, 'exec')
  assert.equal(await connection.file.read(), text)
  assert.deepEqual(new Set(commands), new Set([`cat ${file}`]))
})

test('where SFTP may not open it, exec is tried', async (t) => {
  const {connection} = await open(t, {exec: printing('42')}, '/proc/loadavg')
  assert.equal(connection.file.method, 'exec')
  assert.equal(await connection.file.read(), '42')
})

for (const [name, options, path, message] of [
  [
    'neither SFTP nor exec',
    {sftp: false},
    file,
    `${file} can be read neither by SFTP (Unable to start subsystem: sftp) nor by exec (Unable to exec)`,
  ],
  [
    'no such file',
    {exec: printing('', 1, 'cat: /nope: No such file or directory\nmore\n')},
    '/nope',
    '/nope can be read neither by SFTP (No such file or directory) nor by exec (cat: /nope: No such file or directory)',
  ],
  [
    'a command that fails without a word',
    {sftp: false, exec: printing('', 127)},
    file,
    `${file} can be read neither by SFTP (Unable to start subsystem: sftp) nor by exec (cat ended with 127)`,
  ],
] as [string, SshOptions, string, string][])
  test(`${name}: both reasons are said, and the connection is closed`, async (t) => {
    const server = await sshServer(t, options)
    await assert.rejects(openHost(hostOf({port: server.port}), path), {
      name: 'HostError',
      exitCode: 5,
      message,
    })
    await server.ended
  })

test('an answer without end is cut', async (t) => {
  let sent = 0
  const endless = (_command: string, channel: ServerChannel) => {
    const more = () => {
      while (!channel.destroyed && channel.write('x'.repeat(16_384))) sent++
    }
    channel.on('drain', more)
    channel.on('error', () => undefined)
    more()
  }
  const server = await sshServer(t, {sftp: false, exec: endless})
  await assert.rejects(openHost(hostOf({port: server.port}), file), {
    message: `${file} can be read neither by SFTP (Unable to start subsystem: sftp) nor by exec (${file} is longer than 65536 bytes)`,
  })
  await server.ended
  assert.ok(sent < 1000)
})

test('of a long file, SFTP reads the beginning', async (t) => {
  const {server, connection} = await open(t, {})
  server.content = 'x'.repeat(100_000)
  assert.equal((await connection.file.read()).length, 32_768)
})

for (const [name, options] of [
  ['SFTP', {}],
  ['exec', {sftp: false}],
] as [string, SshOptions][])
  test(`a connection that ends during a read by ${name} fails the read, and is told`, async (t) => {
    let answered = 0
    const {server, connection} = await open(t, {
      ...options,
      exec(command, channel) {
        if (answered++ === 0) printing(text)(command, channel)
      },
    })
    if (name === 'SFTP') server.content = () => undefined
    const reading = assert.rejects(connection.file.read(), {name: 'HostError'})
    setTimeout(() => server.connections[0]!.end(), 20)
    await reading
    await connection.closed
  })

test('a read after the end of the connection fails', async (t) => {
  const {server, connection} = await open(t, {})
  server.connections[0]!.end()
  await connection.closed
  await assert.rejects(connection.file.read(), {message: 'the connection was closed'})
})

test('a connection may be closed twice', async (t) => {
  const {server, connection} = await open(t, {})
  let ended = false
  server.connections[0]!.once('close', () => (ended = true))
  connection.close()
  connection.close()
  await connection.closed
  await until(() => ended)
})
