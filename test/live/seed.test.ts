import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {labOf, openrc} from './lab.ts'
import {person, root} from './person.ts'

const seedFile = join(root, 'test/live/fixtures/seed.json')
const seed = JSON.parse(readFileSync(seedFile, 'utf8')) as {hosts: {ip: string; metric: string}[]}

const lab = labOf()

// Its hosts are of another network: they are never to be contacted from here, so --source memory stays out of this test.
test("the seed's own config.json is read as it is: its five ids are dead in this Gnocchi, and each command says so", async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  alice.write('config.json', readFileSync(seedFile, 'utf8'), 0o644)
  const warning = 'warning: config.json holds passwords and others may read it: chmod 600 config.json\n'

  assert.deepEqual(await alice.cli(['metrics', 'list', '-f', 'csv']), {
    stdout: `"host","metric","name","archive_policy","unit","state"\n${seed.hosts.map(({ip, metric}) => `"${ip}","${metric}","","","","dead"\n`).join('')}`,
    stderr: warning,
    code: 0,
  })

  const produced = await alice.cli(['produce', '--source', 'random', '--once'])
  assert.match(
    produced.stdout,
    new RegExp(`^${seed.hosts.map(({ip}) => `\\S+Z  ${ip.replaceAll('.', '\\.')}  \\d+\\.\\d\\d %\\n`).join('')}$`),
  )
  const refusals = seed.hosts.map(
    ({ip, metric}) =>
      `${ip}: metric ${metric} was refused: Gnocchi knows no such metric; 1 sample is set aside (gnocchictl spool show)\n`,
  )
  assert.equal(
    produced.stderr,
    `${warning}${refusals.join('')}1 round, 5 sampled, 0 sent, 5 set aside
error: 5 samples are set aside
  try: gnocchictl spool show says why; once that is mended, the next run sends them
`,
  )
  assert.equal(produced.code, 4)

  const [first] = seed.hosts as [{ip: string; metric: string}]
  assert.deepEqual(await alice.cli(['consume', '--once', '--agg', 'mean', '--granularity', 'minute']), {
    stdout: '',
    stderr: `${warning}error: no host can be shown; ${first.ip}: Gnocchi has no metric ${first.metric}; remove it from the hosts file and run: gnocchictl metrics create\n`,
    code: 4,
  })
  assert.equal(alice.read('config.json'), readFileSync(seedFile, 'utf8'), 'and nothing in it was touched')
})

test("a file of the seed's shape, addresses and passwords alone, does the whole job on port 22", async (t) => {
  if (!lab.ssh.port22) {
    t.skip('port 22 of this machine is taken: the lab listens on its own port only')
    return
  }
  const alice = person(t, openrc(lab, lab.users.alice))
  const {root: rootAccount, reader, sftponly, noshell} = lab.ssh.accounts
  const passwords = {root: rootAccount.password, reader: reader.password, sftponly: sftponly.password, noshell: noshell.password} // prettier-ignore
  const hosts = Object.entries(passwords).map(([user, password], index) => ({
    ip: lab.ssh.hosts[index]!,
    user,
    password,
  }))
  // As people write it: four spaces, no line break at the end.
  alice.write('config.json', JSON.stringify({hosts}, null, 4))
  assert.equal((await alice.cli(['metrics', 'create'])).code, 0)
  const ids = alice.metrics()
  const filled = {hosts: hosts.map((host) => ({...host, metric: ids[host.ip]}))}
  assert.equal(alice.read('config.json'), JSON.stringify(filled, null, 4))

  const {stdout, code} = await alice.cli(['produce', '--once', '-f', 'ndjson'])
  assert.equal(code, 0)
  const samples = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as {host: string; metric: string})
  assert.deepEqual(
    samples.map(({host, metric}) => [host, metric]),
    hosts.map(({ip}) => [ip, ids[ip]]),
  )
  const consumed = await alice.cli(['consume', '--once', '-f', 'csv', '-c', 'host'])
  assert.deepEqual({stderr: consumed.stderr, code: consumed.code}, {stderr: '', code: 0})
  assert.deepEqual([...new Set(consumed.stdout.trimEnd().split('\n'))], ['"host"', ...hosts.map(({ip}) => `"${ip}"`)])
})
