import assert from 'node:assert/strict'
import {test} from 'node:test'

import {commands, loadAllCommands} from '../../../../src/commands.ts'
import {kindOfArgument, kindOfFlag} from '../../../../src/lib/completion/kinds.ts'

const args: [id: string, name: string, kind: string | undefined][] = [
  ['archive-policy:show', 'name', 'policy'],
  ['archive-policy:create', 'name', undefined],
  ['archive-policy-rule:delete', 'name', 'rule'],
  ['archive-policy-rule:match', 'name', 'metric'],
  ['resource-type:show', 'name', 'resource-type'],
  ['resource:show', 'resource', 'resource'],
  ['metric:show', 'metric', 'metric'],
  ['measures:show', 'metric', 'metric'],
  ['measures:export', 'metrics', 'metric'],
  ['measures:import', 'file', 'file'],
  ['hosts:check', 'hosts', 'host'],
  ['metrics:create', 'hosts', 'host'],
  ['resource:search', 'query', undefined],
]

for (const [id, name, kind] of args)
  test(`the argument ${name} of ${id} is ${kind ?? 'anything'}`, () => assert.equal(kindOfArgument(id, name), kind))

test('what of the real commands is not completed: new names, queries, and what is one of a few words', async () => {
  await loadAllCommands()
  const unknown = Object.entries(commands).flatMap(([id, {args}]) =>
    Object.keys(args).flatMap((name) => (kindOfArgument(id, name) ? [] : [`${id} ${name}`])),
  )
  assert.deepEqual(unknown.sort(), [
    ...['aggregates operations', 'aggregates search', 'archive-policy-rule:create name', 'archive-policy:create name'],
    ...['completion shell', 'completion:refresh key', 'metric:create name', 'resource-type:create name'],
    ...['resource:batch:delete query', 'resource:create resource', 'resource:search query'],
  ])
})

test('what a flag takes, by its name', () => {
  assert.deepEqual(['archive-policy-name', 'os-cloud', 'interval'].map(kindOfFlag), ['policy', 'cloud', undefined])
})
