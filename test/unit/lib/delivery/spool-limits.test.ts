import assert from 'node:assert/strict'
import {statSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {test, type TestContext} from 'node:test'

import type {SpoolLimits} from '../../../../src/lib/delivery/spool-limits.ts'
import {openSpool, type Spool} from '../../../../src/lib/delivery/spool.ts'
import type {Sample} from '../../../../src/lib/sampling/sample-hosts.ts'
import {tempFolder} from '../../servers.ts'

const start = Date.now() - 60_000

const sample = (value: number): Sample => ({at: new Date(start + value), host: 'web', metric: 'm1', value})

const roomy: SpoolLimits = {maxAgeSeconds: 3600, maxBytes: 100 * 1024 * 1024}

const newFile = (t: TestContext): string => join(tempFolder(t), 'spool', 'x.sqlite')

function open(t: TestContext, file: string, limits = roomy): Spool {
  const spool = openSpool(file, limits)
  t.after(() => spool.close())
  return spool
}

const valuesOf = (spool: Spool) => spool.oldest(1_000_000).map(({value}) => value)

test('what is older than the limit goes with the next round', (t) => {
  const spool = open(t, newFile(t), {...roomy, maxAgeSeconds: 30})
  spool.add([{...sample(1), at: new Date(Date.now() - 20_000)}])
  assert.deepEqual(spool.add([{...sample(2), at: new Date(Date.now() - 31_000)}, sample(3)]), {dropped: 0})
  assert.deepEqual(spool.add([{...sample(4), at: new Date()}]), {dropped: 2})
  assert.deepEqual(valuesOf(spool), [1, 4])
})

test('a spool that is full loses its oldest, says how many, and keeps within its limit', (t) => {
  const file = newFile(t)
  const maxBytes = 256 * 1024
  const spool = openSpool(file, {...roomy, maxBytes})
  let dropped = 0
  let value = 0
  for (let round = 0; round < 20; round++)
    dropped += spool.add(Array.from({length: 500}, () => sample(value++))).dropped
  const values = valuesOf(spool)
  assert.ok(dropped > 0)
  assert.equal(values.length + dropped, 10_000)
  assert.deepEqual([values[0], values.at(-1)], [dropped, 9999])
  spool.close()
  assert.ok(statSync(file).size < maxBytes + 128 * 1024, `${statSync(file).size} bytes`)
})

test('what is too old is looked for by time, not among all that waits: a round costs the same with millions', (t) => {
  const file = newFile(t)
  open(t, file)
  const db = new DatabaseSync(file)
  t.after(() => db.close())
  const plan = db.prepare('EXPLAIN QUERY PLAN DELETE FROM sample WHERE at < 1').all()
  assert.deepEqual(
    plan.map(({detail}) => detail),
    ['SEARCH sample USING INDEX by_time (at<?)'],
  )
})
