// The hosts: a fault proxy before the lab's SSH servers, and ssh2's own server as a host of ill will.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {describe, test, type TestContext} from 'node:test'

import {service} from '../../lab/servers.ts'
import {unique} from '../live/lab.ts'
import type {Running} from '../live/person.ts'
import {meminfo, sshServer, type SshOptions} from '../unit/ssh-server.ts'
import {assertAllStored, assertSteady, endedWell, fromHosts, printsMore, samplesIn, says} from './evidence.ts'
import {proxy, type Mode, type Proxy} from './proxy.ts'
import {setting} from './setting.ts'

const {lab, gnocchi, producer} = await setting()

interface Trial {
  producing: Running
  faulty: string
  steady: string
  /** The faulty host has given `count` samples more. */
  gives: (count: number) => Promise<void>
}

/** Samples a host in trouble beside one that is well. */
async function trial(
  t: TestContext,
  at: {port: number},
  login: {user?: string; password?: string} = {},
): Promise<Trial> {
  const {port, hosts, accounts} = lab.ssh
  const root = {user: 'root', password: accounts.root.password}
  const [faulty, steady] = [unique('faulty'), unique('steady')]
  const alice = await producer(t, {
    hosts: [
      {ip: '127.0.0.1', name: faulty, port: at.port, ...root, ...login},
      {ip: hosts[1], name: steady, port, ...root},
    ],
  })
  const producing = alice.start(fromHosts)
  const count = () => samplesIn(producing.stdout).filter(({host}) => host === faulty).length
  return {
    producing,
    faulty,
    steady,
    gives: (more) => {
      const wanted = count() + more
      return producing.says(() => count() >= wanted, 60)
    },
  }
}

/** The steady host was held back by nobody, all that was printed is in Gnocchi; gives what was said. */
async function account({producing, faulty, steady}: Trial): Promise<string[]> {
  const {stdout, said} = await endedWell(producing)
  assertSteady(stdout, steady)
  await assertAllStored(gnocchi, stdout)
  return said.slice(0, -1).map((line) => line.replaceAll(faulty, 'HOST').replace(/back after .*/, 'back after …'))
}

const before_ = (t: TestContext): Promise<Proxy> => proxy(t, {host: '127.0.0.1', port: lab.ssh.port})

/** A second sshd, for which every folder that a log-in may write to is a full disk of its own. */
const fullDisksSshd = (port: number): string => `
  for folder in /tmp /var/tmp /var/log /home /root; do
    mount -t tmpfs -o size=8k tmpfs "$folder"
    dd if=/dev/zero of="$folder/full" bs=1k 2>/dev/null
    if echo more > "$folder/more" 2>/dev/null; then echo "$folder is not full" >&2; exit 1; fi
  done
  exec /usr/sbin/sshd -f /dev/null -p ${port} -o ListenAddress=127.0.0.1 -o PidFile=/run/lab/full-disks.pid \\
    -o PermitRootLogin=yes -o UsePAM=no -o StrictModes=no -o 'Subsystem=sftp internal-sftp'`

