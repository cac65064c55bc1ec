import assert from 'node:assert/strict'
import {test} from 'node:test'

import {shortDuration} from '../../../../src/lib/duration.ts'
import {
  createLine,
  parseKeep,
  policiesThatDo,
  suggestPolicy,
  type Wish,
} from '../../../../src/lib/policies/suggest-policy.ts'

const wish = (interval: number, keep: string[], more: Partial<Wish> = {}): Wish => ({
  intervalSeconds: interval,
  keep: keep.map(parseKeep),
  methods: [],
  lateSeconds: 0,
  ...more,
})
const levels = (...given: Parameters<typeof wish>) =>
  suggestPolicy(wish(...given)).definition.map(
    ({granularitySeconds, timespanSeconds}) =>
      `${shortDuration(granularitySeconds)}:${shortDuration(timespanSeconds!)}`,
  )

// As fine as the measures come for some 10,000 points, then coarser; the first two are what Gnocchi's own policies keep.
for (const [interval, keep, expected] of [
  [60, '365d', ['1m:7d', '1h:365d']],
  [300, '30d', ['5m:30d']],
  [1, '365d', ['1s:2h', '1m:7d', '1h:365d']],
  [30, '90d', ['30s:3d', '5m:30d', '1h:90d']],
  [7, '90d', ['10s:1d', '1m:7d', '1h:90d']],
  [0.1, '1h', ['1s:1h']],
  [60, '10y', ['1m:7d', '1h:365d', '1d:3650d']],
  [86_400, '1y', ['1d:365d']],
  [60, '90s', ['1m:2m']],
] as const)
  test(`a measure every ${interval} s for ${keep}: ${expected.join(', ')}`, () =>
    assert.deepEqual(levels(interval, [keep]), expected))

test('levels that are named are taken as they are', () => {
  assert.deepEqual(levels(30, ['1h:90d', '30s:90d']), ['30s:90d', '1h:90d'])
  assert.deepEqual(suggestPolicy(wish(30, ['30s:90d'])).notes, [])
})

test('a suggestion says why, what else there could be, and the command that makes it', () => {
  const suggestion = suggestPolicy(wish(7, ['90d'], {methods: ['mean', 'max'], lateSeconds: 5400}))
  assert.deepEqual(suggestion.notes, [
    '10 seconds: the next even step above 7 seconds, so that no period stays empty',
    '10 seconds all the way takes 20.7 times as much: --keep 10s:90d',
  ])
  assert.equal(
    createLine(suggestion),
    'gnocchictl archive-policy create 10s-90d -d granularity:10s,timespan:1d -d granularity:1m,timespan:7d -d granularity:1h,timespan:90d -b 2 -m mean -m max',
  )
  assert.equal(
    createLine(suggestPolicy(wish(60, ['1d'], {name: 'my own', methods: ['*', '-std']}))),
    "gnocchictl archive-policy create 'my own' -d granularity:1m,timespan:1d -m '*' -m=-std",
  )
})

test('policies that keep as much do it already, the smallest first', () => {
  const wanted = suggestPolicy(wish(60, ['7d']))
  const {name, definition, aggregationMethods} = wanted
  const same = {name, definition, aggregationMethods, backWindow: 0}
  const [{granularitySeconds, timespanSeconds}] = definition as [(typeof definition)[number]]
  const longer = {...same, name: 'longer', definition: [{granularitySeconds, timespanSeconds: 1e6, points: 20_000}]}
  const forEver = {
    ...same,
    name: 'for ever',
    definition: [{granularitySeconds: 1, timespanSeconds: null, points: null}],
  }
  const others = [
    {...same, name: 'shorter', definition: [{granularitySeconds, timespanSeconds: timespanSeconds! / 2, points: 5040}]},
    {...same, name: 'coarser', definition: [{granularitySeconds: 120, timespanSeconds: 1e7, points: 83_333}]},
    {...same, name: 'only means', aggregationMethods: ['mean']},
  ]
  const named = (late: number) =>
    policiesThatDo([forEver, ...others, longer, same, {...same, name: 'late', backWindow: 5}], wanted, late).map(
      (policy) => policy.name,
    )
  assert.deepEqual(named(0), ['1m-7d', 'late', 'longer', 'for ever'])
  assert.deepEqual(named(300), ['late'])
})

for (const [given, message] of [
  [wish(60, ['30s:7d']), '--keep: with a measure every 1 minute, periods of 30 seconds stay empty, most of them'],
  [wish(60, ['5m:7d', '300:8d']), '--keep: 5 minutes is there twice'],
  [wish(60, ['7d', '1h:90d']), '--keep takes one span (90d), or a granularity with each span (30s:7d, 1h:90d)'],
  [wish(60, ['7d', '90d']), '--keep takes one span (90d), or a granularity with each span (30s:7d, 1h:90d)'],
  [wish(3600, ['10m']), 'no period of 1 hour fits into 10 minutes'],
  [wish(172_800, ['90d']), 'an interval of 2 days is longer than a day'],
  [wish(60, ['7d'], {methods: ['avg']}), 'there is no aggregation method "avg"; did you mean "mean"?'],
] as const)
  test(`refused: ${message}`, () => assert.throws(() => suggestPolicy(given), {message}))

test('what is no span at all', () =>
  assert.throws(() => parseKeep('1:2:3'), {
    message: '"1:2:3" is not what to keep; write 90d, or 30s:7d for 30 seconds over 7 days',
  }))
