import assert from 'node:assert/strict'
import {test} from 'node:test'

import {within} from '../../../src/lib/within.ts'

const late = () => new Error('too late')
const never = new Promise<never>(() => undefined)

test('what is answered in time is the answer, a failure too', async () => {
  assert.equal(await within(60, Promise.resolve('yes'), late), 'yes')
  await assert.rejects(within(60, Promise.reject(new Error('no')), late), {message: 'no'})
})

test('what is not answered in time is too late', async () => {
  await assert.rejects(within(0.01, never, late), {message: 'too late'})
  await assert.rejects(within(-1, never, late), {message: 'too late'})
})

test('a failure that comes too late harms nobody', async (t) => {
  const unhandled = t.mock.fn()
  process.on('unhandledRejection', unhandled)
  t.after(() => process.off('unhandledRejection', unhandled))
  const {promise, reject} = Promise.withResolvers<never>()
  await assert.rejects(within(0, promise, late), {message: 'too late'})
  reject(new Error('no'))
  // Unhandled rejections are told after the microtasks.
  await new Promise(setImmediate)
  assert.equal(unhandled.mock.callCount(), 0)
})
