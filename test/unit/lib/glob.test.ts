import assert from 'node:assert/strict'
import {test} from 'node:test'

import {glob} from '../../../src/lib/glob.ts'

// What Python 3.11's fnmatch.fnmatchcase says of each.
for (const [name, pattern, matches] of [
  ['abc', 'abc', true],
  ['abc', 'ABC', false],
  ['abc', '*', true],
  ['', '*', true],
  ['', '?', false],
  ['a', '?', true],
  ['mem.used', 'mem.*', true],
  ['memx', 'mem.*', false],
  ['a.b.c', '*.c', true],
  ['aXbXc', 'a*X*c', true],
  ['ab', 'a[!b]', false],
  ['ac', 'a[!b]', true],
  ['a]', 'a[]]', true],
  ['a!', 'a[!]', false],
  ['a[!]', 'a[!]', true],
  ['a', '[b-a]', false],
  ['c', '[!b-a]', true],
  ['-', '[a-]', true],
  ['-', '[-a]', true],
  ['.', '[--a]', true],
  ['-', '[a-z-9]', true],
  ['5', '[a-z-9]', false],
  ['9', '[a-z-9]', true],
  ['q', '[a-z-9]', true],
  ['a\\', 'a[\\]', true],
  ['a[', 'a[', true],
  ['é😀x', 'é?x', true],
  ['ab\ncd', 'ab*', true],
  ['aaaab', '*a*b', true],
  ['x[1]', 'x[[]1]', true],
  ['^a', '[^a]a', true],
  ['ba', '[^a]a', false],
] as const)
  // prettier-ignore
  test(`${JSON.stringify(name)} ${matches ? 'matches' : 'does not match'} ${pattern}`, () =>
    assert.equal(glob(pattern, name, {brackets: true}), matches))

test('a pattern of many stars takes no time', () => {
  assert.equal(glob(`${'*a'.repeat(100)}*b`, 'a'.repeat(255)), false)
})

test('without brackets, as in ssh_config, they stand for themselves', () => {
  assert.deepEqual([glob('a[b]', 'ab'), glob('a[b]', 'a[b]'), glob('w?b-*', 'web-1')], [false, true, true])
})
