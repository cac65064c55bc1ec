import assert from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {suites} from '../suites.ts'
import {gnocchiBasic, keystoneAs, labOf, openrc, unique} from './lab.ts'
import {officialClient, parsed} from './official.ts'
import {person, root} from './person.ts'

const labs = suites.map((suite) => labOf(suite))
const lab = labs[0]!

interface Manifest {
  commands: Record<string, {flags: Record<string, {char?: string; aliases?: string[]; hidden?: boolean}>}>
}

const {commands} = JSON.parse(readFileSync(join(root, 'dist', 'manifest.json'), 'utf8')) as Manifest

/** Flags in the part of `gnocchi --help` that stands before its commands. */
const flagsOf = (help: string): string[] => [
  ...new Set(help.split('\nCommands:')[0]!.match(/(?<=^|[\s[,|])--?[a-z][-a-z]*(?=[\s,\]])/gm)),
]

/** What oclif knows by itself. */
const oclifs = new Set(['--help', '-h', '--version'])

for (const [type, least] of [
  ['password', 45],
  ['v3token', 30],
  ['v3applicationcredential', 35],
  ['gnocchi-basic', 16],
  ['gnocchi-noauth', 18],
] as const)
  test(`every global flag of the official client with --os-auth-type ${type} is taken`, async () => {
    for (const one of labs) {
      const {stdout} = await one.inside(['gnocchi', '--os-auth-type', type, '--help'])
      const official = flagsOf(stdout)
      assert.ok(official.length >= least, `${one.suite}: ${official.join(' ')}`)
      for (const [id, {flags}] of Object.entries(commands)) {
        const ours = Object.entries(flags).flatMap(([name, {char, aliases = []}]) => [
          ...[name, ...aliases].map((spelling) => `--${spelling}`),
          ...(char ? [`-${char}`] : []),
        ])
        assert.deepEqual(
          official.filter((flag) => !ours.includes(flag) && !oclifs.has(flag)),
          [],
          id,
        )
      }
    }
  })

test('global flags stand before the command or behind it, as with the official client', async (t) => {
  const who = person(t)
  const {urls, users} = lab
  const {OS_PASSWORD, ...rest} = openrc(lab, users.alice)
  const flags = Object.entries(rest).flatMap(([name, value]) => [`--${name.toLowerCase().replaceAll('_', '-')}`, value])
  const env = {OS_PASSWORD: OS_PASSWORD!}
  const command = ['archive-policy', 'list', '-f', 'json', '-c', 'name']
  const more = ['--timeout', '20', '--os-metric-interface', 'public', '--os-service-type', 'metric', '--collect-timing']
  const official = officialClient(lab, users.alice)
  const [before, behind, theirs, addressed] = await Promise.all([
    who.cli([...flags, ...more, '-v', ...command], {env}),
    who.cli([...command, ...more, ...flags], {env}),
    official([...more, ...command]),
    who.cli(['--endpoint', urls.gnocchi, ...flags, ...command], {env}),
  ])
  assert.deepEqual(parsed(before), parsed(behind))
  assert.deepEqual(parsed(before), parsed(addressed))
  const names = (said: unknown) => (said as {name: string}[]).map(({name}) => name).sort()
  assert.deepEqual(
    names(parsed(before)).filter((name) => !name.startsWith('live-')),
    names(parsed({...theirs, stderr: ''})).filter((name) => !name.startsWith('live-')),
  )
})

test('of a flag that is given twice, the last one counts, as with the official client', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const line = ['--os-interface', 'nosuch', 'archive-policy', 'show', 'low', '--os-interface', 'public']
  const format = ['-f', 'json', '--format=value', '-c', 'name']
  const said = {stdout: 'low\n', stderr: '', code: 0}
  assert.deepEqual(await who.cli([...line, ...format]), said)
  assert.deepEqual(await officialClient(lab, lab.users.alice)(line.concat(format)), said)
})

test('flags of a command may be cut short, as with the official client', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const line = ['archive-policy', 'show', 'low', '--form=value', '--col', 'name']
  const said = {stdout: 'low\n', stderr: '', code: 0}
  assert.deepEqual(await who.cli(line), said)
  assert.deepEqual(await officialClient(lab, lab.users.alice)(line), said)
  const {stderr, code} = await who.cli(['metric', 'list', '--sort-', 'name'])
  const words = 'error: --sort- may be --sort-column or --sort-ascending or --sort-descending\n'
  assert.deepEqual({stderr, code}, {stderr: `${words}  try: write so much of it that only one is meant\n`, code: 2})
})

test('a command may be cut short where only one begins so, as with the official client', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const line = ['serv', 'vers', '-f', 'value']
  const said = await officialClient(lab, lab.users.alice)(line)
  assert.match(said.stdout, /^\d+\.\d+\.\d+\n$/)
  assert.deepEqual(await who.cli(line), said)
})

