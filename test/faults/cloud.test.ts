// Gnocchi, its metricd, Keystone, PostgreSQL and Ceph, stopped and started under a running produce.
import assert from 'node:assert/strict'
import {existsSync, rmSync} from 'node:fs'
import {describe, test} from 'node:test'
import {setTimeout as sleep} from 'node:timers/promises'

import {service} from '../../lab/servers.ts'
import {gnocchiAs, keystoneAdmin, openrc, unique} from '../live/lab.ts'
import type {Person} from '../live/person.ts'
import {assertAllStored, endedWell, kept, printed, printsMore, randomly, samplesIn, says, well} from './evidence.ts'
import {setting} from './setting.ts'

const {lab, gnocchi, producer} = await setting()

/** Stops servers, in the order given, while `work` runs. */
async function without(names: string[], work: () => Promise<void>): Promise<void> {
  for (const name of names) await service(lab, 'stop', name)
  try {
    await work()
  } finally {
    for (const name of names.toReversed()) await service(lab, 'start', name)
  }
}

/** Gnocchi remembers for 300 s which tokens were good; a fresh one does not. */
async function freshGnocchi(): Promise<void> {
  await service(lab, 'stop', 'gnocchi-api')
  await service(lab, 'start', 'gnocchi-api')
}

const cache = '.cache/gnocchictl/tokens.json'
const tokenOf = (who: Person): string =>
  Object.values(JSON.parse(who.read(cache)) as Record<string, {token: string}>)[0]!.token

async function revoke(token: string): Promise<void> {
  const headers = {'x-auth-token': token, 'x-subject-token': token}
  const {status} = await fetch(`${lab.urls.keystone}/auth/tokens`, {method: 'DELETE', headers})
  assert.equal(status, 204)
}

test('Gnocchi’s API is stopped and started: said once, kept, all sent', async (t) => {
  const alice = await producer(t)
  const producing = alice.start(randomly)
  await producing.says(printed(6))
  await without(['gnocchi-api'], async () => {
    await producing.says(kept)
    await producing.says(printsMore(producing, 9))
  })
  await producing.says(well, 60)
  const {stdout, said} = await endedWell(producing)
  assert.equal(new Set(said).size, said.length, `each reason once: ${said.join('\n')}`)
  await assertAllStored(gnocchi, stdout, 15)
})

describe('side by side', {concurrency: 2}, () => {
  test('metricd is stopped for 20 seconds: nobody notices, and it catches up by itself', async (t) => {
    const alice = await producer(t)
    const producing = alice.start(randomly)
    await producing.says(printed(6))
    await without(['metricd'], async () => {
      await sleep(20_000)
    })
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.length, 1, said.join('\n'))
    const samples = samplesIn(stdout)
    const [first] = samples
    const ours = samples.filter(({metric}) => metric === first!.metric).length
    // By itself: without asking for a refresh.
    const deadline = Date.now() + 60_000
    const processed = async () => {
      const {body} = await gnocchi('GET', `v1/metric/${first!.metric}/measures?aggregation=count`)
      return (body as unknown[]).length
    }
    while ((await processed()) < ours && Date.now() < deadline) await sleep(500)
    assert.equal(await processed(), ours)
    await assertAllStored(gnocchi, stdout, 60)
  })

  test('tokens of 20 seconds: a new one for each that ends, and no sample late', async (t) => {
    const lasting = async (seconds: number) => {
      const expression = `s/^expiration = .*/expiration = ${seconds}/`
      await service(lab, 'stop', 'keystone')
      await lab.inside(['sed', '-i', expression, '/etc/keystone/keystone.conf'])
      await service(lab, 'start', 'keystone')
    }
    const alice = await producer(t)
    const before = tokenOf(alice)
    rmSync(alice.path(cache))
    try {
      await lasting(20)
      const producing = alice.start(randomly)
      await producing.says(() => existsSync(alice.path(cache)), 60)
      const first = tokenOf(alice)
      assert.notEqual(first, before)
      await producing.says(printsMore(producing, 3 * 25), 60)
      assert.notEqual(tokenOf(alice), first)
      const {stdout, said} = await endedWell(producing)
      assert.equal(said.length, 1, said.join('\n'))
      await assertAllStored(gnocchi, stdout, 75)
    } finally {
      await lasting(3600)
    }
  })
})

