// The collector's own machine: killed, stopped, its clock set, its disk full or damaged, its descriptors used up.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  rmdirSync,
  statSync,
  writeSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, test, type TestContext} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'

import {openSpool, spoolFile} from '../../src/lib/delivery/spool.ts'
import {unique} from '../live/lab.ts'
import {
  accountFor,
  assertAllStored,
  endedWell,
  fromHosts,
  kept,
  printed,
  printsMore,
  randomly,
  samplesIn,
  says,
  well,
} from './evidence.ts'
import {proxy} from './proxy.ts'
import {setting} from './setting.ts'

const {lab, gnocchi, producer, throughProxy} = await setting()

const complete = (stdout: string): string => stdout.slice(0, stdout.lastIndexOf('\n') + 1)

/** A disk of three megabytes, and a file on it that takes all the rest. */
function smallDisk(t: TestContext): {path: string; fill(): void; free(): void} {
  const path = mkdtempSync(join(tmpdir(), 'gnocchictl-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'gnocchictl-test', path])
  t.after(() => {
    execFileSync('umount', ['-l', path])
    rmdirSync(path)
  })
  const filler = join(path, 'filler')
  return {
    path,
    fill() {
      const file = openSync(filler, 'w')
      try {
        for (const block = Buffer.alloc(4096); ;) writeSync(file, block)
      } catch (error) {
        assert.equal((error as {code?: string}).code, 'ENOSPC')
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler),
  }
}

/** Put before the program, it adds to the machine's clock what a file says: libfaketime, for one process of Node. */
const settableClock = `
import {readFileSync} from 'node:fs'
const Real = Date
let ahead = 0
let looked = -Infinity
const now = () => {
  if (performance.now() - looked > 20) {
    looked = performance.now()
    ahead = Number(readFileSync(process.env.CLOCK_AHEAD, 'utf8')) * 1000
  }
  return Real.now() + ahead
}
globalThis.Date = class extends Real {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given))
  }
  static now() {
    return now()
  }
}
`

describe('the collector in trouble', {concurrency: 4}, () => {
  test('SIGKILL ten times in a row, at random moments, half of them in the middle of a batch', async (t) => {
    const {way, alice} = await throughProxy(t)
    let stdout = ''
    for (let round = 0; round < 10; round++) {
      await way.set(round % 2 ? 'silence' : 'pass')
      const producing = alice.start(randomly)
      await producing.says(printed(1))
      await sleep(Math.random() * 1500)
      stdout += complete((await producing.end('SIGKILL')).stdout)
    }
    await way.set('pass')
    const last = await alice.cli([...randomly, '--count', '2'])
    assert.equal(last.code, 0, last.stderr)
    const samples = samplesIn(stdout + last.stdout)
    const metrics = Object.values(alice.metrics())
    const {unprinted, stored, ...rest} = await accountFor(gnocchi, samples, metrics)
    assert.deepEqual(rest, {sampled: samples.length, lost: 0, doubled: 0, outOfOrder: 0})
    assert.equal(stored, samples.length + unprinted)
    assert.ok(unprinted <= 10 * metrics.length, `${unprinted} more than a round for each kill`)
  })

  test('SIGSTOP for 15 seconds, then SIGCONT: what was missed is skipped, not made up', async (t) => {
    const alice = await producer(t)
    const producing = alice.start(randomly)
    await producing.says(printed(6))
    producing.child.kill('SIGSTOP')
    await sleep(15_000)
    producing.child.kill('SIGCONT')
    await producing.says(printsMore(producing, 9))
    const {stdout} = await endedWell(producing)
    const times = samplesIn(stdout).map(({timestamp}) => Date.parse(timestamp))
    assert.equal(Math.max(...times.map((time, index) => (index === 0 ? 0 : time - times[index - 1]!))) >= 13_000, true)
    await assertAllStored(gnocchi, stdout, 15)
  })

  test('the clock is set 45 s forward and back, 45 s back and forward, and 3 s back', async (t) => {
    const alice = await producer(t)
    const set = (seconds: number) => alice.write('ahead', String(seconds))
    const env = {CLOCK_AHEAD: set(0), NODE_OPTIONS: `--import=${alice.write('clock.mjs', settableClock)}`}
    const producing = alice.start(randomly, {env})
    await producing.says(printed(6))
    for (const ahead of [45, 0, -45, 0, -3]) {
      set(ahead)
      await producing.says(printsMore(producing, 9))
    }
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.filter((line) => line.includes('the clock was set back by')).length, 3, said.join('\n'))
    const {outOfOrder, ...rest} = await accountFor(gnocchi, samplesIn(stdout))
    const {length} = samplesIn(stdout)
    assert.deepEqual(rest, {sampled: length, stored: length, lost: 0, doubled: 0, unprinted: 0})
    assert.equal(outOfOrder, 3 * 3, 'each time that it was set back, and never else')
  })

  test('the spool’s disk is full: samples are held in memory, unprinted, until there is room', async (t) => {
    const {way, alice} = await throughProxy(t)
    const disk = smallDisk(t)
    const producing = alice.start([...randomly, '--spool', disk.path])
    await producing.says(printed(6))
    await way.set('refuse')
    await producing.says(kept)
    disk.fill()
    await producing.says(says('the spool cannot be written: '))
    const {stdout: before} = producing
    await sleep(3000)
    assert.equal(producing.stdout, before, 'a sample is printed when it is safe')
    disk.free()
    await producing.says(says('the spool can be written again'))
    await way.set('pass')
    await producing.says(well, 45)
    const {stdout} = await endedWell(producing)
    await assertAllStored(gnocchi, stdout, 20)
    const times = samplesIn(stdout).map(({timestamp}) => Date.parse(timestamp))
    assert.ok(Math.max(...times.map((time, index) => time - (times[index - 1] ?? time))) <= 2000, 'no round is missing')
  })

  test('the spool’s disk stays full to the end: what was held in memory is sent with the last round', async (t) => {
    const alice = await producer(t)
    const disk = smallDisk(t)
    const producing = alice.start([...randomly, '--spool', disk.path])
    await producing.says(printed(6))
    disk.fill()
    await producing.says(says('the spool cannot be written: '))
    await sleep(3000)
    const {stdout, stderr, code} = await producing.end('SIGTERM')
    assert.equal(code, 0, stderr)
    assert.ok(!stderr.includes('lost'), stderr)
    await assertAllStored(gnocchi, stdout, 15)
  })

  test('a spool that was damaged is set aside, said and never deleted; a new one is begun', async (t) => {
    const {way, alice} = await throughProxy(t)
    await way.set('refuse')
    const first = await alice.cli([...randomly, '--spool', alice.path('spool'), '--count', '2'])
    assert.match(first.stderr, /6 kept for the next run/)
    const spool = readdirSync(alice.path('spool')).find((name) => name.endsWith('.sqlite'))!
    const file = openSync(join(alice.path('spool'), spool), 'r+')
    writeSync(file, Buffer.alloc(4096, 'damaged '), 0, 4096, 4096)
    closeSync(file)
    await way.set('pass')
    const second = await alice.cli([...randomly, '--spool', alice.path('spool'), '--count', '2'])
    assert.equal(second.code, 0, second.stderr)
    const said = /^the spool was damaged \(.*\); it is set aside as (\S+), and a new one is begun$/m.exec(second.stderr)
    assert.ok(said && existsSync(said[1]!), second.stderr)
    await assertAllStored(gnocchi, second.stdout, 6)
  })

  test('a spool that is damaged under a running produce is set aside and said, and it goes on with a new one', async (t) => {
    const {way, alice} = await throughProxy(t)
    const folder = alice.path('spool')
    const path = spoolFile(alice.path('config.json'), folder)
    const [metric] = Object.values(alice.metrics())
    const kept_ = openSpool(path)
    const at = new Date(Date.now() - 3600_000)
    kept_.add(Array.from({length: 50_000}, (_, value) => ({at, host: 'earlier', metric: metric!, value})))
    kept_.close()
    await way.set('refuse')
    const producing = alice.start([...randomly, '--spool', folder])
    await producing.says(kept)
    const {size} = statSync(path)
    const file = openSync(path, 'r+')
    writeSync(file, Buffer.alloc(size - 4096, 'damaged '), 0, size - 4096, 4096)
    closeSync(file)
    await producing.says(says('the spool was damaged'))
    const {length} = producing.stdout
    await producing.says(printsMore(producing, 6))
    await way.set('pass')
    await producing.says(well, 45)
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.filter((line) => line.includes('and a new one is begun')).length, 1, said.join('\n'))
    await assertAllStored(gnocchi, stdout.slice(length), 6)
  })

  test('file descriptors are used up: neither host nor Gnocchi can be reached anew, and both are when there are some', async (t) => {
    const {port, hosts, accounts} = lab.ssh
    const ssh = await proxy(t, {host: hosts[0]!, port})
    const root = {user: 'root', password: accounts.root.password}
    const {way, alice} = await throughProxy(t, {
      hosts: [
        {ip: '127.0.0.1', port: ssh.port, name: unique('cut'), ...root},
        {ip: hosts[1], port, name: unique('kept'), ...root},
      ],
    })
    const producing = alice.start(fromHosts)
    await producing.says(printed(4))
    const limit = (files: number) =>
      execFileSync('prlimit', ['--pid', String(producing.child.pid), `--nofile=${files}:`], {stdio: 'pipe'})
    limit(3)
    way.reset()
    ssh.reset()
    await producing.says(kept)
    await producing.says(says('trying again in'))
    await producing.says(printsMore(producing, 3))
    limit(1024)
    await producing.says(well, 45)
    await producing.says(says('back after'), 45)
    const {stdout, said} = await endedWell(producing)
    assert.ok(
      said.some((line) => /too many open files/i.test(line)),
      said.join('\n'),
    )
    await assertAllStored(gnocchi, stdout, 8)
  })

  test('nobody reads stdout any more: produce ends as designed, and what was printed is in Gnocchi', async (t) => {
    const alice = await producer(t)
    const producing = alice.start(randomly)
    await producing.says(printed(6))
    producing.child.stdout!.destroy()
    const {stdout, stderr, code} = await producing.ended
    assert.equal(code, 0, stderr)
    const samples = samplesIn(stdout)
    const {unprinted, stored, ...rest} = await accountFor(gnocchi, samples)
    assert.deepEqual(rest, {sampled: samples.length, lost: 0, doubled: 0, outOfOrder: 0})
    assert.ok(unprinted <= 6 && stored === samples.length + unprinted, `${unprinted} beyond what was printed`)
  })
})
