import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {test, type TestContext} from 'node:test'

import {openSpool, readSpool, type Spool} from '../../../../src/lib/delivery/spool.ts'
import {spoolHolder} from '../../../../src/lib/delivery/spool-lock.ts'
import type {SpoolLimits} from '../../../../src/lib/delivery/spool-limits.ts'
import type {Sample} from '../../../../src/lib/sampling/sample-hosts.ts'
import {tempFolder} from '../../servers.ts'

const start = Date.now() - 60_000

const sample = (value: number, metric = 'm1'): Sample => ({at: new Date(start + value), host: 'web', metric, value})

const roomy: SpoolLimits = {maxAgeSeconds: 3600, maxBytes: 100 * 1024 * 1024}

const newFile = (t: TestContext): string => join(tempFolder(t), 'spool', 'x.sqlite')

function open(t: TestContext, file = newFile(t), limits = roomy): Spool & {reports: string[]} {
  const reports: string[] = []
  const spool = openSpool(file, limits, (line) => reports.push(line))
  t.after(() => {
    try {
      spool.close()
    } catch {
      // closed by the test
    }
  })
  return Object.assign(spool, {reports})
}

const valuesOf = (spool: Spool, limit = 1_000_000) => spool.oldest(limit).map(({value}) => value)

/** Another process that holds a spool and prints what this code says. */
function holder(t: TestContext, file: string, code: string): {child: ChildProcess; lines: AsyncIterator<string>} {
  const source = new URL('../../../../src/lib/delivery/spool.ts', import.meta.url).href
  const script = `import {openSpool} from ${JSON.stringify(source)}
    const spool = openSpool(${JSON.stringify(file)}, ${JSON.stringify(roomy)}, console.error)
    ${code}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {stdio: ['ignore', 'pipe', 'inherit']})
  t.after(() => child.kill('SIGKILL'))
  return {child, lines: createInterface({input: child.stdout})[Symbol.asyncIterator]()}
}

test('samples come back as they were, in the order they came, and leave when Gnocchi has them', (t) => {
  const spool = open(t)
  assert.deepEqual(spool.add([sample(2), sample(1, 'm2')]), {dropped: 0})
  spool.add([sample(3.25)])
  assert.deepEqual(
    spool.oldest(10).map((row) => ({...row})),
    [
      {id: 1, ...sample(2)},
      {id: 2, ...sample(1, 'm2')},
      {id: 3, ...sample(3.25), at: new Date(start + 3)},
    ],
  )
  assert.deepEqual(valuesOf(spool, 2), [2, 1])
  spool.sent(spool.oldest(2))
  assert.deepEqual(valuesOf(spool), [3.25])
  assert.deepEqual(spool.count(), {waiting: 1, parked: 0, oldest: new Date(start + 3)})
  spool.sent(spool.oldest(2))
  spool.add([])
  spool.sent([])
  assert.deepEqual(spool.count(), {waiting: 0, parked: 0, oldest: undefined})
})

test('of each metric, the newest that was ever sent is remembered, by the next run too', (t) => {
  const file = newFile(t)
  const spool = open(t, file)
  spool.add([sample(5), sample(1, 'm2')])
  spool.sent(spool.oldest(10))
  spool.add([sample(3)])
  spool.sent(spool.oldest(10))
  spool.close()
  const next = open(t, file)
  assert.deepEqual(
    ['m1', 'm2', 'm3'].map((metric) => next.newestSent(metric)),
    [new Date(start + 5), new Date(start + 1), undefined],
  )
})

test('a round is kept whole or not at all', (t) => {
  const spool = open(t)
  spool.add([sample(1)])
  assert.throws(() => spool.add([sample(2), {...sample(3), value: Number.NaN}]))
  assert.deepEqual(valuesOf(spool), [1])
  spool.add([sample(4)])
  assert.deepEqual(valuesOf(spool), [1, 4])
})

test('what is set aside holds back nothing, and is taken back when asked', (t) => {
  const spool = open(t)
  spool.add([sample(1), sample(2, 'dead'), sample(3), sample(4, 'dead'), sample(5)])
  assert.equal(spool.parkMetric('dead', 'Gnocchi knows no such metric'), 2)
  assert.equal(spool.parkMetric('dead', 'again'), 0)
  spool.park(spool.oldest(1), 'too late')
  assert.deepEqual([valuesOf(spool), spool.count().waiting, spool.count().parked], [[3, 5], 2, 3])
  assert.deepEqual(
    spool.rows().map((row) => ({...row})),
    [
      {host: 'web', metric: 'm1', samples: 1, oldest: sample(1).at, newest: sample(1).at, parked: 'too late'},
      {
        host: 'web',
        metric: 'dead',
        samples: 2,
        oldest: sample(2).at,
        newest: sample(4).at,
        parked: 'Gnocchi knows no such metric',
      },
      {host: 'web', metric: 'm1', samples: 2, oldest: sample(3).at, newest: sample(5).at, parked: null},
    ],
  )
  assert.equal(spool.unpark(), 3)
  assert.deepEqual(valuesOf(spool), [1, 2, 3, 4, 5])
})

test('samples are forgotten by host, and the ones set aside alone where that is asked', (t) => {
  const spool = open(t)
  const of = (host: string, value: number) => ({...sample(value, host), host})
  spool.add([of('a', 1), of('a', 2), of('b', 3), of('b', 4)])
  spool.park(spool.oldest(1), 'x')
  spool.parkMetric('b', 'x')
  assert.equal(spool.drop({host: 'a', parkedOnly: true}), 1)
  assert.equal(spool.count().parked, 2)
  assert.equal(spool.drop({host: 'b', parkedOnly: false}), 2)
  assert.deepEqual(valuesOf(spool), [2])
  assert.equal(spool.drop({parkedOnly: false}), 1)
})

test('the files are private', (t) => {
  const file = newFile(t)
  const spool = open(t, file)
  spool.add([sample(1)])
  const folder = join(file, '..')
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  assert.ok(readdirSync(folder).includes('x.sqlite-wal'))
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  spool.close()
  assert.deepEqual(readdirSync(folder), ['x.sqlite', 'x.sqlite.lock'])
})

test('a spool can be looked at while another process works with it', async (t) => {
  const file = newFile(t)
  assert.equal(readSpool(file), undefined)
  const {lines} = holder(
    t,
    file,
    'spool.add([{at: new Date(1000), host: "web", metric: "m", value: 1, }, {at: new Date(), host: "web", metric: "m", value: 1}]); console.log("added"); setInterval(() => undefined, 1000)',
  )
  await lines.next()
  assert.deepEqual(
    readSpool(file)?.map(({host, metric, samples, oldest, parked}) => ({host, metric, samples, oldest, parked})),
    [{host: 'web', metric: 'm', samples: 2, oldest: new Date(1000), parked: null}],
  )
})

test('a second process learns which one holds the spool, and harms nothing', async (t) => {
  const file = newFile(t)
  const {child, lines} = holder(t, file, 'console.log("open"); setInterval(() => undefined, 1000)')
  await lines.next()
  assert.throws(() => openSpool(file, roomy, () => undefined), {
    name: 'UsageError',
    exitCode: 2,
    message: `another gnocchictl (process ${child.pid}) works with this hosts file and holds ${file}`,
    suggestions: ['end that one first, or give this one another folder with --spool'],
  })
  assert.equal(readFileSync(`${file}.pid`, 'utf8'), `${child.pid}\n`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  open(t, file)
  assert.equal(readFileSync(`${file}.pid`, 'utf8'), `${process.pid}\n`)
})

test('what was acknowledged survives SIGKILL in the middle of writing', async (t) => {
  const file = newFile(t)
  const {child, lines} = holder(
    t,
    file,
    `for (let n = 0; ; n += 10) {
      spool.add(Array.from({length: 10}, (_, i) => ({at: new Date(Date.now()), host: 'web', metric: 'm', value: n + i})))
      console.log(n + 9)
    }`,
  )
  let acknowledged = -1
  for (let n = 0; n < 50; n++) acknowledged = Number((await lines.next()).value)
  child.kill('SIGKILL')
  await once(child, 'exit')
  for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged = Number(line.value)
  const values = valuesOf(open(t, file))
  assert.ok(values.length > acknowledged, `${values.length} kept, ${acknowledged + 1} acknowledged`)
  assert.equal(values.length % 10, 0)
  assert.deepEqual(
    values,
    values.map((_, index) => index),
  )
})

test('a damaged spool is set aside as it is, which is said, and a new one is begun', (t) => {
  const file = newFile(t)
  mkdirSync(join(file, '..'))
  const text = 'this is no database, but it may have been one. '.repeat(100)
  writeFileSync(file, text)
  const spool = open(t, file)
  const aside = readdirSync(join(file, '..')).find((name) => name.startsWith('x.sqlite.damaged-'))
  assert.equal(readFileSync(join(file, '..', aside!), 'utf8'), text)
  assert.deepEqual(spool.reports, [
    `the spool was damaged (file is not a database); it is set aside as ${join(file, '..', aside!)}, and a new one is begun`,
  ])
  spool.add([sample(1)])
  assert.deepEqual(valuesOf(spool), [1])
})

test('a spool that is damaged while it is in use is set aside, and what was on its way erases nothing of the new one', (t) => {
  const file = newFile(t)
  const before = open(t, file)
  // More than SQLite has in memory, which it does not read again.
  before.add(Array.from({length: 20_000}, (_, value) => ({...sample(value), host: 'x'.repeat(2000)})))
  before.close()
  const spool = open(t, file)
  const underWay = spool.oldest(10)
  const bytes = readFileSync(file)
  writeFileSync(file, bytes.fill('damaged ', 4096))
  assert.deepEqual(valuesOf(spool), [])
  spool.add([sample(1), sample(2)])
  spool.sent(underWay)
  assert.deepEqual(valuesOf(spool), [1, 2])
  assert.deepEqual([spool.count().waiting, spool.count().parked], [2, 0])
  const aside = /^the spool was damaged \(.*\); it is set aside as (\S+), and/.exec(spool.reports.join())![1]!
  assert.ok(readFileSync(aside).subarray(4096).equals(bytes.subarray(4096)))
  assert.equal(spool.reports.length, 1)
})

test('a folder that cannot be made is said', (t) => {
  const inTheWay = join(tempFolder(t), 'a file')
  writeFileSync(inTheWay, '')
  assert.throws(
    () => openSpool(join(inTheWay, 'x.sqlite'), roomy, () => undefined),
    (error: Error & {suggestions: string[]}) => {
      assert.ok(error.message.startsWith(`the spool ${inTheWay}/x.sqlite cannot be used: `), error.message)
      assert.deepEqual(error.suggestions, ['name a folder that may be written with --spool'])
      return true
    },
  )
})

test('what is counted stays right through all that happens to samples', (t) => {
  const spool = open(t, newFile(t), {...roomy, maxAgeSeconds: 7200})
  const counts = () => {
    const {waiting, parked} = spool.count()
    return [waiting, parked]
  }
  assert.deepEqual([counts(), spool.count().oldest], [[0, 0], undefined])
  spool.add([sample(1), sample(2), sample(3, 'm2'), sample(4, 'm2')])
  assert.deepEqual([counts(), spool.count().oldest], [[4, 0], new Date(start + 1)])
  spool.sent(spool.oldest(1))
  assert.deepEqual([counts(), spool.count().oldest], [[3, 0], new Date(start + 2)])
  spool.parkMetric('m2', 'gone')
  assert.deepEqual(counts(), [1, 2])
  spool.park(spool.oldest(1), 'too late')
  assert.deepEqual([counts(), spool.count().oldest], [[0, 3], undefined])
  spool.drop({host: 'web', parkedOnly: true})
  assert.deepEqual(counts(), [0, 0])
  spool.add([{...sample(5), at: new Date(start - 7_150_000)}, sample(6)])
  assert.throws(() => spool.add([sample(7), {...sample(8), value: null as never}]))
  assert.deepEqual(counts(), [2, 0])
  assert.deepEqual(spool.add([sample(7, 'm2')]), {dropped: 1})
  assert.deepEqual(counts(), [2, 0])
  spool.parkMetric('m2', 'gone')
  spool.add([
    {...sample(8), at: new Date(start - 7_150_000)},
    {...sample(9, 'm2'), at: new Date(start - 7_150_000)},
  ])
  spool.parkMetric('m2', 'gone')
  assert.deepEqual(counts(), [2, 2])
  assert.deepEqual(spool.add([]), {dropped: 2})
  assert.deepEqual(counts(), [1, 1])
})

test('samples that were dropped while they were being sent are not counted twice', (t) => {
  const spool = open(t)
  spool.add([sample(1), sample(2)])
  const underWay = spool.oldest(2)
  spool.count()
  spool.drop({parkedOnly: false})
  spool.add([sample(3)])
  spool.sent(underWay)
  assert.equal(spool.count().waiting, 1)
})

test('who holds a spool is told while it does, and nobody once it is killed', async (t) => {
  const file = newFile(t)
  assert.equal(spoolHolder(file), undefined)
  const {child, lines} = holder(t, file, `console.log('open'); setInterval(() => spool.add([]), 10)`)
  await lines.next()
  assert.equal(spoolHolder(file), child.pid)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  assert.equal(spoolHolder(file), undefined)
  const spool = open(t, file)
  assert.equal(spoolHolder(file), process.pid)
  spool.close()
  assert.equal(spoolHolder(file), undefined)
})
