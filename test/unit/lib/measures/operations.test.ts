import assert from 'node:assert/strict'
import {test} from 'node:test'

import {metricsIn, parseOperations, renamed} from '../../../../src/lib/measures/operations.ts'

test('Lisp and JSON are the same operations; names become ids; comparisons become numbers', () => {
  const json = ['aggregate', 'mean', ['metric', ['web-1/cpu', 'mean'], ['b', 'max']]]
  assert.deepEqual(parseOperations('(aggregate mean (metric (web-1/cpu mean) (b max)))'), json)
  assert.deepEqual(parseOperations(JSON.stringify(json)), json)
  assert.deepEqual(parseOperations('(> (metric a mean) 30)'), ['*', ['>', ['metric', 'a', 'mean'], 30], 1])
  assert.deepEqual(metricsIn(json), ['web-1/cpu', 'b'])
  assert.deepEqual(renamed(['+', 1, ['metric', 'a', 'mean']], new Map([['a', 'id']])), [
    '+',
    1,
    ['metric', 'id', 'mean'],
  ])
})

for (const [text, what, column] of [
  [
    '(aggregate last (metric a mean))',
    'a method is wanted here, one of mean, median, min, max, sum, std, var, count',
    11,
  ],
  ['(agregate mean (metric a mean))', 'there is no operation "agregate"; did you mean "aggregate"?', 1],
  ['(+ 1 (metric a))', 'metric takes a name and a method, or pairs of them in parentheses', 14],
  ['(+ 1 (metric a mean)', 'a ) is missing for this', 0],
  ['(abs (metric a mean)) 3', 'nothing may come after the first operation', 22],
  ['(rolling mean 0 (metric a mean))', 'a number of periods is wanted here, 1 or more', 14],
] as const)
  test(`${text} is refused with a mark under the place`, () => {
    assert.throws(() => parseOperations(text), {message: `operations: ${what}\n  ${text}\n  ${' '.repeat(column)}^`})
  })
