import assert from 'node:assert/strict'
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {openSsh} from '../../../../src/lib/ssh/open-host.ts'
import {hostOf} from '../../hosts.ts'
import {closedPort, setEnv, setHome, tcpServer, until} from '../../servers.ts'
import {newKeyPair, sshServer} from '../../ssh-server.ts'

/** Someone whose ssh_config leads to `web` as it says; the fake servers let everybody in. */
function traveller(t: TestContext, config: string) {
  const home = setHome(t)
  setEnv(t, {SSH_AUTH_SOCK: undefined})
  const file = join(home, 'config')
  writeFileSync(file, `IdentityFile none\n${config}`)
  const reports: string[] = []
  const ssh = openSsh({sshConfig: file, report: (line) => reports.push(line)})
  const web = hostOf({label: 'web', ip: 'web', port: undefined, user: 'ada'})
  return {ssh, web, reports, open: () => ssh.open(web, '/proc/meminfo')}
}

const entry = (name: string, port: number, more = '') => `Host ${name}\n HostName 127.0.0.1\n Port ${port}\n ${more}\n`

test('a host is reached through two jump hosts, each with its own host key, and all are left at the end', async (t) => {
  const [one, two, end] = [
    await sshServer(t, {forwards: true}),
    await sshServer(t, {forwards: true}),
    await sshServer(t),
  ]
  const config = entry('one', one.port) + entry('two', two.port) + entry('web', end.port, 'ProxyJump one,two')
  const {open, reports} = traveller(t, config)
  const connection = await open()
  const {file, closed} = connection
  assert.equal(await file.read(), 'MemTotal: 8 kB\n')
  assert.deepEqual(
    [one.forwarded, two.forwarded, end.forwarded],
    [[`127.0.0.1:${two.port}`], [`127.0.0.1:${end.port}`], []],
  )
  assert.deepEqual(
    reports.map((line) => line.replace(/SHA256:\S+/, 'KEY')),
    ['jump host one: new host key KEY accepted and kept', 'jump host two: new host key KEY accepted and kept', 'web: new host key KEY accepted and kept'],
  ) // prettier-ignore
  connection.close()
  await closed
  await Promise.all([one.ended, two.ended, end.ended])
})

test('many hosts go through one log-in to their jump host, which is left after the last of them', async (t) => {
  const [one, end] = [await sshServer(t, {forwards: true}), await sshServer(t)]
  const {ssh} = traveller(t, entry('one', one.port) + entry('web*', end.port, 'ProxyJump one'))
  const hosts = Array.from({length: 12}, (_, index) => hostOf({ip: `web${index}`, port: undefined}))
  const connections = await Promise.all(hosts.map((host) => ssh.open(host, '/proc/meminfo')))
  assert.deepEqual([one.connections.length, end.connections.length], [1, 12])
  let left = false
  void one.ended.then(() => (left = true))
  const [last, ...others] = connections
  others.forEach((connection) => connection.close())
  await Promise.all(others.map(({closed}) => closed))
  assert.equal(await last!.file.read(), 'MemTotal: 8 kB\n')
  assert.equal(left, false)
  last!.close()
  await one.ended
  // Who comes later logs in anew.
  const again = await ssh.open(hosts[0]!, '/proc/meminfo')
  assert.equal(one.connections.length, 2)
  again.close()
})

test('who gives up on a jump host that never answers is not held back', async (t) => {
  const silent = await tcpServer(t, () => undefined)
  const {ssh, web} = traveller(t, entry('one', silent) + entry('web', 9, 'ProxyJump one'))
  const ended = new AbortController()
  setTimeout(() => ended.abort(), 50)
  const begun = Date.now()
  await assert.rejects(ssh.open(web, '/proc/meminfo', ended.signal), {message: /^web: jump host one: /})
  assert.ok(Date.now() - begun < 2000)
})

