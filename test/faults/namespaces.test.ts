// The collector's own network, in network namespaces: links, addresses, routes, loss and a thin line.
import assert from 'node:assert/strict'
import {describe, test, type TestContext} from 'node:test'
import {setImmediate as soon} from 'node:timers/promises'

import {unique} from '../live/lab.ts'
import {
  assertAllStored,
  assertSteady,
  endedWell,
  fromHosts,
  kept,
  printed,
  printsMore,
  randomly,
  says,
  well,
} from './evidence.ts'
import {proxy, targetOf, type Proxy} from './proxy.ts'
import {setting} from './setting.ts'
import {impossible, losing, site, thin, type Site} from './site.ts'

const skip = impossible()
const {lab, gnocchi, producer} = await setting()

/** Alice at a site of her own; the lab's Keystone and Gnocchi are at the other end of its wire. */
async function atSite(t: TestContext) {
  const here = await site(t)
  const listening = {address: here.lab}
  const keystone = await proxy(t, targetOf(lab.urls.keystone), listening)
  const way = await proxy(t, targetOf(lab.urls.gnocchi), listening)
  const authUrl = `http://${here.lab}:${keystone.port}${new URL(lab.urls.keystone).pathname}`
  const url = `http://${here.lab}:${way.port}`
  const alice = await producer(t, {env: {OS_AUTH_URL: authUrl, OS_ENDPOINT_OVERRIDE: url}})
  const taken: string[] = []
  way.onTaken = (body) => taken.push(body)
  return {here, way, url, authUrl, alice, taken}
}

/** Gnocchi has taken the next batch; the answer is not yet on the wire. */
const nextTaken = (way: Proxy): Promise<void> => {
  const {onTaken} = way
  return new Promise((resolve) => {
    way.onTaken = (body) => {
      onTaken?.(body)
      way.onTaken = onTaken
      resolve()
    }
  })
}

/** The answer to the latest batch has arrived, and the next one is not yet asked for. */
async function betweenBatches(way: Proxy): Promise<void> {
  await nextTaken(way)
  await soon()
}

/** Of a request's body, each as a line. */
const measuresOf = (batch: string): string[] =>
  Object.entries(JSON.parse(batch) as Record<string, object[]>).flatMap(([metric, measures]) =>
    measures.map((measure) => `${metric} ${JSON.stringify(measure)}`),
  )

const keptBecause = (reason: string): string => `${reason}; samples are kept in SPOOL until they can be sent`
const wellAgain = 'Gnocchi takes measures again; all that was kept is sent'

/** Struck between two batches, and mended when all reasons were said. */
const outages: [name: string, strike: (here: Site) => unknown, mend: (here: Site) => unknown, reasons: string[]][] = [
  [
    'the router is unplugged',
    ({router}) => router('ip link set in down'),
    ({router}) => router('ip link set in up'),
    ['no answer within 30 s', 'no route to the host'],
  ],
  [
    'the collector’s interface is down',
    ({collector}) => collector('ip link set eth0 down'),
    ({join, collectors}) => join(collectors[0]),
    ['no answer within 30 s', 'no route to the network'],
  ],
  [
    'the collector loses its address, and gets another one',
    ({collector, collectors}) => collector(`ip address del ${collectors[0]}/29 dev eth0`),
    ({join, collectors}) => join(collectors[1]),
    ['no answer within 30 s', 'no route to the network'],
  ],
  [
    'what is sent is lost on the way, and answers would arrive',
    ({router, lab}) => router(`ip route add blackhole ${lab}`),
    ({router, lab}) => router(`ip route del blackhole ${lab}`),
    ['no answer within 30 s', 'no connection within 5 s'],
  ],
  [
    'the router has no way on, and says so',
    ({router, lab}) => router(`ip route add unreachable ${lab}`),
    ({router, lab}) => router(`ip route del unreachable ${lab}`),
    ['no answer within 30 s', 'no route to the host'],
  ],
]

