import assert from 'node:assert/strict'
import {test} from 'node:test'

import {logLevels, openLog, type LogFormat, type LogLevel} from '../../../src/lib/log.ts'
import {Secret} from '../../../src/lib/secret.ts'

function logged(format: LogFormat, most: LogLevel, talk: (report: ReturnType<typeof openLog>) => void): string[] {
  const lines: string[] = []
  talk(openLog(format, most, (line) => lines.push(line)))
  return lines
}

test('a line of text is its sentence and nothing else', () => {
  const lines = logged('text', 'info', (report) => {
    report('web: back after 30 seconds', {host: 'web'})
    report('warning: others may read it', {level: 'warn'})
  })
  assert.deepEqual(lines, ['web: back after 30 seconds\n', 'warning: others may read it\n'])
})

test('a line of JSON is one object: time, level, what it is about, message', () => {
  const before = new Date().toISOString()
  const [line = ''] = logged('json', 'info', (report) => report('warning: web is slow', {level: 'warn', host: 'web'}))
  const {time, ...rest} = JSON.parse(line) as {time: string}
  assert.deepEqual(rest, {level: 'warn', host: 'web', message: 'web is slow'})
  assert.ok(before <= time && time <= new Date().toISOString())
  assert.match(line, /^\{.*\}\n$/)
})

test('a line without a level is info; each level is said from itself on', () => {
  for (const [index, most] of logLevels.entries()) {
    const lines = logged('text', most, (report) => logLevels.forEach((level) => report(level, {level})))
    assert.deepEqual(lines, logLevels.slice(0, index + 1).map((level) => `${level}\n`)) // prettier-ignore
  }
  assert.deepEqual([logged('text', 'warn', (r) => r('x')).length, logged('text', 'info', (r) => r('x')).length], [0, 1])
})

test('many lines in one message are one line of JSON, and come back as they were', () => {
  const lines = logged('json', 'info', (report) => report('a\nb "c"'))
  assert.equal(lines.length, 1)
  assert.equal(lines[0]!.trimEnd().includes('\n'), false)
  assert.equal((JSON.parse(lines[0]!) as {message: string}).message, 'a\nb "c"')
})

test('control characters reach no terminal in either format, and JSON gives them back', () => {
  const evil = 'web\u001B[2J\u009B1m\u202Eabc'
  const [text = ''] = logged('text', 'info', (report) => report(evil))
  const [json = ''] = logged('json', 'info', (report) => report(evil))
  for (const line of [text, json]) assert.doesNotMatch(line, /[\u0000-\u0009\u007F-\u009F\u202A-\u202E]/)
  assert.equal((JSON.parse(json) as {message: string}).message, evil)
})

test('a secret shows in no format, as a word or as a field', () => {
  const secret = new Secret('s3cret')
  const about = {host: secret as unknown as string}
  for (const format of ['text', 'json'] as const) {
    const lines = logged(format, 'debug', (report) => report(`password ${String(secret)}`, about))
    assert.doesNotMatch(lines.join(''), /s3cret/)
    assert.match(lines.join(''), /\[secret\]/)
  }
})