test('when a jump host goes, the connection is told to be over', async (t) => {
  const [one, end] = [await sshServer(t, {forwards: true}), await sshServer(t)]
  const {open} = traveller(t, entry('one', one.port) + entry('web', end.port, 'ProxyJump one'))
  const {closed, file} = await open()
  one.connections[0]!.end()
  await closed
  await assert.rejects(file.read(), {message: 'the connection was closed'})
})

test('what is wrong with a jump host is said of it', async (t) => {
  const closed = await closedPort()
  const far = traveller(t, entry('one', closed) + entry('web', 9, 'ProxyJump one'))
  await assert.rejects(far.open(), {
    name: 'HostError',
    message: 'web: jump host one: connection refused: no SSH server listens there',
  })
})

test('a host that its jump host does not reach', async (t) => {
  const [one, closed] = [await sshServer(t), await closedPort()]
  const {open} = traveller(t, entry('one', one.port) + entry('web', closed, 'ProxyJump one'))
  await assert.rejects(open(), {message: new RegExp(`^web: jump host one cannot reach 127.0.0.1, port ${closed}: .`)})
  await until(() => one.forwarded.length === 1)
  await one.ended
})

test('a way that a jump host opens when nobody waits for it any more is closed again', async (t) => {
  const {promise: late, resolve} = Promise.withResolvers<undefined>()
  const {promise: closed, resolve: close} = Promise.withResolvers<unknown>()
  const db = await sshServer(t)
  const web = await tcpServer(t, (socket) => void socket.resume().on('end', close))
  const one = await sshServer(t, {forwards: (port) => (port === web ? late : undefined)})
  const behind = entry('db', db.port, 'ProxyJump one') + entry('web', web, 'ProxyJump one\n ConnectTimeout 1')
  const {ssh, open} = traveller(t, entry('one', one.port) + behind)
  const other = await ssh.open(hostOf({ip: 'db', port: undefined}), '/proc/meminfo')
  await assert.rejects(open(), {
    message: `web: jump host one cannot reach 127.0.0.1, port ${web}: no answer within 1 s`,
  })
  resolve(undefined)
  await closed
  assert.equal(await other.file.read(), 'MemTotal: 8 kB\n')
  other.close()
})

test('a jump host with a changed key is refused before the host is asked for', async (t) => {
  const one = await sshServer(t, {forwards: true})
  const other = newKeyPair()
  const config = entry('one', one.port, 'UserKnownHostsFile ~/known') + entry('web', 9, 'ProxyJump one')
  const {open} = traveller(t, config)
  writeFileSync(join(process.env['HOME']!, 'known'), `[127.0.0.1]:${one.port} ${other.public}\n`)
  await assert.rejects(open(), {
    message: /^web: jump host one: its host key has changed to SHA256:\S+; \S+known:1 has /,
  })
  assert.deepEqual(one.forwarded, [])
})

test('an address of IPv6, and how known_hosts has it', async (t) => {
  const server = await sshServer(t, {address: '::1'}).catch((error: unknown) => error as Error)
  if (server instanceof Error) {
    t.skip('this machine has no IPv6')
    return
  }
  const hostKeys: string[] = []
  const home = setHome(t)
  const ssh = openSsh({sshConfig: 'none', report: (line) => hostKeys.push(line)})
  const host = hostOf({label: 'six', ip: '::1', port: server.port})
  const connection = await ssh.open(host, '/proc/meminfo')
  assert.equal(await connection.file.read(), 'MemTotal: 8 kB\n')
  connection.close()
  const known = readFileSync(join(home, '.local/state/gnocchictl/known_hosts'), 'utf8')
  assert.match(known, new RegExp(`^\\[::1\\]:${server.port} ssh-ed25519 \\S+\n$`))
  assert.equal(hostKeys.length, 1)
  const strict = openSsh({sshConfig: 'none', hostKeyCheck: 'strict', report: (line) => hostKeys.push(line)})
  const again = await strict.open(host, '/proc/meminfo')
  again.close()
})
