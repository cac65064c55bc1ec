import {UsageError} from '../errors.ts'
import {list, object, text, type Shape} from '../shape.ts'
import {checkName, inPath} from './names.ts'
import {decoded, suggesting, type Transport} from './transport.ts'

/** Which policy a metric gets that is made without one: that of the first rule whose pattern its name matches. */
export interface ArchivePolicyRule {
  name: string
  archivePolicyName: string
  /** As a shell has it: `*`, `?`, `[a-z]`, `[!a-z]`. */
  metricPattern: string
}

const wireRule = object({name: text, archive_policy_name: text, metric_pattern: text})

const decodeRule: Shape<ArchivePolicyRule> = (value) => {
  const {name, archive_policy_name: archivePolicyName, metric_pattern: metricPattern} = wireRule(value)
  return {name, archivePolicyName, metricPattern}
}

const path = (name: string): string => `v1/archive_policy_rule/${inPath('archive policy rule', name)}`
const seeRules = suggesting(404, ['see those there are: gnocchictl archive-policy-rule list'])

export const archivePolicyRules = (transport: Transport) => ({
  /**
   * GET /v1/archive_policy_rule -> 200 [rule, ...], in the order in which Gnocchi tries them on a name
   * @see gnocchi/indexer/sqlalchemy.py list_archive_policy_rules
   */
  async list(): Promise<ArchivePolicyRule[]> {
    const answer = await transport('GET', 'v1/archive_policy_rule')
    return decoded(answer, 'a list of archive policy rules', list(decodeRule))
  },

  /**
   * GET /v1/archive_policy_rule/{name} -> 200 rule
   * @throws GnocchiError 404: no such rule
   * @see gnocchi/rest/api.py ArchivePolicyRulesController._lookup
   */
  async get(name: string): Promise<ArchivePolicyRule> {
    return decoded(await transport('GET', path(name)).catch(seeRules), 'an archive policy rule', decodeRule)
  },

  /**
   * POST /v1/archive_policy_rule -> 201 rule
   * @throws GnocchiError 400: no such policy; 403: not an admin; 409: there is one of that name
   * @see gnocchi/rest/api.py ArchivePolicyRulesController.post
   */
  async create({name, archivePolicyName, metricPattern}: ArchivePolicyRule): Promise<ArchivePolicyRule> {
    checkName('an archive policy rule', name)
    if (metricPattern.length > 255) throw new UsageError('a pattern has 255 characters at most')
    const answer = await transport('POST', 'v1/archive_policy_rule', {
      json: {name, metric_pattern: metricPattern, archive_policy_name: archivePolicyName},
    }).catch(suggesting(400, ['see the policies there are: gnocchictl archive-policy list']))
    return decoded(answer, 'an archive policy rule', decodeRule)
  },

  /**
   * PATCH /v1/archive_policy_rule/{name} -> 200 rule, of the new name; nothing else of a rule can change
   * @throws GnocchiError 400: there is one of that name; 403: not an admin; 404: no such rule
   * @see gnocchi/rest/api.py ArchivePolicyRuleController.patch
   */
  async rename(name: string, newName: string): Promise<ArchivePolicyRule> {
    checkName('an archive policy rule', newName)
    const answer = await transport('PATCH', path(name), {json: {name: newName}}).catch(seeRules)
    return decoded(answer, 'an archive policy rule', decodeRule)
  },

  /**
   * DELETE /v1/archive_policy_rule/{name} -> 204
   * @throws GnocchiError 403: not an admin; 404: no such rule
   * @see gnocchi/rest/api.py ArchivePolicyRuleController.delete
   */
  async delete(name: string): Promise<void> {
    await transport('DELETE', path(name)).catch(seeRules)
  },
})
