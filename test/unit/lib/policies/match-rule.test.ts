import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fnmatch, matchRule} from '../../../../src/lib/policies/match-rule.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

// What Python 3.11's fnmatch.fnmatchcase says of each.
for (const [name, pattern, matches] of [
  ['abc', 'abc', true],
  ['abc', 'ABC', false],
  ['abc', '*', true],
  ['', '*', true],
  ['', '?', false],
  ['a', '?', true],
  ['mem.used', 'mem.*', true],
  ['memx', 'mem.*', false],
  ['a.b.c', '*.c', true],
  ['aXbXc', 'a*X*c', true],
  ['ab', 'a[!b]', false],
  ['ac', 'a[!b]', true],
  ['a]', 'a[]]', true],
  ['a!', 'a[!]', false],
  ['a[!]', 'a[!]', true],
  ['a', '[b-a]', false],
  ['c', '[!b-a]', true],
  ['-', '[a-]', true],
  ['-', '[-a]', true],
  ['.', '[--a]', true],
  ['-', '[a-z-9]', true],
  ['5', '[a-z-9]', false],
  ['9', '[a-z-9]', true],
  ['q', '[a-z-9]', true],
  ['a\\', 'a[\\]', true],
  ['a[', 'a[', true],
  ['é😀x', 'é?x', true],
  ['ab\ncd', 'ab*', true],
  ['aaaab', '*a*b', true],
  ['x[1]', 'x[[]1]', true],
  ['^a', '[^a]a', true],
  ['ba', '[^a]a', false],
] as const)
  // prettier-ignore
  test(`${JSON.stringify(name)} ${matches ? 'matches' : 'does not match'} ${pattern}`, () =>
    assert.equal(fnmatch(name, pattern), matches))

test('a pattern of many stars takes no time', () => {
  assert.equal(fnmatch('a'.repeat(255), `${'*a'.repeat(100)}*b`), false)
})

test('the first rule of the list that matches gives the policy, not the longest one', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const rule = (name: string, metricPattern: string) => ({
    name,
    archive_policy_name: 'medium',
    metric_pattern: metricPattern,
  })
  const rules = [rule('upper', 'Mem*'), rule('short', 'mem*'), rule('long', '*emory.usage.of.all*'), rule('all', '*')]
  gnocchi.instead = ({path}) => ({body: path.endsWith('_rule') ? rules : medium})
  const {rule: found, policy, passedOver} = await matchRule(gnocchi.client, 'memory.usage.of.all.hosts')
  assert.deepEqual([found.name, policy.name, passedOver.map(({name}) => name)], ['short', 'medium', ['long', 'all']])
  rules.pop()
  await assert.rejects(matchRule(gnocchi.client, 'cpu'), {
    message: 'no archive policy rule matches "cpu": Gnocchi makes no metric of that name unless a policy is named',
    suggestions: ['see the rules: gnocchictl archive-policy-rule list'],
  })
})
