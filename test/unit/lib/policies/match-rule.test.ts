import assert from 'node:assert/strict'
import {test} from 'node:test'

import {matchRule} from '../../../../src/lib/policies/match-rule.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

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
