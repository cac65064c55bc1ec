import assert from 'node:assert/strict'
import {setImmediate as turn} from 'node:timers/promises'
import {test} from 'node:test'

import {GnocchiError} from '../../../../src/lib/errors.ts'
import type {Refused} from '../../../../src/lib/gnocchi/measures.ts'
import {Arrived, good, lines, policy, read, type Batch} from './reading.ts'

const sentOne = '; 1 measure of the lines before it sent, nothing of those after it'

test('bad lines are left out when they may be, counted, and the first ten told', async () => {
  const bad = Array.from({length: 12}, () => 'a,2026-11-24T10:00:00Z,none')
  const {arrived, outcome} = await read(lines(...bad, good), {skipBad: true})
  const {skipped, told, sent} = await outcome
  assert.equal(skipped, 12)
  assert.deepEqual(
    told.map(({line}) => line),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  )
  assert.equal(sent, 1)
  assert.deepEqual(arrived, {'id of a': ['2026-11-24T10:00:00Z 1']})
})

test('of quoted lines, one that breaks the rules, or goes on in the next, is left out alone', async () => {
  const text = lines(
    '"a","2026-11-24T10:00:00Z",1',
    'a,"2026-11-24T10:01:00Z,2',
    '"a","x",3',
    '"a',
    'b",2026-11-24T10:02:00Z,4',
    '"a",2026-11-24T10:03:00Z,5',
  )
  const {arrived, outcome} = await read(text, {skipBad: true})
  assert.deepEqual(
    (await outcome).told.map(({line}) => line),
    [3, 4, 5, 6],
  )
  assert.deepEqual(arrived, {'id of a': ['2026-11-24T10:00:00Z 1', '2026-11-24T10:03:00Z 5']})
})

test('when Gnocchi cannot be asked for a metric, that is no fault of a line', async () => {
  const resolve = async () => {
    throw new GnocchiError('connection refused')
  }
  const {outcome} = await read(lines(good), {resolve, skipBad: true})
  await assert.rejects(outcome, {message: 'connection refused', exitCode: 4})
})

test('a name that is no metric is told with its line, and nothing of its lines is sent', async () => {
  const resolve = async (name: string) => {
    if (name === 'b') throw new GnocchiError('there is no metric "b"', {status: 404}, ['see those there are'])
    return {id: name, archivePolicy: policy}
  }
  const text = lines(good, 'b,2026-11-24T10:00:00Z,2')
  const stopped = await read(text, {resolve})
  await assert.rejects(stopped.outcome, {
    message: 'file:3: there is no metric "b"; nothing was sent',
    suggestions: ['see those there are'],
  })
  const skipping = await read(text, {resolve, skipBad: true})
  const {metrics} = await skipping.outcome
  assert.deepEqual(skipping.arrived, {a: ['2026-11-24T10:00:00Z 1']})
  assert.deepEqual(
    metrics.map(({name, measures, refused}) => ({name, measures, refused})),
    [
      {name: 'a', measures: 1, refused: null},
      {name: 'b', measures: 1, refused: 'there is no metric "b"'},
    ],
  )
})

test('a file of several granularities is not imported as one', async () => {
  const text = 'timestamp,granularity,value\n2026-11-24T10:00:00Z,3600,1\n2026-11-24T10:00:00Z,60,2\n'
  const {outcome} = await read(text, {metrics: ['a']})
  await assert.rejects(outcome, {
    message: `file:3: its granularity is 60, and 3600 before: import one of the two${sentOne}`,
  })
})

test('without the name of a metric a file of one is refused', async () => {
  const {outcome} = await read('timestamp,value\n2026-11-24T10:00:00Z,1\n')
  await assert.rejects(outcome, {message: 'the file says of no metric whose values these are'})
})

const many = (count: number, metrics: number): string =>
  lines(
    ...Array.from(
      {length: count},
      (_, n) => `m${n % metrics},${new Date(1_795_500_000_000 + n * 100).toISOString()},${n}`,
    ),
  )

test('each metric arrives whole and in order, though several requests are under way and some fail', async () => {
  let underWay = 0
  let most = 0
  let requests = 0
  const arrived = new Arrived()
  const send = async (batch: Batch): Promise<Refused[]> => {
    most = Math.max(most, ++underWay)
    for (let turns = (requests * 7) % 5; turns >= 0; turns--) await turn()
    underWay--
    if (++requests % 3 === 0) throw new GnocchiError('no answer within 30 s')
    arrived.take(batch)
    return []
  }
  const {outcome, reports} = await read(many(60_000, 7), {send, inFlight: 3, chunkBytes: 65_536})
  const {sent} = await outcome
  assert.equal(sent, 60_000)
  assert.ok(most > 1 && most <= 3, `${most} requests at once`)
  assert.ok(reports.every((line) => line.startsWith('no answer within 30 s; trying again in ')))
  for (let metric = 0; metric < 7; metric++) {
    const values = arrived.by[`id of m${metric}`]!.map((text) => Number(text.split(' ')[1]))
    assert.deepEqual(
      values,
      Array.from({length: values.length}, (_, n) => n * 7 + metric),
    )
  }
})

