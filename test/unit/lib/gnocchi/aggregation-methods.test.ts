import assert from 'node:assert/strict'
import {test} from 'node:test'

import {checkMethods, resolvedMethods, sortedMethods} from '../../../../src/lib/gnocchi/aggregation-methods.ts'

test('methods, changes to the default ones, and changes to all', () => {
  for (const good of [[], ['mean', '95pct', 'rate:max'], ['+last', '-std'], ['*'], ['*', '-mean', '+sum']])
    checkMethods(good)
  assert.deepEqual(resolvedMethods([]), ['count', 'max', 'mean', 'min', 'std', 'sum'])
  assert.deepEqual(resolvedMethods(['+95pct', '-std', '+5pct']), [
    'count',
    'max',
    'mean',
    'min',
    'sum',
    '5pct',
    '95pct',
  ])
  assert.deepEqual(resolvedMethods(['max', 'max', 'last']), ['last', 'max'])
  assert.equal(resolvedMethods(['*']).length, 216)
  assert.ok(!resolvedMethods(['*', '-mean']).includes('mean'))
})

test('percentiles are sorted as numbers, rates come last', () =>
  assert.deepEqual(sortedMethods(['rate:mean', '10pct', '9pct', 'sum', 'rate:2pct', 'count']), [
    'count',
    'sum',
    '9pct',
    '10pct',
    'rate:mean',
    'rate:2pct',
  ]))

for (const [methods, message] of [
  [['avg'], 'there is no aggregation method "avg"; did you mean "mean"?'],
  [['+p95'], 'there is no aggregation method "+p95"; did you mean "95pct"?'],
  [['100pct'], 'there is no aggregation method "100pct"'],
  [['maxx'], 'there is no aggregation method "maxx"; did you mean "max"?'],
  [['p0'], 'there is no aggregation method "p0"'],
  [[''], 'there is no aggregation method ""'],
  [['+*'], 'there is no aggregation method "+*"'],
  [['mean', '+95pct'], 'the methods mean and the changes +95pct do not go together'],
] as const)
  test(`${methods.join(', ')}: refused`, () => assert.throws(() => checkMethods(methods), {message}))