test('Keystone is down at the start: without a token samples are kept, with one they are as soon as Gnocchi can', async (t) => {
  const without_ = await producer(t)
  const with_ = await producer(t)
  rmSync(without_.path(cache))
  const running: ReturnType<Person['start']>[] = []
  await without(['keystone'], async () => {
    running.push(without_.start(randomly), with_.start(randomly))
    await running[0]!.says(kept)
    for (const one of running) await one.says(printed(9))
  })
  await running[0]!.says(well, 60)
  const {stdout, said} = await endedWell(running[0]!)
  assert.equal(
    said[0],
    `Keystone at ${lab.urls.keystone}/auth/tokens (OS_AUTH_URL): connection refused; samples are kept in SPOOL until they can be sent`,
  )
  await assertAllStored(gnocchi, stdout, 9)
  const other = await endedWell(running[1]!)
  await assertAllStored(gnocchi, other.stdout, 9)
})

test('a token is revoked, and Keystone is down when a new one is needed: samples are kept, and sent when it is up', async (t) => {
  const alice = await producer(t)
  const producing = alice.start(randomly)
  await producing.says(printed(6))
  await revoke(tokenOf(alice))
  await freshGnocchi()
  await without(['keystone'], () => producing.says(printsMore(producing, 9)))
  const {length} = samplesIn(producing.stdout)
  await producing.says(printed(length + 6))
  await producing.says(({stderr}) => !stderr.includes('samples are kept') || well({stderr}), 60)
  const {stdout} = await endedWell(producing)
  await assertAllStored(gnocchi, stdout, 15)
})

test('a password is changed while produce runs: samples are kept, and a start with the new one sends them', async (t) => {
  const keystone = await keystoneAdmin(lab)
  const name = unique('carol')
  const find = async (kind: string, called: string) => {
    const {body} = await keystone('GET', `${kind}?name=${called}`)
    return (body as Record<string, {id: string}[]>)[kind]![0]!.id
  }
  const made = await keystone('POST', 'users', {user: {name, password: 'first-0ne', domain_id: 'default'}})
  const {id} = (made.body as {user: {id: string}}).user
  t.after(() => keystone('DELETE', `users/${id}`))
  const {project} = lab.users.alice
  await keystone(
    'PUT',
    `projects/${await find('projects', project)}/users/${id}/roles/${await find('roles', 'member')}`,
  )
  const rc = openrc(lab, {name, password: 'first-0ne', project})

  const carol = await producer(t, {env: rc})
  const producing = carol.start(randomly)
  await producing.says(printed(6))
  await keystone('PATCH', `users/${id}`, {user: {password: 'secOnd-one'}})
  await freshGnocchi()
  await producing.says(says(`Keystone refused to log in ${name} to project ${project} (HTTP 401)`), 60)
  await producing.says(printsMore(producing, 6))
  const first = await producing.end('SIGTERM')
  assert.equal(first.code, 0, first.stderr)
  assert.match(first.stderr, /\d+ kept for the next run\n.*HTTP 401/)
  assert.ok(!first.stderr.includes('first-0ne'))
  const second = await carol.cli([...randomly, '--count', '1'], {env: {OS_PASSWORD: 'secOnd-one'}})
  assert.equal(second.code, 0, second.stderr)
  const api = await gnocchiAs(lab, {name, password: 'secOnd-one', project})
  await assertAllStored(api, first.stdout + second.stdout, 15)
})

for (const [server, name, flags] of [
  ['postgresql', 'PostgreSQL is restarted under Keystone and Gnocchi', ['--no-token-cache']],
  ['ceph-osd', 'Ceph’s OSD is stopped and started: Gnocchi keeps silent meanwhile, and nothing is lost', []],
] as const)
  test(name, async (t) => {
    const alice = await producer(t)
    const producing = alice.start([...randomly, ...flags])
    await producing.says(printed(6))
    await without([server], () => producing.says(printsMore(producing, 9)))
    await producing.says(printsMore(producing, 9))
    await producing.says(({stderr}) => !kept({stderr}) || well({stderr}), 90)
    const {stdout} = await endedWell(producing)
    await assertAllStored(gnocchi, stdout, 24)
  })
