import assert from 'node:assert/strict'
import {test} from 'node:test'

import {HostError} from '../../../../src/lib/errors.ts'
import {HostSampler, type Connect} from '../../../../src/lib/sampling/host-sampler.ts'
import {sampleHosts} from '../../../../src/lib/sampling/sample-hosts.ts'
import {samplers} from '../../../../src/lib/sampling/samplers.ts'
import {hostOf} from '../../hosts.ts'
import {meminfo} from '../../ssh-server.ts'

const at = new Date('2026-11-24T10:00:00Z')

test('all hosts are read at the same time; one that is down and one that hangs hold back no other', async (t) => {
  const text = meminfo('debian-12-linux-6.1')
  const up: Connect = async () => ({
    file: {method: 'sftp', read: async () => text},
    closed: new Promise<void>(() => undefined),
    close: () => undefined,
  })
  const never: Connect = () => new Promise(() => undefined)
  const down: Connect = async ({label}) => Promise.reject(new HostError(`${label}: no route to the host`))
  const samplersOf = Object.entries({a: up, b: down, c: never, d: up}).map(
    ([label, connect]) => new HostSampler(hostOf({label, metric: `metric of ${label}`}), samplers.memory, connect),
  )
  t.after(() => samplersOf.forEach((sampler) => sampler.close()))
  const begun = Date.now()
  const {samples, failures} = await sampleHosts(samplersOf, at, 0.1)
  assert.ok(Date.now() - begun < 1000)
  assert.deepEqual(
    samples,
    ['a', 'd'].map((host) => ({at, host, metric: `metric of ${host}`, value: 6.012100661547156})),
  )
  assert.deepEqual(
    failures.map(({host, error, retryInSeconds}) => [host.label, error.message, retryInSeconds]),
    [['b', 'b: no route to the host', 1]],
  )
})
