import assert from 'node:assert/strict'
import {test} from 'node:test'

import {sparkline} from '../../../../src/lib/render/sparkline.ts'

for (const [values, bars] of [
  [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  [[5, 5, 5], '▄▄▄'],
  [[1, null, 2], '▁ █'],
  [[], ''],
  [[-1e308, 1e308], '▁█'],
] as [(number | null)[], string][])
  test(`${JSON.stringify(values)} is ${bars}`, () => assert.equal(sparkline(values), bars))

test('more values than there is room for are thinned to their means', () =>
  assert.equal(sparkline([0, 0, 4, 4, null, null, 7, 7], 4), '▁▅ █'))