describe('hosts in trouble', {concurrency: 5}, () => {
  for (const [name, fault, said] of [
    ['refuses connections', 'refuse', 'HOST: connection refused: no SSH server listens there; trying again in'],
    ['is a black hole', 'black-hole', 'HOST: no answer within 1 s; trying again in'],
    ['is reset with each answer', 'reset-answer', 'HOST: '],
  ] as [string, Mode, string][])
    test(`a host that ${name} is said, delays nobody, and is back when it is well`, async (t) => {
      const way = await before_(t)
      const run = await trial(t, way)
      await run.gives(2)
      await way.set(fault)
      await run.producing.says(says(new RegExp(said.replace('HOST', run.faulty))))
      await run.producing.says(printsMore(run.producing, 3))
      await way.set('pass')
      await run.gives(2)
      const told = await account(run)
      assert.ok(
        told.some((line) => line.startsWith(said)),
        told.join('\n'),
      )
      assert.equal(told.at(-1), 'HOST: back after …')
    })

  test('a host whose disks are full gives its samples', async (t) => {
    const port = 12_299
    const {code, stderr} = await lab.inside(['unshare', '--mount', 'bash', '-c', fullDisksSshd(port)])
    assert.equal(code, 0, stderr)
    t.after(() => lab.inside(['sh', '-c', 'kill "$(cat /run/lab/full-disks.pid)"']))
    const run = await trial(t, {port})
    await run.gives(3)
    assert.deepEqual(
      (await account(run)).filter((line) => !line.includes('new host key')),
      [],
    )
  })

  test('a host at 10 KB/s gives its samples', async (t) => {
    const way = await before_(t)
    await way.set({bytesPerSecond: 10_000})
    const run = await trial(t, way)
    await run.gives(5)
    await account(run)
  })

  test('a host whose key has changed is refused, not sampled, until the old key is back', async (t) => {
    const way = await before_(t)
    const run = await trial(t, way)
    await run.gives(2)
    const impostor = await sshServer(t)
    way.target = {host: '127.0.0.1', port: impostor.port}
    way.reset()
    await run.producing.says(says('trying again'))
    const given = samplesIn(run.producing.stdout).filter(({host}) => host === run.faulty).length
    await run.producing.says(printsMore(run.producing, 4))
    assert.equal(samplesIn(run.producing.stdout).filter(({host}) => host === run.faulty).length, given)
    assert.deepEqual(impostor.tried, [], 'the impostor saw no password')
    way.target = {host: '127.0.0.1', port: lab.ssh.port}
    await run.gives(2)
    const told = await account(run)
    assert.ok(
      told.some((line) => /key/.test(line) && /changed|another/.test(line)),
      told.join('\n'),
    )
  })

  test('a host that was set up anew is back once its old key is removed as told, without a restart', async (t) => {
    const way = await before_(t)
    const run = await trial(t, way)
    await run.gives(2)
    const anew = await sshServer(t)
    anew.content = meminfo('debian-13-linux-6.12')
    way.target = {host: '127.0.0.1', port: anew.port}
    way.reset()
    await run.producing.says(says('was set up anew'))
    const [, line, file] = /remove line (\d+) of (\S+?)\)?\n/.exec(run.producing.stderr)!
    execFileSync('sed', ['-i', `${line!}d`, file!])
    await run.gives(2)
    assert.equal((await account(run)).at(-1), 'HOST: back after …')
  })

  test('an account whose password is changed, and one that is locked, are refused, and back when mended', async (t) => {
    const way = await before_(t)
    const user = unique('tmp')
    const shell = async (script: string) => {
      const {code, stderr} = await lab.inside(['bash', '-c', script])
      assert.equal(code, 0, stderr)
    }
    const set = (password: string) => shell(`echo '${user}:${password}' | chpasswd`)
    await shell(`useradd --create-home --shell /bin/bash ${user}`)
    t.after(() => shell(`pkill -KILL -u ${user}; userdel -rf ${user} 2>&1 || true`))
    await set('first-0ne')
    const run = await trial(t, way, {user, password: 'first-0ne'})
    const refused = `${run.faulty}: user ${user} was refused (tried password); trying again in`
    await run.gives(2)
    await set('secOnd-one')
    way.reset()
    await run.producing.says(says(refused))
    await set('first-0ne')
    await run.gives(2)
    await shell(`usermod -L ${user}`)
    way.reset()
    await run.producing.says(({stderr}) => stderr.split(refused).length > 2)
    await shell(`usermod -U ${user}`)
    await run.gives(2)
    const told = await account(run)
    assert.equal(told.at(-1), 'HOST: back after …')
  })

  test('nonsense, an empty file, half a file and a silent channel give no sample, and are said in words', async (t) => {
    const host = await sshServer(t)
    const good = meminfo('debian-13-linux-6.12')
    host.content = good
    const run = await trial(t, host)
    for (const [content, said] of [
      ['\u0000\u0001 nonsense \u001b[2J', /\/proc\/meminfo has no MemTotal/],
      ['', /./],
      [good.replace(/MemTotal: *\d+/, 'MemTotal: 1'), /\/proc\/meminfo has more memory available than in all/],
      [() => undefined, /no answer within 1 s/],
    ] as const) {
      await run.gives(1)
      const already = run.producing.stderr.length
      host.content = content
      await run.producing.says(({stderr}) => {
        const told = stderr.slice(already)
        return told.includes('trying again') && said.test(told)
      })
      host.content = good
    }
    await run.gives(1)
    const told = await account(run)
    assert.equal(told.at(-1), 'HOST: back after …')
    assert.ok(!told.join('').includes('\u001b'), 'a host writes to nobody’s terminal')
  })

  const exec = (answer: Exclude<SshOptions['exec'], false | undefined>): SshOptions => ({sftp: false, exec: answer})
  test('a host without /proc/meminfo, one with an endless answer and one whose channel is silent give no sample', async (t) => {
    type Channel = Parameters<Exclude<SshOptions['exec'], false | undefined>>[1]
    const good = meminfo('debian-13-linux-6.12')
    const well = (channel: Channel) => {
      channel.write(good)
      channel.exit(0)
      channel.end()
    }
    const answers: Record<string, (channel: Channel) => void> = {
      well,
      missing(channel) {
        channel.stderr.write('cat: /proc/meminfo: No such file or directory\n')
        channel.exit(1)
        channel.end()
      },
      endless(channel) {
        const more = () => {
          while (channel.writable && channel.write('x'.repeat(16_384)));
        }
        channel.on('drain', more)
        channel.on('error', () => undefined)
        more()
      },
      silent: () => undefined,
    }
    let answer = 'well'
    const host = await sshServer(
      t,
      exec((_command, channel) => answers[answer]!(channel)),
    )
    const run = await trial(t, host)
    for (const [fault, said] of [
      ['missing', 'No such file or directory'],
      ['endless', 'is longer than 65536 bytes'],
      ['silent', 'no answer within 1 s'],
    ] as const) {
      answer = 'well'
      await run.gives(1)
      answer = fault
      await run.producing.says(says(said))
    }
    answer = 'well'
    await run.gives(1)
    const told = await account(run)
    assert.equal(told.at(-1), 'HOST: back after …')
  })
})

test('sshd and its sessions are killed on all hosts, and start again with the same keys: all are back', async (t) => {
  const run = await trial(t, {port: lab.ssh.port})
  await run.gives(2)
  await service(lab, 'stop', 'sshd')
  await service(lab, 'sessions', 'sshd')
  try {
    await run.producing.says(says('connection refused'))
  } finally {
    await service(lab, 'start', 'sshd')
  }
  await run.gives(3)
  const {stdout, said} = await endedWell(run.producing)
  assert.equal(said.filter((line) => line.includes('back after')).length, 2, said.join('\n'))
  assert.ok(!said.some((line) => line.includes('key')), said.join('\n'))
  await assertAllStored(gnocchi, stdout)
})