describe('the collector’s own network', {concurrency: 8}, () => {
  for (const [name, strike, mend, reasons] of outages)
    test(`${name}: said once, kept, then all sent`, {skip}, async (t) => {
      const {here, way, url, alice, taken} = await atSite(t)
      const producing = here.start(alice, randomly)
      await producing.says(printed(6))
      await betweenBatches(way)
      strike(here)
      const {length} = taken
      for (const reason of reasons) await producing.says(says(reason), 45)
      assert.equal(taken.length, length, 'the fault was none')
      mend(here)
      await producing.says(well, 60)
      const {stdout, said} = await endedWell(producing)
      assert.deepEqual(said.slice(0, -1), [
        ...reasons.map((reason) => keptBecause(`POST /v1/batch/metrics/measures at ${url}: ${reason}`)),
        wellAgain,
      ])
      await assertAllStored(gnocchi, stdout, 60)
    })

  test('answers are lost, not what is sent: what Gnocchi took is sent again, and is there once', {skip}, async (t) => {
    const {here, way, alice, taken} = await atSite(t)
    const producing = here.start(alice, randomly)
    await producing.says(printed(6))
    await nextTaken(way)
    here.router(`ip route add blackhole ${here.collectors[0]}`)
    const unanswered = measuresOf(taken.at(-1)!)
    const {length} = taken
    await producing.says(kept, 45)
    await producing.says(printsMore(producing, 6))
    assert.equal(taken.length, length)
    here.router(`ip route del blackhole ${here.collectors[0]}`)
    await producing.says(well, 60)
    const {stdout, said} = await endedWell(producing)
    const again = new Set(taken.slice(length).flatMap(measuresOf))
    assert.ok(unanswered.length > 0 && unanswered.every((measure) => again.has(measure)), 'nothing was sent twice')
    assert.equal(said.at(-2), wellAgain)
    assert.doesNotMatch(said.join('\n'), /\bE[A-Z]{4,}/, 'words, not the name of a constant')
    await assertAllStored(gnocchi, stdout, 30)
  })

  test('unplugged for some seconds: nobody notices', {skip}, async (t) => {
    const {here, way, alice, taken} = await atSite(t)
    const producing = here.start(alice, randomly)
    await producing.says(printed(6))
    await betweenBatches(way)
    here.router('ip link set in down')
    const {length} = taken
    await producing.says(printsMore(producing, 12))
    assert.equal(taken.length, length, 'the fault was none')
    here.router('ip link set in up')
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.length, 1, said.join('\n'))
    await assertAllStored(gnocchi, stdout, 18)
  })

  test('a quarter of all packets is lost, both ways: it takes longer, and nothing is lost', {skip}, async (t) => {
    const {here, alice} = await atSite(t)
    const producing = here.start(alice, randomly)
    await producing.says(printed(6))
    here.router(`${losing('in', 0.25)}\n${losing('out', 0.25)}`)
    const lost = (device: string) =>
      Number(/dropped (\d+)/.exec(here.router(`tc -s qdisc show dev ${device} ingress`))![1])
    await producing.says(() => lost('in') > 12 && lost('out') > 12, 90)
    here.router('tc qdisc del dev in ingress; tc qdisc del dev out ingress')
    const {stdout} = await endedWell(producing)
    await assertAllStored(gnocchi, stdout, 45)
  })

  test('a line of 500 bytes a second: samples queue up, and all are sent', {skip}, async (t) => {
    const {here, alice, taken} = await atSite(t)
    here.router(`${thin('in', 500)}\n${thin('out', 500)}`)
    const producing = here.start(alice, randomly)
    await producing.says(printed(45))
    assert.ok(taken.length < 9, 'a batch each second is no thin line')
    assert.match(here.router('tc -s qdisc show dev out'), /overlimits [1-9]/)
    const {stdout, said} = await endedWell(producing)
    assert.equal(said.length, 1, said.join('\n'))
    await assertAllStored(gnocchi, stdout, 45)
  })

  test('no network at the start: Keystone and Gnocchi are reached as soon as there is one', {skip}, async (t) => {
    const {here, authUrl, alice} = await atSite(t)
    here.collector('ip link set eth0 down')
    const producing = here.start(alice, [...randomly, '--no-token-cache'])
    await producing.says(kept)
    await producing.says(printed(9))
    here.join(here.collectors[1])
    await producing.says(well)
    const {stdout, said} = await endedWell(producing)
    assert.deepEqual(said.slice(0, -1), [
      keptBecause(`Keystone at ${authUrl}/auth/tokens (OS_AUTH_URL): no route to the network`),
      wellAgain,
    ])
    await assertAllStored(gnocchi, stdout, 9)
  })

  test('hosts that vanish from the network delay nobody, and are back with it', {skip}, async (t) => {
    const {here, alice} = await atSite(t)
    const root = {user: 'root', password: lab.ssh.accounts.root.password}
    const names = [unique('steady'), unique('silent'), unique('unreachable')] as const
    const [steady, silent, unreachable] = names
    const hosts = names.map(async (name, index) => {
      const ip = here.hosts[index]!
      const {port} = await proxy(t, {host: lab.ssh.hosts[index]!, port: lab.ssh.port}, {address: ip})
      return {ip, port, name, ...root}
    })
    const who = await producer(t, {hosts: await Promise.all(hosts), env: alice.env})
    const producing = here.start(who, fromHosts)
    await producing.says(printed(6))
    here.router(`ip route add blackhole ${here.hosts[1]}; ip route add unreachable ${here.hosts[2]}`)
    await producing.says(says(`${unreachable}: no route to the host`))
    await producing.says(says(`${silent}: no SSH server answered within 10 s`))
    here.router(`ip route del ${here.hosts[1]}; ip route del ${here.hosts[2]}`)
    for (const name of [silent, unreachable]) await producing.says(says(`${name}: back after`), 60)
    await producing.says(printsMore(producing, 6))
    const {stdout, said} = await endedWell(producing)
    const of = (name: string) => said.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length + 2))
    assert.equal(of(steady).length, 0, said.join('\n'))
    assert.deepEqual(of(silent).slice(0, -1), [
      'no answer within 1 s; trying again in 1 s',
      'no SSH server answered within 10 s; trying again in 2 s',
    ])
    assert.deepEqual(of(unreachable).slice(0, -1), [
      'no answer within 1 s; trying again in 1 s',
      'no route to the host; trying again in 2 s',
    ])
    assertSteady(stdout, steady)
    await assertAllStored(gnocchi, stdout, 20)
  })
})
