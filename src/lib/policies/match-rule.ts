import {GnocchiError} from '../errors.ts'
import type {ArchivePolicy} from '../gnocchi/archive-policies.ts'
import type {ArchivePolicyRule} from '../gnocchi/archive-policy-rules.ts'
import type {Gnocchi} from '../gnocchi/client.ts'

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
  const [rule, ...passedOver] = rules.filter(({metricPattern}) => fnmatch(metricName, metricPattern))
  if (!rule)
    throw new GnocchiError(
      `no archive policy rule matches "${metricName}": Gnocchi makes no metric of that name unless a policy is named`,
      {},
      ['see the rules: gnocchictl archive-policy-rule list'],
    )
  return {rule, policy: await gnocchi.archivePolicies.get(rule.archivePolicyName), passedOver}
}

type Part = '*' | ((character: string) => boolean)

/** Python's fnmatch, as on any system but Windows: the whole name, upper and lower case told apart. */
export function fnmatch(name: string, pattern: string): boolean {
  const characters = Array.from(name)
  const parts = partsOf(Array.from(pattern))
  let [at, part] = [0, 0]
  // Where the last star stands, and what it is taken for so far.
  let [star, taken] = [-1, 0]
  while (at < characters.length) {
    const wanted = parts[part]
    if (wanted === '*') [star, taken] = [part++, at]
    else if (wanted?.(characters[at]!)) [at, part] = [at + 1, part + 1]
    else if (star >= 0) [at, part] = [++taken, star + 1]
    else return false
  }
  return parts.slice(part).every((rest) => rest === '*')
}

function partsOf(pattern: readonly string[]): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    const end = character === '[' ? closing(pattern, at) : -1
    if (end > 0) {
      parts.push(oneOf(pattern.slice(at + 1, end)))
      at = end
    } else if (character === '*') parts.push('*')
    else parts.push(character === '?' ? () => true : (seen) => seen === character)
  }
  return parts
}

/** A bracket right after the opening one, or after its `!`, is one of those meant. */
function closing(pattern: readonly string[], opening: number): number {
  const first = opening + (pattern[opening + 1] === '!' ? 2 : 1)
  return pattern.indexOf(']', first + 1)
}

function oneOf(inside: readonly string[]): (character: string) => boolean {
  const negated = inside[0] === '!'
  const meant = negated ? inside.slice(1) : inside
  const ranges: [string, string][] = []
  for (let at = 0; at < meant.length; at++) {
    const isRange = meant[at + 1] === '-' && at + 2 < meant.length
    ranges.push([meant[at]!, meant[isRange ? at + 2 : at]!])
    if (isRange) at += 2
  }
  const number = (character: string) => character.codePointAt(0)!
  return (character) =>
    ranges.some(([from, to]) => number(character) >= number(from) && number(character) <= number(to)) !== negated
}
