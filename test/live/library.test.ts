// What the library has and no command uses.
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'

import {Gnocchi} from '../../src/index.ts'
import {suites} from '../suites.ts'
import {gnocchiOf, labOf, openrc, unique} from './lab.ts'

/** Protobuf: a field of bytes, a double and a whole number. https://protobuf.dev/programming-guides/encoding/ */
const bytes = (field: number, value: Buffer | string) => {
  const content = Buffer.from(value)
  return Buffer.concat([Buffer.from([(field << 3) | 2, content.length]), content])
}
const double = (field: number, value: number) => {
  const content = Buffer.alloc(9, (field << 3) | 1)
  content.writeDoubleLE(value, 1)
  return content
}
function whole(field: number, value: number): Buffer {
  const digits: number[] = []
  for (let rest = BigInt(value); digits.length === 0 || rest > 0n; rest >>= 7n) digits.push(Number(rest & 127n) | 128)
  return Buffer.from([field << 3, ...digits.slice(0, -1), digits.at(-1)! & 127])
}

/** Snappy's block format, nothing of it compressed. https://github.com/google/snappy/blob/main/format_description.txt */
const snappy = (content: Buffer) =>
  Buffer.concat([
    Buffer.from([(content.length & 127) | 128, content.length >> 7, 60 << 2, content.length - 1]),
    content,
  ])

/** https://prometheus.io/docs/specs/prw/remote_write_spec/ WriteRequest: of one series, one sample. */
function writeRequest(labels: Record<string, string>, value: number, milliseconds: number): Buffer {
  const named = Object.entries(labels).map(([name, text]) => bytes(1, Buffer.concat([bytes(1, name), bytes(2, text)])))
  const sample = bytes(2, Buffer.concat([double(1, value), whole(2, milliseconds)]))
  return bytes(1, Buffer.concat([...named, sample]))
}

const hourAgo = Math.floor(Date.now() / 300_000) * 300_000 - 3_600_000

for (const suite of suites)
  describe(suite, () => {
    const lab = labOf(suite)
    const boss = gnocchiOf(lab, 'admin')

    test(`${suite}: a metric by its resource and name, and a search by value`, async (t) => {
      await using gnocchi = await Gnocchi.connect({env: openrc(lab, lab.users.alice)})
      const id = unique('live-library')
      const {metrics} = await gnocchi.resources.create({id, metrics: {load: {archive_policy_name: 'medium'}}})
      t.after(() => boss('DELETE', `v1/resource/generic/${id}`))
      const at = [0, 60_000].map((later) => new Date(hourAgo + later))
      await gnocchi.measures.send(new Map([[metrics['load']!, at.map((one, index) => ({at: one, value: index + 1}))]]))
      const reading = {method: 'mean', granularitySeconds: 60, refresh: true}
      const aggregates = at.map((one, index) => ({at: one, granularitySeconds: 60, value: index + 1}))
      assert.deepEqual(await gnocchi.measures.getOfResource('generic', id, 'load', reading), aggregates)
      const search = {method: 'mean', granularitiesSeconds: [60]}
      assert.deepEqual(
        await gnocchi.metrics.searchByValue([metrics['load']!], {'>=': 2}, search),
        new Map([[metrics['load']!, aggregates.slice(1)]]),
      )
    })

    test(`${suite}: what Prometheus writes to a distance is stored under its job and instance`, async (t) => {
      await using gnocchi = await Gnocchi.connect({env: openrc(lab, lab.users.admin)})
      const job = unique('live-prometheus')
      await gnocchi.prometheus.write(snappy(writeRequest({__name__: 'up', instance: 'web-1', job}, 1, hourAgo)))
      const id = `${job}@web-1`
      t.after(() => boss('DELETE', `v1/resource/prometheus/${id}`))
      // By the rule for all names, low: periods of five minutes.
      const [name] = Object.keys((await gnocchi.resources.get(id, 'prometheus')).metrics)
      const held = await gnocchi.measures.getOfResource('prometheus', id, name!, {
        method: 'mean',
        granularitySeconds: 300,
        refresh: true,
      })
      assert.deepEqual(held, [{at: new Date(hourAgo), granularitySeconds: 300, value: 1}])
    })
  })
