import assert from 'node:assert/strict'
import {test} from 'node:test'

import {findingLines} from '../../../../src/lib/render/findings.ts'

test('what mends several findings in a row is said once, below them', () => {
  const finding = {check: 'metrics', code: 4, verdict: 'warning' as const}
  const mend = 'gnocchictl metrics create'
  assert.equal(
    findingLines([
      {...finding, verdict: 'ok', what: '1 of 4 are there'},
      {...finding, what: 'web-1: has no metric yet', mend},
      {...finding, what: 'web-2: has no metric yet', mend},
      {...finding, check: 'measures', what: 'web-3: has no measure yet', mend: 'gnocchictl produce --once'},
    ]),
    `ok       metrics     1 of 4 are there
warning  metrics     web-1: has no metric yet
warning  metrics     web-2: has no metric yet
                     try: gnocchictl metrics create
warning  measures    web-3: has no measure yet
                     try: gnocchictl produce --once
`,
  )
})
