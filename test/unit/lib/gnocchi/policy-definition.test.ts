import assert from 'node:assert/strict'
import {test} from 'node:test'

import {checkDefinition, definitionBody, parseDefinition} from '../../../../src/lib/gnocchi/policy-definition.ts'

test('a definition is sent as it was given, in seconds', () => {
  const items = ['granularity:1m,points:60', 'timespan:1d , granularity: 0:05:00', 'points:3,timespan:10s'].map(
    parseDefinition,
  )
  checkDefinition(items)
  assert.deepEqual(definitionBody(items), [
    {granularity: 60, points: 60},
    {granularity: 300, timespan: 86_400},
    {points: 3, timespan: 10},
  ])
  assert.deepEqual(definitionBody([parseDefinition('granularity:0.1,points:36,timespan:3.6s')]), [
    {granularity: 0.1, points: 36, timespan: 3.6},
  ])
})

for (const [text, message] of [
  ['granularity:1m', 'two of granularity, points and timespan are needed'],
  ['', '"" is none of granularity, points and timespan'],
  ['granularity:1m,points', 'points: "" is not a number of points, 1 or more'],
  ['granularity:1m,point:5', '"point" is none of granularity, points and timespan; did you mean "points"?'],
  ['granularity:1m,points:0', 'points: "0" is not a number of points, 1 or more'],
  ['granularity:1m,points:1.5', 'points: "1.5" is not a number of points, 1 or more'],
  ['granularity:1m,granularity:2m', 'granularity is there twice'],
  [
    'granularity:1x,points:5',
    'granularity: "1x" is not a timespan; write 30s, 5m, 1h30m, 7d, 00:05:00 or a number of seconds',
  ],
  ['granularity:1s,points:60,timespan:2m', '60 points of 1 second are 1 minute, not 2 minutes'],
  ['granularity:1h,timespan:1m', 'the timespan, 1 minute, is shorter than the granularity, 1 hour'],
] as const)
  // prettier-ignore
  test(`"${text}" is refused`, () => assert.throws(() => parseDefinition(text), {message: `"${text}": ${message}`}))

test('a granularity is defined once, whichever way it is written', () =>
  assert.throws(
    () => checkDefinition([parseDefinition('granularity:1m,points:5'), parseDefinition('timespan:1h,points:60')]),
    {
      message: 'the granularity 1 minute is defined twice',
    },
  ))
