import assert from 'node:assert/strict'
import {test} from 'node:test'

import {clean} from '../../../src/lib/clean.ts'

for (const [name, text, cleaned] of [
  ['plain text', 'Grüße, 東京 €\nline two', 'Grüße, 東京 €\nline two'],
  ['an escape sequence', '\u001B]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['the 8-bit escape', '\u009B2J', '\\u009b2J'],
  ['carriage return and tab', 'a\rb\tc', 'a\\u000db\\u0009c'],
  ['delete and NUL', '\u007F\u0000', '\\u007f\\u0000'],
  ['text turned round', 'a\u202Eb\u2066c', 'a\\u202eb\\u2066c'],
] as const)
  test(`${name} on a terminal`, () => assert.equal(clean(text), cleaned))