test("the official client's flags of the basic mode reach Gnocchi as that user", async (t) => {
  const who = person(t)
  const name = unique('live-basic')
  const gnocchi = gnocchiBasic(lab, name)
  const {body} = await gnocchi('POST', 'v1/metric', {archive_policy_name: 'low', name})
  const {id} = body as {id: string}
  t.after(() => gnocchi('DELETE', `v1/metric/${id}`))
  who.hostsFile([{ip: '10.0.0.1', metric: id}])
  const line = ['metrics', 'list', '-f', 'value', '-c', 'state']
  const as = (user: string) => [
    '--os-auth-plugin',
    'gnocchi-basic',
    '--user',
    user,
    '--endpoint',
    lab.urls.gnocchiBasic,
  ]
  assert.deepEqual(await who.cli([...as(name), ...line]), {stdout: 'ok\n', stderr: '', code: 0})
  assert.deepEqual(await who.cli([...as('another'), ...line]), {stdout: 'foreign\n', stderr: '', code: 0})
  // Without Keystone's settings, this is what is meant: `gnocchi` takes it so, too.
  const env = {GNOCCHI_USER: name, GNOCCHI_ENDPOINT: lab.urls.gnocchiBasic}
  assert.deepEqual(await who.cli(line, {env}), {stdout: 'ok\n', stderr: '', code: 0})
  const variables = Object.entries(env).map(([variable, value]) => `${variable}=${value}`)
  const {stdout} = await lab.inside(['env', ...variables, 'gnocchi', 'metric', 'show', id, '-f', 'value', '-c', 'id'])
  assert.equal(stdout, `${id}\n`)
})

test('the catalogue is searched by the type and the name that are asked for', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const line = ['archive-policy', 'show', 'low', '-f', 'value', '-c', 'name', '--no-token-cache']
  assert.deepEqual(await who.cli([...line, '--os-metric-service-name', 'gnocchi']), {
    stdout: 'low\n',
    stderr: '',
    code: 0,
  })
  const nowhere = {
    stdout: '',
    stderr:
      "error: Gnocchi is not in Keystone's catalogue: there is no service of type metering called telemetry\n  try: if it runs all the same, give its address: OS_ENDPOINT_OVERRIDE=http://controller:8041\n",
    code: 3,
  }
  assert.deepEqual(
    await who.cli([
      ...line,
      '--os-metric-service-type',
      'metering',
      '--os-service-type',
      'metric',
      '--os-service-name',
      'telemetry',
    ]),
    nowhere,
  )
  assert.deepEqual(
    await who.cli(line, {env: {OS_SERVICE_TYPE: 'metering', OS_METRIC_SERVICE_NAME: 'telemetry'}}),
    nowhere,
  )
})

test('a trust opens the project of the one who gave it', async (t) => {
  const {alice, bob} = lab.users
  const [trustor, trustee] = await Promise.all([keystoneAs(lab, alice), keystoneAs(lab, bob)])
  const {body: projects} = await trustor.keystone('GET', 'auth/projects')
  const {id: projectId} = (projects as {projects: {id: string; name: string}[]}).projects.find(
    ({name}) => name === alice.project,
  )!
  const made = await trustor.keystone('POST', 'OS-TRUST/trusts', {
    trust: {
      trustor_user_id: trustor.userId,
      trustee_user_id: trustee.userId,
      project_id: projectId,
      impersonation: true,
      roles: [{name: 'member'}],
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const {id} = (made.body as {trust: {id: string}}).trust
  t.after(() => trustor.keystone('DELETE', `OS-TRUST/trusts/${id}`))
  const {OS_PROJECT_NAME, OS_PROJECT_DOMAIN_NAME, ...env} = openrc(lab, bob)
  assert.ok(OS_PROJECT_NAME && OS_PROJECT_DOMAIN_NAME)
  const who = person(t, env)
  assert.deepEqual(await who.cli(['--os-trust-id', id, 'archive-policy', 'show', 'low', '-f', 'value', '-c', 'name']), {
    stdout: 'low\n',
    stderr: '',
    code: 0,
  })
})

test('-v, -vv and -q say more and less; --log-file keeps it all, for its owner alone', async (t) => {
  const who = person(t, openrc(lab, lab.users.alice))
  const line = ['archive-policy', 'show', 'low', '-f', 'value', '-c', 'name']
  const [verbose, twice, quiet] = await Promise.all([
    who.cli(['-v', ...line]),
    who.cli(['-vv', ...line]),
    who.cli(['-q', '--log-file', who.path('log'), ...line]),
  ])
  assert.equal(verbose.stderr, '')
  assert.match(twice.stderr, /^GET .*\/v1\/archive_policy\/low answered 200 in \d+ ms$/m)
  assert.deepEqual(quiet, {stdout: 'low\n', stderr: '', code: 0})
  assert.ok(existsSync(who.path('log')))
  assert.match(who.read('log'), /^GET .*\/v1\/archive_policy\/low answered 200 in \d+ ms$/m)
})
