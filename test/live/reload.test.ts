// What a producer does when its hosts file changes, and when it cannot open a file at all.
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {renameSync} from 'node:fs'
import {test} from 'node:test'

import {gnocchiOf, labOf, secondsPolicy, stored} from './lab.ts'
import {installed, lines, printed, produce, producer, samplesOf, status, type HostEntry} from './producing.ts'

let policy: string
const lab = labOf(undefined, async () => {
  policy = await secondsPolicy(lab)
})
const gnocchi = gnocchiOf(lab, 'alice')

test('a hosts file that is replaced is read again: new hosts give samples, old connections stay; a broken one changes nothing', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const [first, second, third] = hosts as [HostEntry, HostEntry, HostEntry]
  alice.hostsFile([first, second])
  const producing = alice.start(produce)
  await producing.says((running) => samplesOf(running, second.name).length >= 1)
  alice.hostsFile([first, third, {...second, name: 'bare', metric: undefined}], 'new.json')
  renameSync(alice.path('new.json'), alice.path('config.json'))
  await producing.says((running) => samplesOf(running, third.name).length >= 2)
  const gone = samplesOf(producing, second.name).length
  assert.match(
    producing.stderr,
    new RegExp(`^the hosts file was read again: 1 added \\(${third.name}\\), 1 removed \\(${second.name}\\)$`, 'm'),
  )
  assert.match(producing.stderr, /^bare: left out, without a metric; make it: gnocchictl metrics create$/m)

  alice.write('config.json', '{"hosts": [\n{"ip": "10.0.0.1", "prot": 22}]}')
  await producing.says(({stderr}) => stderr.includes('the hosts file cannot be used'))
  const seen = samplesOf(producing, first.name).length
  await producing.says((running) => samplesOf(running, first.name).length >= seen + 2)
  const {stdout, stderr, code} = await producing.end('SIGTERM')
  assert.equal(code, 0)
  const broken = lines(stderr).filter((line) => line.startsWith('the hosts file cannot be used'))
  assert.equal(broken.length, 1)
  assert.match(
    broken[0]!,
    /the hosts stay as they were: .*config\.json:2: hosts\[0\]\.prot: unknown key; did you mean "port"\?$/,
  )
  assert.equal(samplesOf({stdout}, second.name).length, gone)
  // No round of the host that stayed is missing, and all is in Gnocchi.
  const moments = samplesOf({stdout}, first.name).map(({timestamp}) => Date.parse(timestamp))
  assert.deepEqual(moments, moments.map((_, index) => moments[0]! + index * 1000)) // prettier-ignore
  for (const {metric} of [first, second, third]) {
    const values = printed({stdout}).filter((sample) => sample.metric === metric).map(({value}) => value) // prettier-ignore
    assert.deepEqual((await stored(gnocchi, metric!, 'mean', 1)).map(([, , value]) => value), values) // prettier-ignore
  }
})

test('SIGHUP reads the hosts file at once, and says what came of it each time', async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const producing = alice.start(['produce', '--interval', '1h'])
  await producing.says(() => true)
  while ((await status(alice)).shown.state !== 'running');
  producing.child.kill('SIGHUP')
  await producing.says(({stderr}) => stderr === 'the hosts file was read again: the hosts are as they were\n')
  alice.hostsFile(hosts.slice(1))
  producing.child.kill('SIGHUP')
  await producing.says(({stderr}) => stderr.endsWith(`the hosts file was read again: 1 removed (${hosts[0]!.name})\n`))
  alice.write('config.json', '{')
  producing.child.kill('SIGHUP')
  await producing.says(({stderr}) => /the hosts file cannot be used, the hosts stay as they were: .*\n$/.test(stderr))
  assert.equal((await producing.end('SIGTERM')).code, 0)
})

const prlimit = installed('prlimit') ? false : 'prlimit is not installed here (package util-linux)'

test('with all file descriptors used up it says so, goes on, and recovers', {skip: prlimit}, async (t) => {
  const {alice, hosts} = await producer(t, lab, policy)
  const [first, second] = hosts as [HostEntry, HostEntry]
  alice.hostsFile([first, {...second, port: 1}])
  const producing = alice.start(produce)
  await producing.says((running) => samplesOf(running, first.name).length >= 2)
  const limit = (files: string) => execFileSync('prlimit', ['--pid', String(producing.child.pid), `--nofile=${files}`])
  limit('12:4096')
  alice.hostsFile([first, second])
  const seen = samplesOf(producing, first.name).length
  await producing.says((running) => samplesOf(running, first.name).length >= seen + 4)
  await producing.says(({stderr}) => /hosts stay as they were: .*EMFILE/.test(stderr))
  limit('1024:4096')
  await producing.says((running) => samplesOf(running, second.name).length >= 2)
  const {stdout, stderr, code} = await producing.end('SIGTERM')
  assert.equal(code, 0, stderr)
  assert.equal(lines(stderr).filter((line) => line.includes('hosts stay as they were')).length, 1)
  const {length} = printed({stdout})
  assert.match(stderr, new RegExp(`\\n\\d+ rounds, ${length} sampled, ${length} sent\\n$`))
  assert.match(
    stderr,
    new RegExp(`^${second.name}: this process has no file descriptors left; .*; trying again in \\d s$`, 'm'),
  )
})
