import assert from 'node:assert/strict'
import {test} from 'node:test'

import type {Host} from '../../../../src/lib/hosts-file/read.ts'
import {HostSampler} from '../../../../src/lib/sampling/host-sampler.ts'
import {Roster} from '../../../../src/lib/sampling/roster.ts'
import {samplers} from '../../../../src/lib/sampling/samplers.ts'
import {hostOf} from '../../hosts.ts'

const named = (label: string, ip = '10.0.0.1'): Host => hostOf({label, ip})

/** A roster whose connections say when they are opened and closed. */
function roster() {
  const happened: string[] = []
  const open = (host: Host) =>
    new HostSampler(host, samplers.memory, async () => {
      happened.push(`open ${host.label}`)
      return {
        file: {method: 'sftp', read: async () => 'MemTotal: 4 kB\nMemAvailable: 1 kB\n'},
        closed: new Promise(() => undefined),
        close: () => void happened.push(`close ${host.label}`),
      }
    })
  const isSame = (one: Host, other: Host) => one.ip === other.ip
  return {happened, roster: new Roster(open, isSame)}
}

test('a host that is as it was keeps its connection; others are opened and closed', async () => {
  const {happened, roster: hosts} = roster()
  assert.deepEqual(hosts.replace([named('web'), named('db'), named('old')]), {
    added: ['web', 'db', 'old'],
    removed: [],
    changed: [],
  })
  const sampleAll = () => Promise.all(hosts.samplers().map((sampler) => sampler.sample(1)))
  await sampleAll()
  happened.length = 0
  const changes = hosts.replace([named('new'), named('db', '10.0.0.9'), named('web')])
  assert.deepEqual(changes, {added: ['new'], removed: ['old'], changed: ['db']})
  assert.deepEqual(hosts.labels(), ['new', 'db', 'web'])
  await sampleAll()
  assert.deepEqual(happened, ['close db', 'close old', 'open new', 'open db'])
  hosts.close()
  assert.deepEqual(happened.slice(4), ['close new', 'close db', 'close web'])
})

test('a host that is taken out during a round gives neither a sample nor a failure', async () => {
  const reads: ((error: Error) => void)[] = []
  const hosts = new Roster(
    (host) =>
      new HostSampler(host, samplers.memory, async () => ({
        file: {method: 'sftp', read: () => new Promise<string>((_, reject) => void reads.push(reject))},
        closed: new Promise(() => undefined),
        close: () => reads.forEach((reject) => reject(new Error('the connection was closed'))),
      })),
    () => true,
  )
  hosts.replace([named('web')])
  const sampling = hosts.samplers()[0]!.sample(1)
  while (reads.length === 0) await new Promise((resolve) => setImmediate(resolve))
  hosts.replace([])
  assert.deepEqual(await sampling, {kind: 'none'})
})
