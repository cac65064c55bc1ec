import assert from 'node:assert/strict'
import {test} from 'node:test'

import {kindOfArgument, kindOfFlag} from '../../../../src/lib/completion/kinds.ts'

const args: [id: string, name: string, kind: string | undefined][] = [
  ['archive-policy:show', 'name', 'policy'],
  ['archive-policy:create', 'name', undefined],
  ['archive-policy-rule:delete', 'name', 'rule'],
  ['archive-policy-rule:match', 'name', 'metric'],
  ['resource-type:show', 'name', 'resource-type'],
  ['resource:show', 'resource', 'resource'],
  ['resource:show', 'resource_id', 'resource'],
  ['metric:show', 'metric', 'metric'],
  ['measures:show', 'metric', 'metric'],
  ['measures:export', 'metrics', 'metric'],
  ['measures:import', 'file', 'file'],
  ['hosts:check', 'host', 'host'],
  ['resource:search', 'query', undefined],
]

for (const [id, name, kind] of args)
  test(`the argument ${name} of ${id} is ${kind ?? 'anything'}`, () => assert.equal(kindOfArgument(id, name), kind))

test('what a flag takes, by its name', () => {
  assert.deepEqual(['archive-policy-name', 'os-cloud', 'interval'].map(kindOfFlag), ['policy', 'cloud', undefined])
})
