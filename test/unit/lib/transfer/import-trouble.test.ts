// What becomes of an import when servers, pipes and people do not behave.
import assert from 'node:assert/strict'
import {test} from 'node:test'

import {GnocchiError} from '../../../../src/lib/errors.ts'
import type {Refused} from '../../../../src/lib/gnocchi/measures.ts'
import {attentively} from '../../../../src/lib/transfer/attentive.ts'
import {good, lines, read} from './reading.ts'

for (const status of [200, 302, 404, 408, 429])
  test(`the page of a proxy with status ${status} is waited out`, async () => {
    let tries = 0
    const send = async (): Promise<Refused[]> => {
      if (++tries < 3) throw new GnocchiError(`answered ${status}`, {status})
      return []
    }
    const {outcome, reports} = await read(lines(good), {send})
    assert.equal((await outcome).sent, 1)
    assert.deepEqual(reports, [
      `answered ${status}; trying again in 0.001 s`,
      `answered ${status}; trying again in 0.002 s`,
    ])
  })

test("Gnocchi's own words are not", async () => {
  let tries = 0
  const send = async (): Promise<Refused[]> => {
    tries++
    throw new GnocchiError('Not Found', {status: 404, said: null})
  }
  const {outcome} = await read(lines(good), {send})
  await assert.rejects(outcome, {message: 'Not Found'})
  assert.equal(tries, 1)
})

test('an import that Gnocchi breaks off says how much was sent before', async () => {
  let requests = 0
  const send = async (): Promise<Refused[]> => {
    if (++requests > 1) throw new GnocchiError('no such path', {status: 404, said: null}, ['look at its log'])
    return []
  }
  const text = lines(...Array.from({length: 30_000}, (_, n) => `a,${1_795_400_000 + n},1`))
  const {outcome} = await read(text, {send, chunkBytes: 1 << 16})
  await assert.rejects(outcome, ({message, suggestions}: GnocchiError) => {
    assert.match(message, /^no such path; 1\d\d\d\d measures sent before that$/)
    assert.deepEqual(suggestions, ['look at its log'])
    return true
  })
})

/** Gives these, and then waits for ever. */
async function* thenSilence<T>(...items: T[]): AsyncGenerator<T> {
  yield* items
  await new Promise(() => undefined)
}

test('a signal ends it while nothing comes, and what has come is sent', async () => {
  const stop = new AbortController()
  const chunks = thenSilence(Buffer.from(lines(good)))
  const {outcome, arrived} = await read('', {
    chunks,
    signal: stop.signal,
    onProgress: () => setImmediate(() => stop.abort()),
  })
  const {stopped, sent} = await outcome
  assert.deepEqual({stopped, sent, arrived}, {stopped: true, sent: 1, arrived: {'id of a': ['2026-11-24T10:00:00Z 1']}})
})

test('while nothing comes, there is time for what waits', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  const onIdle = async () => {
    seen.push('idle')
    if (seen.length === 3) stop.abort()
  }
  for await (const item of attentively(thenSilence('one'), {signal: stop.signal, idleMs: 1, onIdle})) seen.push(item)
  assert.deepEqual(seen, ['one', 'idle', 'idle'])
})
