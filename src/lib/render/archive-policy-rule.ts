import type {ArchivePolicyRule} from '../gnocchi/archive-policy-rules.ts'
import type {RuleMatch} from '../policies/match-rule.ts'
import {policyColumns} from './archive-policy.ts'
import type {Column} from './formats.ts'

export const ruleColumns: readonly Column<ArchivePolicyRule>[] = [
  {name: 'name', title: 'rule', value: ({name}) => name},
  {name: 'archive_policy_name', title: 'archive policy', value: ({archivePolicyName}) => archivePolicyName},
  {name: 'metric_pattern', title: 'metric pattern', value: ({metricPattern}) => metricPattern},
]

const inMatch = <T>({value, text, ...column}: Column<T>, part: (match: RuleMatch) => T): Column<RuleMatch> => ({
  ...column,
  value: (match) => value(part(match)),
  ...(text ? {text: (match) => text(part(match))} : {}),
})

/** The rule, what its policy keeps, and the rules that come too late. */
export const matchColumns: readonly Column<RuleMatch>[] = [
  ...ruleColumns.map((column) => inMatch(column, ({rule}) => rule)),
  ...policyColumns
    .filter(({name}) => name === 'definition' || name === 'aggregation_methods')
    .map((column) => inMatch(column, ({policy}) => policy)),
  {
    name: 'passed_over',
    title: 'match too, but come later',
    value: ({passedOver}) => passedOver.map(({name}) => name),
    text: ({passedOver}) =>
      passedOver
        .map(({name, metricPattern, archivePolicyName}) => `${name}: ${metricPattern} for ${archivePolicyName}`)
        .join('\n') || 'none',
  },
]
