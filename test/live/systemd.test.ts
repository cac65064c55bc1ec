// The unit as it is shipped, under a real systemd: its sandbox, its secrets, readiness, watchdog and end.
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {copyFileSync, cpSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'

import {labOf, secondsPolicy} from './lab.ts'
import {Running, root, type Person} from './person.ts'
import {installed, producer} from './producing.ts'

let policy: string
const lab = labOf(undefined, async () => {
  policy = await secondsPolicy(lab)
})

const unit = 'gnocchictl-produce'
const intervalSeconds = 1
const watchdogSeconds = 6

/** What an administrator puts where, by docs/guide/service.md; the program and its Node in /opt and /usr/bin. */
function install(alice: Person): string {
  const {name, password, project} = lab.users.alice
  const auth = {
    auth_url: lab.urls.keystone,
    username: name,
    password,
    project_name: project,
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  }
  alice.write('files/etc/gnocchictl/clouds.yaml', JSON.stringify({clouds: {gnocchi: {auth}}}))
  alice.write('files/etc/gnocchictl/config.json', alice.read('config.json'))
  const shipped = readFileSync(join(root, `packaging/${unit}.service`), 'utf8')
  const quick = shipped
    .replace('--interval 10', `--interval ${intervalSeconds}`)
    .replace(' --health-port 9464', '')
    .replace('WatchdogSec=60', `WatchdogSec=${watchdogSeconds}`)
    .replace('RestartSec=5', 'RestartSec=0')
  alice.write(`files/etc/systemd/system/${unit}.service`, quick, 0o644)
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    cpSync(join(root, name), alice.path(`files/opt/gnocchictl/${name}`), {recursive: true})
  mkdirSync(alice.path('files/usr/bin'), {recursive: true})
  copyFileSync(process.execPath, alice.path('files/usr/bin/node'))
  symlinkSync('/opt/gnocchictl/bin/run.js', alice.path('files/usr/bin/gnocchictl'))
  return alice.path('files')
}

/** Asks again until the answer is one that was waited for. */
async function eventually<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean, limitSeconds = 45): Promise<T> {
  const deadline = Date.now() + limitSeconds * 1000
  let answer = await ask()
  while (!isIt(answer)) {
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`)
    await sleep(200)
    answer = await ask()
  }
  return answer
}

const missing = ['unshare', 'nsenter', '/lib/systemd/systemd', 'systemd-notify'].find((name) => !installed(name))
const skip = missing === undefined ? false : `${missing} is not installed here`

test(
  'the shipped unit runs under systemd: sandboxed, told of, watched, and ended with everything sent',
  {skip},
  async (t) => {
    const {alice, hosts} = await producer(t, lab, policy)
    const namespaces = ['--mount', '--pid', '--ipc', '--uts', '--cgroup', '--fork', '--kill-child']
    const machine = new Running(['unshare', ...namespaces, 'sh', join(root, 'test/live/systemd.sh'), install(alice)], {
      env: alice.env,
      cwd: alice.home,
    })
    t.after(() => machine.end('SIGKILL'))
    const outside = machine.child.pid!
    const pid = () => readFileSync(`/proc/${outside}/task/${outside}/children`, 'utf8').trim()
    const inside = (...command: string[]) =>
      new Promise<{said: string; code: number}>((resolve) => {
        const enter = ['-t', pid(), '-m', '-p', '-i', '-u', '-C', '-r', '-w', ...command]
        execFile('nsenter', enter, (error, stdout, stderr) => {
          resolve({said: stdout + stderr, code: error ? Number(error.code) : 0})
        })
      })
    const show = async (property: string) =>
      (await inside('systemctl', 'show', '--value', '-p', property, unit)).said.trim()
    const isRunning = async () => (machine.child.exitCode === null ? show('SubState') : `ended: ${machine.stderr}`)

    const first = await eventually(isRunning, (state) => state === 'running' || state.startsWith('ended'))
    if (first !== 'running') {
      t.skip(`systemd cannot be run here: ${machine.stderr.trim()}`)
      return
    }
    const up = `${hosts.length} of ${hosts.length} hosts up`
    await eventually(
      () => show('StatusText'),
      (text) => text.startsWith(up),
    )
    const main = await show('MainPID')
    const {said: process} = await inside('cat', `/proc/${main}/status`)
    assert.match(process, /^NoNewPrivs:\t1$/m)
    assert.match(process, /^Seccomp:\t2$/m)
    assert.match(process, /^CapBnd:\t0+$/m)
    assert.doesNotMatch(process, /^Uid:\t0/m)
    const config = `/run/credentials/${unit}.service/config.json`
    const status = ['env', 'XDG_STATE_HOME=/var/lib', 'gnocchictl', 'produce', 'status', '--check', '-f', 'json']
    const {said, code} = await inside(...status, '--config', config)
    assert.equal(code, 0, said)
    assert.equal((JSON.parse(said) as {pid: number}).pid, Number(main))

    assert.deepEqual(await inside('systemctl', 'reload', unit), {said: '', code: 0})
    await inside('kill', '-STOP', main)
    assert.equal(await eventually(() => show('NRestarts'), (count) => count !== '0'), '1') // prettier-ignore
    await eventually(() => show('StatusText'), (text) => text.startsWith(up)) // prettier-ignore
    assert.notEqual(await show('MainPID'), main)

    assert.equal((await inside('systemctl', 'stop', unit)).code, 0)
    assert.deepEqual([await show('Result'), await show('ExecMainStatus')], ['success', '0'])
    const {said: journal} = await inside('journalctl', '--no-pager', '-o', 'cat', '-u', unit)
    const [, sampled, sent] = /"\d+ rounds?, (\d+) sampled, (\d+) sent"/.exec(journal) ?? assert.fail(journal)
    assert.ok(Number(sampled) > 0 && Number(sent) >= Number(sampled), journal)
    assert.match(journal, /the hosts file was read again: the hosts are as they were/)
    assert.equal(journal.includes(hosts[0]!.password), false)
  },
)
