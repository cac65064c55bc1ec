import {GnocchiError} from '../errors.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {ArchivePolicyRule} from '../gnocchi/archive-policy-rules.ts'
import type {Gnocchi} from '../gnocchi/client.ts'
import {glob} from '../glob.ts'

export interface RuleMatch {
  rule: ArchivePolicyRule
  policy: ArchivePolicy
  /** Rules whose pattern matches too, but that come after it. */
  passedOver: ArchivePolicyRule[]
}

/**
 * The rule that gives a metric of that name its policy: the first one that matches, in the order in which Gnocchi lists
 * them. That is by pattern, backwards through the alphabet, which mostly, but not always, puts the narrower one first.
 * @throws GnocchiError when none matches
 * @see gnocchi/indexer/__init__.py get_archive_policy_for_metric, gnocchi/indexer/sqlalchemy.py list_archive_policy_rules
 */
export async function matchRule(gnocchi: Gnocchi, metricName: string): Promise<RuleMatch> {
  const rules = await gnocchi.archivePolicyRules.list()
  const [rule, ...passedOver] = rules.filter(({metricPattern}) => glob(metricPattern, metricName, {brackets: true}))
  if (!rule)
    throw new GnocchiError(
      `no archive policy rule matches "${metricName}": Gnocchi makes no metric of that name unless a policy is named`,
      {},
      ['see the rules: gnocchictl archive-policy-rule list'],
    )
  return {rule, policy: await gnocchi.archivePolicies.get(rule.archivePolicyName), passedOver}
}
