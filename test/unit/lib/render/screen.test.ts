import assert from 'node:assert/strict'
import {test} from 'node:test'

import {inPlace} from '../../../../src/lib/render/screen.ts'

const clear = '\u001B[2J'
const home = '\u001B[H'
const toLineEnd = '\u001B[K'
const toEnd = '\u001B[J'

test('the first frame clears the screen, the next ones overwrite it line by line', () => {
  const draw = inPlace({rows: 5})
  assert.equal(draw('one\ntwo\n'), `${clear}${home}one${toLineEnd}\ntwo${toLineEnd}\n${toEnd}`)
  assert.equal(draw('three\n'), `${home}three${toLineEnd}\n${toEnd}`)
})

test('a frame that is taller than the screen is appended; the height is read anew each time', () => {
  const terminal = {rows: 2}
  const draw = inPlace(terminal)
  assert.equal(draw('one\ntwo\n'), 'one\ntwo\n\n')
  terminal.rows = 3
  assert.equal(draw('one\ntwo\n'), `${clear}${home}one${toLineEnd}\ntwo${toLineEnd}\n${toEnd}`)
})

test('without a height, frames are appended', () => assert.equal(inPlace({})('one\n'), 'one\n\n'))

test('after a resize, which breaks lines anew, the screen is cleared', () => {
  const terminal = {rows: 5, columns: 80}
  const draw = inPlace(terminal)
  draw('one\n')
  assert.ok(!draw('one\n').includes(clear))
  terminal.columns = 40
  assert.ok(draw('one\n').startsWith(clear))
  assert.ok(!draw('one\n').includes(clear))
})

test('a frame whose lines the terminal breaks is as tall as they are then', () => {
  const draw = inPlace({rows: 4, columns: 10})
  const four = `${'x'.repeat(11)}\n\u001B[1mbold\u001B[22m\none\n`
  assert.equal(draw(four), `${four}\n`)
  assert.ok(draw(`${'x'.repeat(11)}\none\n`).startsWith(clear))
  // Two columns for each.
  assert.equal(draw('行行行行行行\none\ntwo\n'), '行行行行行行\none\ntwo\n\n')
})

test('the last character of a line that is as wide as the terminal is not cleared away', () => {
  const draw = inPlace({rows: 5, columns: 4})
  assert.equal(draw('|ab|\n|c|\n'), `${clear}${home}|ab|\n|c|${toLineEnd}\n${toEnd}`)
})
