import assert from 'node:assert/strict'
import {test} from 'node:test'

import {mostWaiting, trendOf, waitUntilProcessed, watchBacklog} from '../../../src/lib/backlog.ts'
import {lookLine} from '../../../src/lib/render/backlog.ts'
import {fakeGnocchi} from '../fake-gnocchi.ts'

/** A server that says one number of bundles after the other, the last one for ever; 0 metrics only at the end. */
async function queue(t: Parameters<typeof fakeGnocchi>[0], ...bundles: (number | 'fails')[]) {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => {
    const next = bundles.length > 1 ? bundles.shift()! : bundles[0]!
    if (next === 'fails')
      return {
        status: 503,
        body: {code: 503, title: 'Service Unavailable', description: 'Unable to generate status. Please retry.'},
      }
    return {body: {storage: {summary: {measures: next, metrics: Math.min(next, 2)}}, metricd: {processors: []}}}
  }
  return gnocchi.client
}

const watching = (
  missed: (line: string) => void = (line) => {
    throw new Error(line)
  },
) => ({
  intervalSeconds: 0.01,
  signal: new AbortController().signal,
  missed,
})
const look = (seconds: number, bundles: number) => ({at: new Date(1e12 + seconds * 1000), bundles})

test('the trend is the line nearest to the looks', () => {
  assert.equal(trendOf([]), null)
  assert.equal(trendOf([look(0, 5)]), null)
  assert.equal(trendOf([look(0, 5), look(0, 9)]), null)
  assert.deepEqual(trendOf([look(0, 5), look(2, 5)]), {bundlesPerSecond: 0, secondsLeft: null})
  assert.deepEqual(trendOf([look(0, 5), look(2, 9)]), {bundlesPerSecond: 2, secondsLeft: null})
  assert.deepEqual(trendOf([look(0, 40), look(1, 31), look(2, 19), look(3, 10)]), {
    bundlesPerSecond: -10.2,
    secondsLeft: 1,
  })
})

test('a look says how much there is, where it goes and how long that takes', () => {
  const line = (bundles: number, trend: Parameters<typeof lookLine>[0]['trend']) =>
    lookLine({at: new Date('2026-11-24T10:00:00.123Z'), bundles, metrics: 1, processors: null, trend})
  assert.equal(line(0, {bundlesPerSecond: -3, secondsLeft: 0}), '2026-11-24T10:00:00Z  nothing to process')
  assert.equal(line(1, null), '2026-11-24T10:00:00Z  1 bundle of 1 metric to process, trend not known yet')
  assert.equal(
    line(9, {bundlesPerSecond: -3, secondsLeft: 3}),
    '2026-11-24T10:00:00Z  9 bundles of 1 metric to process, falling by 3 a second, done in about 3 seconds',
  )
  assert.match(line(9, {bundlesPerSecond: 0.5, secondsLeft: null}), /, rising by 0\.5 a second$/)
  assert.match(line(9, {bundlesPerSecond: 0, secondsLeft: null}), /, neither rising nor falling$/)
})

test('a wait ends once nothing is queued, and outlives a look that fails', async (t) => {
  const seen: number[] = []
  const missed: string[] = []
  const end = await waitUntilProcessed(await queue(t, 5, 'fails', 3, 0, 9), {
    ...watching((line) => missed.push(line)),
    atMostSeconds: 20,
    looked: ({bundles}) => seen.push(bundles),
  })
  assert.equal(end?.bundles, 0)
  assert.deepEqual(seen, [5, 3, 0])
  assert.deepEqual(missed, ['GET /v1/status answered 503: Unable to generate status. Please retry.'])
})

test('a first look that fails is the end', async (t) => {
  await assert.rejects(watchBacklog(await queue(t, 'fails'), watching()).next(), {status: 503})
})

for (const [bundles, hint] of [
  [[4], /^it did not become less: do the processes of gnocchi-metricd run\?/],
  [[9, 4], /^wait longer/],
] as const)
  test(`a wait whose time is over says what is left: ${bundles.join(', ')}`, async (t) => {
    const waited = waitUntilProcessed(await queue(t, ...bundles), {
      ...watching(),
      atMostSeconds: 0.3,
      looked: () => undefined,
    })
    await assert.rejects(
      waited,
      ({message, exitCode, suggestions}: {message: string; exitCode: number; suggestions: string[]}) => {
        assert.equal(message, 'after 0.3 seconds, 4 bundles of 2 metrics still wait to be processed')
        assert.equal(exitCode, 6)
        assert.match(suggestions[0]!, hint)
        return true
      },
    )
  })

test('a wait that is stopped is no failure', async (t) => {
  const stop = new AbortController()
  const end = await waitUntilProcessed(await queue(t, 4), {
    ...watching(),
    signal: stop.signal,
    atMostSeconds: 20,
    looked: () => stop.abort(),
  })
  assert.equal(end, undefined)
})

test('the metrics with most are named, as far as they have names', async (t) => {
  const ids = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string]
  const {client} = await fakeGnocchi(t, {[ids[0]]: {}, [ids[1]]: {foreign: true}})
  assert.deepEqual(await mostWaiting(client, {[ids[0]]: 2, [ids[1]]: 7, [ids[2]]: 1}, 2), [
    {id: ids[1], bundles: 7, name: null},
    {id: ids[0], bundles: 2, name: 'web-1/memory.usage'},
  ])
})
