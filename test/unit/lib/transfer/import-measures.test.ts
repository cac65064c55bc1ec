import assert from 'node:assert/strict'
import {setImmediate as turn} from 'node:timers/promises'
import {test} from 'node:test'

import {GnocchiError} from '../../../../src/lib/errors.ts'
import type {ArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {Measure, Refused} from '../../../../src/lib/gnocchi/measures.ts'
import {importMeasures, type ImportMeasures} from '../../../../src/lib/transfer/import-measures.ts'

const now = new Date('2026-11-24T12:00:00Z')
const policy: ArchivePolicy = {
  name: 'medium',
  backWindow: 0,
  aggregationMethods: ['mean', 'count'],
  definition: [{granularitySeconds: 3600, points: 100, timespanSeconds: 360_000}],
}

type Batch = ReadonlyMap<string, readonly Measure[]>

/** What arrived, by metric, in order: `time value`. */
class Arrived {
  readonly by: Record<string, string[]> = {}
  readonly sizes: number[] = []

  take(batch: Batch): void {
    this.sizes.push([...batch.values()].reduce((sum, {length}) => sum + length, 0))
    for (const [id, measures] of batch)
      (this.by[id] ??= []).push(...measures.map(({timestamp, value}) => `${timestamp} ${value}`))
  }
}

async function* chunksOf(text: string, bytes: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.from(text)
  for (let at = 0; at < buffer.length; at += bytes) yield buffer.subarray(at, at + bytes)
}

async function read(text: string, options: Partial<ImportMeasures> & {chunkBytes?: number} = {}) {
  const arrived = new Arrived()
  const reports: string[] = []
  const offsets: number[] = []
  const outcome = importMeasures({
    chunks: chunksOf(text, options.chunkBytes ?? 1000),
    path: 'file',
    metrics: [],
    resourceTag: 'host',
    skipBad: false,
    inFlight: 2,
    storedTo: 0,
    resolve: async (name) => ({id: `id of ${name}`, archivePolicy: policy}),
    send: async (batch) => {
      arrived.take(batch)
      return []
    },
    now: () => now,
    onStored: (offset) => offsets.push(offset),
    onProgress: () => undefined,
    report: (line) => reports.push(line),
    signal: new AbortController().signal,
    firstPauseMs: 1,
    ...options,
  })
  return {arrived: arrived.by, sizes: arrived.sizes, reports, offsets, outcome}
}

const two = {'id of a': ['2026-11-24T10:00:00Z 1', '2026-11-24T10:01:00Z 3'], 'id of b': ['2026-11-24T10:00:00Z 2']}

const goodFiles: [form: string, text: string, options: Partial<ImportMeasures>, arrived: Record<string, string[]>][] = [
  ['CSV of one metric', 'timestamp,value\n2026-11-24T10:00:00Z,1\n2026-11-24T10:01:00Z,3\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['CSV of one metric, without a header', '2026-11-24T10:00:00Z,1\n2026-11-24T10:01:00Z,3\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['CSV with a metric on each line', 'metric,timestamp,value\na,2026-11-24T10:00:00Z,1\nb,2026-11-24T10:00:00Z,2\na,2026-11-24T10:01:00Z,3\n', {}, two],
  ['the same, without a header', 'a,2026-11-24T10:00:00Z,1\nb,2026-11-24T10:00:00Z,2\na,2026-11-24T10:01:00Z,3\n', {}, two],
  ['the same in quotes', '"metric","timestamp","value"\n"a","2026-11-24T10:00:00Z",1\n"b","2026-11-24T10:00:00Z",2\n"a","2026-11-24T10:01:00Z",3\n', {}, two],
  ['the same of Windows, with a byte order mark', '\uFEFFmetric;timestamp;value\r\na;2026-11-24T10:00:00Z;1\r\nb;2026-11-24T10:00:00Z;2\r\n\r\na;2026-11-24T10:01:00Z;3\r\n', {}, two],
  ['the same without a last line feed', 'metric\ttimestamp\tvalue\na\t2026-11-24T10:00:00Z\t1\nb\t2026-11-24T10:00:00Z\t2\na\t2026-11-24T10:01:00Z\t3', {}, two],
  ['CSV with resources', 'resource,metric,timestamp,value\nweb-1,cpu,2026-11-24T10:00:00Z,1\n', {}, {'id of web-1/cpu': ['2026-11-24T10:00:00Z 1']}],
  ['CSV with a column for each metric', 'time,a,b\n2026-11-24T10:00:00Z,1,2\n2026-11-24T10:01:00Z,3,\n', {}, two],
  ['CSV with columns called otherwise', 'time,T1,b\n2026-11-24T10:00:00Z,1,2\n2026-11-24T10:01:00Z,3,\n', {metrics: ['T1=a']}, two],
  ['what gnocchi measures show -f csv prints', '"timestamp","granularity","value"\n"2026-11-24T10:00:00+00:00",60.0,1.0\n"2026-11-24T10:01:00+00:00",60.0,3.0\n', {metrics: ['a']}, {'id of a': two['id of a']}],
  ['NDJSON', '{"metric":"a","timestamp":"2026-11-24T10:00:00Z","value":1}\n{"id":"b","timestamp":"2026-11-24T10:00:00Z","value":2}\n\n{"metric":"a","timestamp":1795514460,"value":3}\n', {}, two],
  ['a list of JSON, an object on each line', '[\n{"metric":"a","timestamp":"2026-11-24T10:00:00Z","value":1},\n{"resource":"r","metric":"b","timestamp":"2026-11-24T10:00:00Z","value":2}\n]\n', {}, {'id of a': ['2026-11-24T10:00:00Z 1'], 'id of r/b': two['id of b']}],
  [
    'line protocol',
    '# a comment\ncpu,core=0,host=web-1 usage=1.5,busy=t,note="a b,c=d" 1795514400000000001\ndisk\\ io,host=web/1 read/s=12i 1795514400000000000\n',
    {format: 'influx'},
    {
      'id of web-1/cpu.usage@core=0': ['2026-11-24T10:00:00.000000001Z 1.5'],
      'id of web-1/cpu.busy@core=0': ['2026-11-24T10:00:00.000000001Z 1'],
      'id of web/1/disk io.read_s': ['2026-11-24T10:00:00Z 12'],
    },
  ],
  ['line protocol, known by its first line', 'mem,host=h used=1 1795514400000000000\n', {}, {'id of h/mem.used': ['2026-11-24T10:00:00Z 1']}],
] // prettier-ignore

for (const [form, text, options, arrived] of goodFiles)
  for (const chunkBytes of [1000, 7])
    test(`${form}, in chunks of ${chunkBytes} bytes`, async () => {
      const {arrived: got, outcome, reports} = await read(text, {...options, chunkBytes})
      const {read: count, sent} = await outcome
      assert.deepEqual(got, arrived)
      assert.equal(sent, Object.values(arrived).flat().length)
      assert.equal(count, sent)
      assert.deepEqual(reports, [])
    })

const lines = (...all: string[]) => `metric,timestamp,value\n${all.map((line) => `${line}\n`).join('')}`
const good = 'a,2026-11-24T10:00:00Z,1'
const sentOne = '; 1 measures of the lines before it were sent, nothing of those after it'

for (const [line, why] of [
  ['a,2026-11-24T10:00:00Z,', 'it has no value'],
  ['a,2026-11-24T10:00:00Z,NaN', '"NaN" is not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,-Infinity', '"-Infinity" is not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,1e999', 'its value is Infinity, not a number that Gnocchi can aggregate'],
  ['a,2026-11-24T10:00:00Z,0x10', '"0x10" is not a number that Gnocchi can aggregate'],
  ['a,,1', 'it has no time'],
  [
    'a,1764000000123,1',
    '1764000000123 s after 1970 is beyond the year 2262: are these times in ms? Then say --timestamp-unit ms',
  ],
  ['a,2026-11-24T12:01:01Z,1', 'its time is 61 s in the future: Gnocchi would drop all that comes until then'],
  [',2026-11-24T10:00:00Z,1', 'it names no metric'],
  ['a,2026-11-24T10:00:00Z', 'it has 2 fields, not 3 as the first line'],
  ['a,"2026-11-24T10:00:00Z,1', 'it is not CSV: Quote Not Closed: the parsing is finished with an opening quote'],
] as const)
  // prettier-ignore
  test(`a line that must not be sent ends it, and is named: ${line}`, async () => {
    const {arrived, outcome} = await read(lines(good, line, 'a,2026-11-24T10:05:00Z,9'), {chunkBytes: line.includes('"') ? 49 : 1000})
    await assert.rejects(outcome, (error: Error) => {
      assert.ok(error.message.startsWith(`file:3: ${why}`), error.message)
      assert.ok(error.message.endsWith(sentOne), error.message)
      return true
    })
    assert.deepEqual(arrived, {'id of a': ['2026-11-24T10:00:00Z 1']})
  })

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

test('a name that is no metric is told with its line, and nothing of its lines is sent', async () => {
  const resolve = async (name: string) => {
    if (name === 'b') throw new GnocchiError('there is no metric "b"', {status: 404}, ['see those there are'])
    return {id: name, archivePolicy: policy}
  }
  const text = lines(good, 'b,2026-11-24T10:00:00Z,2')
  const stopped = await read(text, {resolve})
  await assert.rejects(stopped.outcome, {
    message: 'file:3: there is no metric "b"; nothing of the lines before it was sent, nothing of those after it',
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
