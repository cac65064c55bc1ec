import assert from 'node:assert/strict'
import {test} from 'node:test'

import {AggregateRows} from '../../../../src/lib/gnocchi/aggregate-rows.ts'
import {measureParts, type PartedReading} from '../../../../src/lib/gnocchi/measure-parts.ts'
import type {Reading} from '../../../../src/lib/gnocchi/measures.ts'

const now = new Date('2026-11-24T12:00:00Z')
const hour: PartedReading = {method: 'mean', granularitySeconds: 3600}
const iso = (at?: Date): string => at?.toISOString().slice(0, 13) ?? '…'

/** Says what is asked, in order, and answers with what there is at these hours. */
function holding(...hours: string[]) {
  const asked: string[] = []
  const times = hours.map((text) => new Date(`${text}:00:00Z`))
  const within = ({start, stop}: Reading) => times.filter((at) => (!start || at >= start) && (!stop || at < stop))
  const gnocchi = {
    measures: {
      async getRows(_id: string, reading: Reading) {
        asked.push(`${iso(reading.start)} to ${iso(reading.stop)}${reading.refresh ? ', refreshed' : ''}`)
        return AggregateRows.of(within(reading).map((at) => ({at, granularitySeconds: 3600, value: 1})))
      },
    },
    aggregates: {
      async periodsHeld(_id: string, reading: Reading, seconds: number) {
        asked.push(`what there is from ${iso(reading.start)} to ${iso(reading.stop)}`)
        const begins = within(reading).map((at) => Math.floor(at.getTime() / 1000 / seconds) * seconds * 1000)
        return [...new Set(begins)].map((begin) => new Date(begin))
      },
    },
  }
  return {asked, gnocchi}
}

async function read(gnocchi: ReturnType<typeof holding>['gnocchi'], reading: PartedReading, mostPeriods?: number) {
  const rows: string[] = []
  const done: number[] = []
  for await (const part of measureParts(gnocchi, 'id', reading, {now, mostPeriods})) {
    for (const {at} of (await part.read()).toObjects()) rows.push(iso(at))
    done.push(part.done)
  }
  return {rows, done}
}

test('a series of any length is read oldest first: the newest periods, and what parts before them hold any', async () => {
  const hours = ['2001-09-09T01', '2015-01-01T00', '2015-01-01T01', '2026-11-24T11', '2026-12-24T11']
  const {asked, gnocchi} = holding(...hours)
  const {rows, done} = await read(gnocchi, hour)
  assert.deepEqual(rows, hours)
  assert.deepEqual(asked, [
    '2023-10-20T00 to …',
    'what there is from … to 2023-10-20T00',
    '2001-08-16T00 to 2004-07-01T00',
    '2013-02-14T00 to 2015-12-31T00',
  ])
  assert.deepEqual(done, [1 / 3, 2 / 3, 1])
})

for (const [what, reading, mostPeriods, expected] of [
  ['few periods', {start: new Date('2026-11-23T00:00:00Z')}, undefined, '2026-11-23T00 to …'],
  ['a policy that keeps few', {}, 25_200, '… to …'],
  ['periods of long ago', {stop: new Date('1971-01-01T00:00:00Z')}, undefined, '… to 1971-01-01T00'],
  ['what is to be processed first', {refresh: true}, 10, '… to …, refreshed'],
] as const)
  test(`${what}: one request`, async () => {
    const {asked, gnocchi} = holding('2026-11-24T11')
    await read(gnocchi, {...hour, ...reading}, mostPeriods)
    assert.deepEqual(asked, [expected])
  })

test('what is queued is processed before anything else is asked', async () => {
  const {asked, gnocchi} = holding('2010-01-01T00')
  const processed = Promise.withResolvers<undefined>()
  const slow: typeof gnocchi = {
    ...gnocchi,
    measures: {
      async getRows(id, reading) {
        const rows = await gnocchi.measures.getRows(id, reading)
        await processed.promise
        return rows
      },
    },
  }
  const reading = read(slow, {...hour, refresh: true})
  assert.deepEqual(asked, ['2023-10-20T00 to …, refreshed'])
  processed.resolve(undefined)
  assert.deepEqual((await reading).rows, ['2010-01-01T00'])
})

test('where Gnocchi refuses, it is in the words of a plain question', async () => {
  const refuse = (what: string) => () => Promise.reject(new Error(what))
  const gnocchi = {
    measures: {getRows: refuse('no such granularity')},
    aggregates: {periodsHeld: refuse('cannot resample')},
  }
  await assert.rejects(measureParts(gnocchi, 'id', hour, {now}).next(), {message: 'no such granularity'})
})