test('a request that is too large is halved, and the next ones are smaller', async () => {
  const arrived = new Arrived()
  const send = async (batch: Batch): Promise<Refused[]> => {
    const size = [...batch.values()].reduce((sum, {length}) => sum + length, 0)
    if (size > 3000) throw new GnocchiError('too large (HTTP 413)', {status: 413})
    arrived.take(batch)
    return []
  }
  const {outcome} = await read(many(30_000, 3), {send, chunkBytes: 65_536})
  assert.equal((await outcome).sent, 30_000)
  assert.ok(arrived.sizes.every((size) => size <= 3000))
  assert.equal(Object.values(arrived.by).flat().length, 30_000)
})

test('when Gnocchi stays unwell it ends, after several tries', async () => {
  let tries = 0
  const send = async (): Promise<Refused[]> => {
    tries++
    throw new GnocchiError('not ready', {status: 503})
  }
  const {outcome} = await read(lines(good), {send})
  await assert.rejects(outcome, {message: 'not ready'})
  assert.equal(tries, 6)
})

test('what Gnocchi refuses for good is told by metric, the rest is sent', async () => {
  const send = async (batch: Batch): Promise<Refused[]> =>
    batch.has('id of b') ? [{metric: 'id of b', reason: 'Gnocchi knows no such metric'}] : []
  const {outcome} = await read(lines(good, 'b,2026-11-24T10:00:00Z,2', 'b,2026-11-24T10:01:00Z,2'), {send, inFlight: 1})
  const {metrics, sent} = await outcome
  assert.equal(sent, 1)
  assert.deepEqual(
    metrics.map(({name, measures, refused}) => ({name, measures, refused})),
    [
      {name: 'a', measures: 1, refused: null},
      {name: 'b', measures: 2, refused: 'Gnocchi knows no such metric'},
    ],
  )
})

test('a file that goes back further than the back window is warned of, once for each metric', async () => {
  const {outcome, reports} = await read(
    lines(
      'a,2026-11-24T10:30:00Z,1',
      'a,2026-11-24T10:00:00Z,1',
      'a,2026-11-24T09:59:59Z,1',
      'a,2026-11-24T08:00:00Z,1',
    ),
  )
  assert.equal((await outcome).sent, 4)
  assert.deepEqual(reports, [
    'warning: file:5: a goes back by 3 hours: once the newer measures before it are processed, Gnocchi drops what is older than 2026-11-24T10:00:00Z; sort the file by time',
  ])
})

test('what is told to be stored is stored, and an import that goes on from there sends the rest', async () => {
  const text = many(100_000, 5)
  let requests = 0
  const first = new Arrived()
  const broken = await read(text, {
    chunkBytes: 65_536,
    inFlight: 2,
    send: async (batch) => {
      if (++requests > 5) throw new Error('killed')
      first.take(batch)
      return []
    },
  })
  await assert.rejects(broken.outcome, {message: 'killed'})
  const storedTo = broken.offsets.at(-1)!
  assert.ok(storedTo > 0 && storedTo < text.length, `${storedTo} of ${text.length}`)
  const rest = await read(text, {chunkBytes: 65_536, storedTo})
  const {read: count, sent} = await rest.outcome
  assert.equal(count, 100_000)
  assert.ok(sent < 100_000)
  for (const metric of ['m0', 'm1', 'm2', 'm3', 'm4']) {
    const both = new Set([...(first.by[`id of ${metric}`] ?? []), ...(rest.arrived[`id of ${metric}`] ?? [])])
    assert.equal(both.size, 20_000)
  }
})

test('a signal ends it after what is under way', async () => {
  const stop = new AbortController()
  const {outcome, arrived} = await read(many(20_000, 2), {
    chunkBytes: 4096,
    signal: stop.signal,
    onProgress: ({measures}) => measures > 1000 && stop.abort(),
  })
  const {stopped, sent} = await outcome
  assert.equal(stopped, true)
  assert.ok(sent > 1000 && sent < 20_000)
  assert.equal(Object.values(arrived).flat().length, sent)
})

test('nothing is sent when nothing is to be', async () => {
  const {outcome} = await read(lines(good), {send: undefined})
  const {sent, read: count, metrics} = await outcome
  assert.deepEqual({sent, count, id: metrics[0]?.id}, {sent: 0, count: 1, id: 'id of a'})
})

test('a line without end is not kept in memory', async () => {
  const {outcome} = await read('x'.repeat(17 * 2 ** 20), {chunkBytes: 2 ** 20})
  await assert.rejects(outcome, {message: 'file:1: a line is longer than 16 MiB'})
})
