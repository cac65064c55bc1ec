import assert from 'node:assert/strict'
import {test} from 'node:test'

import {UsageError} from '../../../../src/lib/errors.ts'
import {neededFor, resample} from '../../../../src/lib/measures/resample.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute))
const rows = (...values: (number | undefined)[]) =>
  values.flatMap((value, minute) => (value === undefined ? [] : [{at: at(minute), granularitySeconds: 60, value}]))
const policy = (...aggregationMethods: string[]) => ({name: 'p', backWindow: 0, aggregationMethods, definition: []})

test('means are weighted, deviations pooled; a period of one measure has none', () => {
  // 1 2 3 | 10 | 4 8
  const [sum, count, mean] = [rows(6, 10, 12), rows(3, 1, 2), rows(2, 10, 6)]
  const value = (method: string, by: Record<string, ReturnType<typeof rows>>) =>
    resample(new Map(Object.entries(by)), method, 180).map((row) => row.value)
  assert.deepEqual(value('mean', {sum, count}), [28 / 6])
  assert.deepEqual(value('mean', {mean, count}), [28 / 6])
  const values = [1, 2, 3, 10, 4, 8]
  const std = Math.sqrt(values.reduce((total, one) => total + (one - 28 / 6) ** 2, 0) / 5)
  const [pooled] = value('std', {std: rows(1, undefined, Math.sqrt(8)), mean, count})
  assert.ok(Math.abs(pooled! - std) < 1e-12)
})

test('what cannot be told, or not with this policy, is refused in words', () => {
  assert.deepEqual(neededFor('mean', policy('mean', 'count')), ['mean', 'count'])
  for (const method of ['median', '95pct', 'nunique', 'rate:mean', 'constructor'])
    assert.throws(() => neededFor(method, policy(method)), UsageError)
  assert.throws(
    () => neededFor('mean', policy('mean', 'max')),
    /needs sum and count .* archive policy p keeps mean, max/,
  )
  assert.throws(() => resample(new Map([['sum', rows(1)]]), 'sum', 90), /no multiple of the granularity, 1 minute/)
})
