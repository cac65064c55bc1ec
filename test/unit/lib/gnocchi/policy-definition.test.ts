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

// Gnocchi 4.6 takes each, and answers GET /v1/archive_policy with silence from then on, till the policy is deleted.
for (const [text, message, suggestions] of [
  [
    'granularity:0.1,points:3',
    '3 points of 0.1 seconds: Gnocchi would take this, fail to read it, and list no archive policies any more',
    ['it can read points:4, with the same granularity'],
  ],
  [
    'timespan:1h,points:7',
    '7 points of 8 minutes 34.285714285 seconds: Gnocchi would take this, fail to read it, and list no archive policies any more',
    ['it can read points:8, with the same timespan'],
  ],
  ['granularity:1d,points:400000', '400000 points of 1 day are more than Gnocchi can count: 292 years', []],
] as const)
  test(`${text} is refused: it would break the list of policies`, () =>
    assert.throws(() => checkDefinition([parseDefinition(text)]), {message, suggestions}))

test('a granularity or points that Gnocchi reads back are taken, as fine or as many as they are', () =>
  checkDefinition(
    [
      'granularity:0.1,points:36000',
      'granularity:1d,points:106751',
      'timespan:100,points:3',
      'granularity:1m,timespan:90s',
    ].map(parseDefinition),
  ))
