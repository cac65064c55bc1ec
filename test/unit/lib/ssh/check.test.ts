import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {dirname, join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {checkHosts} from '../../../../src/lib/check-hosts.ts'
import {formats} from '../../../../src/lib/render/formats.ts'
import {checkColumns, keyColumns} from '../../../../src/lib/render/hosts.ts'
import {samplers} from '../../../../src/lib/sampling/samplers.ts'
import {Secret} from '../../../../src/lib/secret.ts'
import {fingerprint} from '../../../../src/lib/ssh/known-hosts.ts'
import {openSsh} from '../../../../src/lib/ssh/open-host.ts'
import {fetchKeys, newKeys} from '../../../../src/lib/trust-hosts.ts'
import {hostOf} from '../../hosts.ts'
import {closedPort, setEnv, setHome, tcpServer} from '../../servers.ts'
import {meminfo, newKeyPair, sshServer} from '../../ssh-server.ts'

const key = newKeyPair()
const other = newKeyPair()
const print = fingerprint(Buffer.from(key.public.split(' ')[1]!, 'base64'))
const own = '.local/state/gnocchictl/known_hosts'

/** Someone who knows these hosts already; `name` is what known_hosts calls the server on a port. */
function someone(t: TestContext, known: string[] = []) {
  const home = setHome(t)
  setEnv(t, {SSH_AUTH_SOCK: undefined})
  const file = join(home, own)
  mkdirSync(dirname(file), {recursive: true})
  if (known.length > 0) writeFileSync(file, known.map((line) => `${line}\n`).join(''))
  const ssh = openSsh({sshConfig: 'none', report: (line) => assert.fail(line)})
  return {ssh, file, kept: () => (existsSync(file) ? readFileSync(file, 'utf8') : '')}
}

const name = ({port}: {port: number}): string => `[127.0.0.1]:${port}`
const login = {password: new Secret('hunter2')}

test('hosts are tried as produce would, nothing is stored, and what is wrong stands in the row', async (t) => {
  const content = meminfo('debian-12-linux-6.1')
  const [good, fresh, changed, refusing, odd] = await Promise.all([
    sshServer(t, {hostKey: key.private}),
    sshServer(t, {hostKey: key.private, sftp: false, exec: (_command, channel) => {
      channel.exit(0)
      channel.end(content)
    }}),
    sshServer(t, {hostKey: key.private}),
    sshServer(t, {hostKey: key.private, login: () => false}),
    sshServer(t, {hostKey: key.private}),
  ]) // prettier-ignore
  good.content = content
  odd.content = 'nonsense'
  const closed = await closedPort()
  const {ssh, file, kept} = someone(t, [`${name(good)} ${key.public}`, `${name(changed)} ${other.public}`])
  const before = kept()
  const hosts = Object.entries({good, fresh, changed, refusing, odd, closed: {port: closed}}).map(([label, {port}]) =>
    hostOf({label, port, login}),
  )
  const rows = await checkHosts(hosts, samplers.memory, ssh)
  const cells = rows.map((row) => ({
    ...Object.fromEntries(checkColumns(samplers.memory).map((column) => [column.name, column.value(row)])),
    latency_ms: row.latencyMs !== undefined && row.latencyMs > 0,
  }))
  const percent = samplers.memory.parse(content)
  const row = (host: string, more: object) => ({
    host,
    reachable: true,
    host_key: 'new',
    key_type: 'ssh-ed25519',
    fingerprint: print,
    authentication: null,
    method: null,
    memory_percent: null,
    latency_ms: false,
    problem: null,
    ...more,
  })
  const read = {authentication: 'none needed', method: 'sftp', memory_percent: percent, latency_ms: true}
  const otherPrint = fingerprint(Buffer.from(other.public.split(' ')[1]!, 'base64'))
  const told = rows.find(({host}) => host === 'odd')!.problem!.message
  assert.deepEqual(cells, [
    row('good', {...read, host_key: 'known'}),
    row('fresh', {...read, method: 'exec'}),
    row('changed', {
      host_key: 'changed',
      problem: `its host key has changed to ${print}; ${file}:2 has ${otherPrint}`,
    }),
    row('refusing', {problem: 'user ada was refused (tried password)'}),
    row('odd', {...read, memory_percent: null, problem: told}),
    row('closed', {
      reachable: false,
      host_key: null,
      key_type: null,
      fingerprint: null,
      problem: 'connection refused: no SSH server listens there',
    }),
  ])
  assert.match(told, /MemTotal/)
  assert.equal(kept(), before)
  assert.match(
    formats.table.list(rows, checkColumns(samplers.memory)),
    new RegExp(`\\| good .*\\| known .*\\| none needed .*\\| sftp .*\\| ${percent.toFixed(2)} % .* ms `),
  )
})

test('strict: a new key is a problem', async (t) => {
  const server = await sshServer(t, {hostKey: key.private})
  someone(t)
  const ssh = openSsh({sshConfig: 'none', hostKeyCheck: 'strict', report: () => undefined})
  const found = await ssh.check(hostOf({port: server.port}), '/proc/meminfo')
  assert.deepEqual([found.reachable, found.key?.verdict.kind], [true, 'unknown'])
  assert.equal(found.problem?.message, `web: its host key ${print} is not known`)
})

test('a host that only an authority vouches for is refused, with what to do, and may be trusted', async (t) => {
  const server = await sshServer(t, {hostKey: key.private})
  const {ssh, file} = someone(t, [`@cert-authority * ${other.public}`])
  const host = hostOf({port: server.port})
  const found = await ssh.check(host, '/proc/meminfo')
  assert.deepEqual(
    [found.problem?.message, found.problem?.suggestions],
    [
      `web: it is known by a certificate authority only (${file}:1), and host certificates are not supported`,
      ['compare its key and keep it: gnocchictl hosts trust web'],
    ],
  )
  assert.deepEqual(server.tried, [])
  const rows = await fetchKeys([host], ssh)
  newKeys(rows).forEach((seen) => seen.keep())
  assert.equal((await ssh.check(host, '/proc/meminfo')).key?.verdict.kind, 'known')
})

test('the keys of hosts, what is known of each, and what a yes would keep', async (t) => {
  const [known, fresh, changed, revoked] = await Promise.all(
    [key, key, key, other].map((pair) => sshServer(t, {hostKey: pair.private, login: () => false})),
  )
  const port = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const {ssh, file, kept} = someone(t, [
    `${name(known!)} ${key.public}`,
    `${name(changed!)} ${other.public}`,
    `@revoked * ${other.public}`,
  ])
  const hosts = Object.entries({known, fresh, changed, revoked, none: {port}}).map(([label, server]) =>
    hostOf({label, port: server!.port, login}),
  )
  const rows = await fetchKeys(hosts, ssh)
  assert.deepEqual(
    rows.map((row) => [keyColumns[0]!.value(row), keyColumns[1]!.value(row)]),
    [
      ['known', 'known'],
      ['fresh', 'new'],
      ['changed', 'changed'],
      ['revoked', 'revoked'],
      ['none', null],
    ],
  )
  assert.match(rows[2]!.problem!, new RegExp(`^its host key has changed to .* remove line 2 of ${file}$`))
  assert.match(rows[3]!.problem!, new RegExp(`^its host key SHA256:\\S+ is revoked; ${file}:3 says so`))
  assert.equal(rows[4]!.problem, 'Connection lost before handshake')
  assert.deepEqual(
    newKeys(rows).map((seen) => [seen.type, seen.fingerprint]),
    [['ssh-ed25519', print]],
  )
  const before = kept()
  newKeys(rows).forEach((seen) => seen.keep())
  assert.equal(kept(), `${before}${name(fresh!)} ${key.public}\n`)
  // Nobody was asked to let us in.
  assert.deepEqual(
    [known, fresh, changed].flatMap((server) => server!.tried),
    [],
  )
})

test('a server that does not have the key it shows is not trusted', async (t) => {
  // The signature is of another key than the one shown: ssh2's server is made to lie.
  const server = await sshServer(t, {hostKey: key.private})
  const {ssh, kept} = someone(t)
  const lying = await lyingServer(t, server.port)
  await assert.rejects(ssh.keyOf(hostOf({port: lying})), {name: 'HostError'})
  const open = openSsh({sshConfig: 'none', report: (line) => assert.fail(line)})
  await assert.rejects(open.open(hostOf({port: lying, login}), '/proc/meminfo'), {name: 'HostError'})
  assert.equal(kept(), '')
})

/** Passes all on to a real server, with another key of the same length in the place of its own. */
async function lyingServer(t: TestContext, port: number): Promise<number> {
  const [from, to] = [key, other].map(({public: line}) => Buffer.from(line.split(' ')[1]!, 'base64'))
  return tcpServer(t, (socket) => {
    const behind = connect(port, '127.0.0.1')
    behind.on('error', () => undefined)
    socket.pipe(behind)
    behind.on('data', (data: Buffer) => {
      const at = data.indexOf(from!)
      if (at >= 0) to!.copy(data, at)
      socket.write(data)
    })
    behind.on('close', () => socket.destroy())
    socket.on('close', () => behind.destroy())
  })
}
