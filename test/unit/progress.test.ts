import assert from 'node:assert/strict'
import {Writable} from 'node:stream'
import {test, type TestContext} from 'node:test'
import {stripVTControlCharacters} from 'node:util'

import {openProgress} from '../../src/progress.ts'

/** What a terminal of so many columns shows of an import that is half done, once a second is over. */
function shown(t: TestContext, columns: number): string {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const written: string[] = []
  const stream = new Writable({
    write(text, _, done) {
      written.push(String(text))
      done()
    },
  })
  const progress = openProgress(100, '{measures} measures  {rate}/s', Object.assign(stream, {isTTY: true, columns}))
  progress.update(10, {measures: '0', rate: '0'})
  now = 1001
  progress.update(50, {measures: '1894174', rate: '533000'})
  const text = stripVTControlCharacters(written.join(''))
  progress.stop()
  return text
}

test('a bar is as long as the terminal has room for beside the words, and none where that is too short', (t) => {
  assert.equal(shown(t, 200), `  ${'█'.repeat(20)}${'░'.repeat(20)} 50 %  1894174 measures  533000/s  0s left`)
  assert.equal(shown(t, 80), `  ${'█'.repeat(14)}${'░'.repeat(13)} 50 %  1894174 measures  533000/s  0s left`)
  assert.equal(shown(t, 44), '  50 %  1894174 measures  533000/s  0s left')
})

test('a terminal whose cursor does not move has no bar', (t) => {
  const before = process.env['TERM']
  process.env['TERM'] = 'dumb'
  t.after(() => {
    if (before === undefined) delete process.env['TERM']
    else process.env['TERM'] = before
  })
  assert.equal(shown(t, 80), '')
})
