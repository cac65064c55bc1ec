import assert from 'node:assert/strict'
import {test} from 'node:test'

import {openWaiting} from '../../src/waiting.ts'

/** A terminal that keeps what is written to it, and tells of it. */
function terminal({isTTY = true, columns = 80} = {}) {
  const written: string[] = []
  let heard: () => void = () => undefined
  const screen = {
    isTTY,
    columns,
    write: (text: string) => {
      written.push(text)
      heard()
      return true
    },
  }
  /** Resolves with the first line that is written from now on. */
  const next = () =>
    new Promise<string>((resolve) => {
      const timer = setTimeout(() => undefined, 30_000) // the spinner's own timer keeps no test waiting
      heard = () => {
        clearTimeout(timer)
        resolve(written.at(-1)!)
      }
    })
  return {screen, written, next}
}

const line = (text: string) => `\r${text}\u001B[K`

test('what lasts longer than a second is said, with how long and how many requests, and goes', async () => {
  const {screen, written, next} = terminal()
  const begun = performance.now()
  const waiting = openWaiting('waiting for Gnocchi', screen)
  assert.match(await next(), /^\r⠋ waiting for Gnocchi … \d+ s\u001B\[K$/)
  assert.ok(performance.now() - begun >= 1000)
  assert.match(await next(), /^\r⠙ /)
  for (let n = 0; n < 12; n++) waiting.answered()
  waiting.say('deleting')
  assert.match(await next(), /^\r⠹ deleting … \d+ s, 12 requests\u001B\[K$/)
  waiting.stop()
  assert.equal(written.at(-1), line(''))
})

test('it makes way for what others write, for a second', async () => {
  const {screen, written, next} = terminal()
  const waiting = openWaiting('waiting', screen)
  await next()
  waiting.clear()
  assert.equal(written.at(-1), line(''))
  const cleared = performance.now()
  waiting.clear()
  const count = written.length
  await next()
  assert.ok(performance.now() - cleared >= 1000)
  assert.equal(written.length, count + 1, 'a line that is not there is not taken away')
  waiting.stop()
})

test('a line is never longer than the terminal is wide', async () => {
  const {screen, next} = terminal({columns: 10})
  const waiting = openWaiting('waiting for Gnocchi', screen)
  assert.equal(await next(), line('⠋ waiting'))
  waiting.stop()
})

test('what is no terminal is told nothing', () => {
  const {screen, written} = terminal({isTTY: false})
  const waiting = openWaiting('waiting', screen)
  waiting.say('x')
  waiting.clear()
  waiting.stop()
  assert.deepEqual(written, [])
})
