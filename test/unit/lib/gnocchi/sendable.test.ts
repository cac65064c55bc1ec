import assert from 'node:assert/strict'
import {test} from 'node:test'

import {unsendable} from '../../../../src/lib/gnocchi/sendable.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'

const now = new Date('2026-11-20T10:00:00Z')
const future = (seconds: number) =>
  `its time is ${seconds} s in the future: Gnocchi would drop all that comes until then`

for (const [name, at, value, reason] of [
  ['now', now, 1, undefined],
  ['of a clock that is a little ahead', new Date('2026-11-20T10:01:00Z'), 1, undefined],
  ['of 1970', new Date(0), -0, undefined],
  ['in the future', new Date('2026-11-20T10:01:01Z'), 1, future(61)],
  ['whose milliseconds were taken for seconds', new Date(now.getTime() * 1000), 1, future(1_795_168_800 * 999)],
  ['before 1970', new Date(-1), 1, 'its time is before 1970'],
  ['of no time', new Date(Number.NaN), 1, 'its time is no time'],
  ['that is NaN', now, Number.NaN, 'its value is NaN, not a number that Gnocchi can aggregate'],
  [
    'that is infinite',
    now,
    Number.NEGATIVE_INFINITY,
    'its value is -Infinity, not a number that Gnocchi can aggregate',
  ],
] as const)
  test(`a measure ${name} ${reason ? 'does not leave' : 'may leave'}`, () =>
    assert.equal(unsendable({at, value}, now), reason))

test('a metric with such a measure is refused here; the others are sent', async (t) => {
  const gnocchi = await fakeGnocchi(t, {a: {}, b: {}})
  const batch = new Map([
    [
      'a',
      [
        {at: now, value: 1},
        {at: now, value: Number.NaN},
      ],
    ],
    ['b', [{at: now, value: 2}]],
  ])
  assert.deepEqual(await gnocchi.client.measures.send(batch), [
    {metric: 'a', reason: 'its value is NaN, not a number that Gnocchi can aggregate'},
  ])
  assert.deepEqual(gnocchi.stored, [{b: [{timestamp: now.getTime() / 1000, value: 2}]}])
})
