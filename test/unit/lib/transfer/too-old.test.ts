import assert from 'node:assert/strict'
import {test} from 'node:test'

import {GnocchiError} from '../../../../src/lib/errors.ts'
import {lostOf, tooOldInWords} from '../../../../src/lib/transfer/too-old.ts'
import {lines, policy, read} from './reading.ts'

/** Gnocchi has a measure of 10 o'clock of the metric a, and none of others. */
const newestOf = async () => new Map([['id of a', new Date('2026-11-24T10:00:00Z')]])
const at = (metric: string, ...times: string[]) => times.map((time) => `${metric},2026-11-24T${time}:00Z,1`)
const text = lines(...at('a', '07:30', '09:59'), ...at('b', '07:30'), ...at('a', '10:00', '10:30', '08:00'))

const early =
  'warning: file: of a, Gnocchi drops what is from before 2026-11-24T10:00:00Z: it has newer measures, and a back window of 0 (archive policy medium)'

test('what Gnocchi drops is said before it is sent, and counted to the end', async () => {
  const order: string[] = []
  const {outcome} = await read(text, {
    newestOf,
    chunkBytes: 60,
    report: (line) => order.push(line),
    send: async () => {
      order.push('sent')
      return []
    },
  })
  const {metrics} = await outcome
  assert.equal(order[0], early)
  assert.equal(order.filter((line) => line === early).length, 1)
  assert.deepEqual(
    metrics.map(({name, tooOld}) => [name, lostOf(tooOld)]),
    [
      ['a', 3],
      ['b', 0],
    ],
  )
  assert.deepEqual(tooOldInWords(metrics, false), [
    'warning: Gnocchi drops what is too old beside the newer measures that it has:',
    '  a: 3 measures, from before 2026-11-24T10:00:00Z',
    '  a metric takes them that gets them before newer ones, or whose archive policy has a back window of 3: gnocchictl archive-policy create NAME -d … --back-window 3',
  ])
})

test('that back window would take them: one less would not', async () => {
  for (const [backWindow, dropped] of [
    [2, 1],
    [3, 0],
  ] as const) {
    const resolve = async (name: string) => ({id: `id of ${name}`, archivePolicy: {...policy, backWindow}})
    const {outcome} = await read(text, {newestOf, resolve})
    assert.equal(lostOf((await outcome).metrics[0]!.tooOld), dropped)
  }
})

test('a dry run counts the same, and says it at the end only', async () => {
  const {outcome, reports} = await read(text, {newestOf, send: undefined})
  const {metrics} = await outcome
  assert.ok(!reports.includes(early))
  assert.equal(
    tooOldInWords(metrics, true)[0],
    'warning: Gnocchi would drop what is too old beside the newer measures that it has:',
  )
})

test('Gnocchi is asked once for the metrics of a block, since their oldest; not for those made just now', async () => {
  const asked: unknown[] = []
  const {outcome} = await read(lines(...at('a', '07:30'), ...at('b', '07:00'), ...at('new', '06:00')), {
    resolve: async (name) => ({id: `id of ${name}`, archivePolicy: policy, ...(name === 'new' ? {isNew: true} : {})}),
    newestOf: async (targets, since) => {
      asked.push([targets.map(({id}) => id), since.toISOString()])
      return new Map()
    },
  })
  const {metrics} = await outcome
  assert.deepEqual(asked, [[['id of a', 'id of b'], '2026-11-24T07:00:00.000Z']])
  assert.deepEqual(tooOldInWords(metrics, false), [])
})

test('what an earlier import has sent is not counted again', async () => {
  const {outcome, reports} = await read(text, {newestOf, storedTo: Buffer.byteLength(text)})
  assert.equal(lostOf((await outcome).metrics[0]!.tooOld), 0)
  assert.ok(!reports.includes(early))
})

test('an import goes on where Gnocchi does not say what it has', async () => {
  const {outcome, reports} = await read(text, {
    newestOf: async () => {
      throw new GnocchiError('no answer within 30 s')
    },
  })
  assert.equal((await outcome).sent, 6)
  assert.ok(
    reports.includes(
      'warning: not known what Gnocchi has already, and so what it drops as too old: no answer within 30 s',
    ),
  )
})

test('the file is read on while Gnocchi is asked what it has, and nothing is sent before that is known', async () => {
  const known = Promise.withResolvers<ReadonlyMap<string, Date>>()
  const events: string[] = []
  const many = lines(...Array.from({length: 40_000}, (_, n) => `m${n % 4},${1_764_000_000 + n},1`))
  const {outcome} = await read(many, {
    newestOf: async () => {
      events.push('asked')
      const newest = await known.promise
      events.push('known')
      return newest
    },
    send: async () => {
      events.push('sent')
      return []
    },
    onProgress: ({measures}) => {
      events.push('read')
      if (measures > 15_000) known.resolve(new Map())
    },
  })
  assert.equal((await outcome).sent, 40_000)
  assert.ok(events.indexOf('asked') < events.lastIndexOf('read', events.indexOf('known')), events.join(' '))
  assert.ok(events.indexOf('known') < events.indexOf('sent'), events.join(' '))
})

test('of many metrics, the first ten are named', async () => {
  const names = Array.from({length: 12}, (_, n) => `m${n}`)
  const {outcome, reports} = await read(lines(...names.flatMap((name) => at(name, '09:00', '09:30'))), {
    newestOf: async (targets) => new Map(targets.map(({id}) => [id, new Date('2026-11-24T10:00:00Z')])),
  })
  const {metrics} = await outcome
  assert.match(reports[0]!, /\(archive policy medium\)$/)
  const words = tooOldInWords(metrics, false)
  assert.equal(words[1], '  m0: all 2 measures, from before 2026-11-24T10:00:00Z')
  assert.equal(words[11], '  … and of 2 more metrics')
})

test('what Gnocchi holds already is not lost when it comes once more', async () => {
  const asked: string[][] = []
  const again = await read(text, {
    newestOf,
    heldOf: async (target, from, to) => {
      asked.push([target.id, from.toISOString(), to.toISOString()])
      return 3
    },
  })
  const {metrics} = await again.outcome
  assert.deepEqual(tooOldInWords(metrics, false), [])
  assert.ok(!again.reports.includes(early))
  assert.deepEqual(asked.at(-1), ['id of a', '2026-11-24T07:30:00.000Z', '2026-11-24T10:00:00.000Z'])
  const some = await read(text, {newestOf, heldOf: async () => 1})
  assert.equal(
    tooOldInWords((await some.outcome).metrics, false)[1],
    '  a: 2 measures, from before 2026-11-24T10:00:00Z',
  )
})

test('where its policy does not count, that is said', async () => {
  const {outcome} = await read(text, {newestOf, heldOf: async () => null})
  assert.equal(
    tooOldInWords((await outcome).metrics, false)[1],
    '  a: 3 measures, from before 2026-11-24T10:00:00Z, unless they are there already',
  )
})

test('a metric whose first line is bad is judged with its first measure', async () => {
  const {outcome} = await read(lines('a,yesterday,1', ...at('a', '09:59')), {newestOf, skipBad: true, chunkBytes: 40})
  assert.equal(lostOf((await outcome).metrics[0]!.tooOld), 1)
})
