// For the table of completion that a build makes; a press of Tab loads none of this.
import {policyColumns, policyDetails} from '../src/lib/render/archive-policy.ts'
import {matchColumns, ruleColumns} from '../src/lib/render/archive-policy-rule.ts'
import {backlogColumns, detailColumn, lookColumns} from '../src/lib/render/backlog.ts'
import {capabilityColumns} from '../src/lib/render/capabilities.ts'
import {findingColumns} from '../src/lib/render/findings.ts'
import {checkColumns, keyColumns} from '../src/lib/render/hosts.ts'
import {aggregatesColumns, aggregationColumns, measureColumns} from '../src/lib/render/measures.ts'
import {
  createdColumns,
  hostMetricColumns,
  madeColumns,
  madeNamedColumns,
  metricColumns,
} from '../src/lib/render/metrics.ts'
import {deletedColumns, resourceColumns, resourceTypeColumns, toDeleteColumns} from '../src/lib/render/resources.ts'
import {seriesColumns} from '../src/lib/render/series.ts'
import {spoolColumns} from '../src/lib/render/spool.ts'
import {statusColumns} from '../src/lib/render/status.ts'
import {suggestionColumns} from '../src/lib/render/suggestion.ts'
import {importedColumns, verifiedColumns} from '../src/lib/render/transfer.ts'
import {hostSources, samplers} from '../src/lib/sampling/samplers.ts'

const names = (...lists: (readonly {name: string}[])[]): string[] => [...new Set(lists.flat().map(({name}) => name))]

const anyTime = new Date(0)
const policy = names(policyDetails(anyTime))
const rule = names(ruleColumns)
const resources = names(resourceColumns([]))
const resource = [...resources, 'creator', 'metrics']

/**
 * Columns of what a command prints, by its id: those that are there whatever is listed, so that attributes of resources
 * and methods of aggregation are not among them.
 */
export const columnsOf: Record<string, readonly string[]> = {
  aggregates: names(aggregatesColumns(true)),
  'archive-policy:create': policy,
  'archive-policy:list': names(policyColumns),
  'archive-policy:show': policy,
  'archive-policy:suggest': names(suggestionColumns(60, 1)),
  'archive-policy:update': policy,
  'archive-policy-rule:create': rule,
  'archive-policy-rule:list': rule,
  'archive-policy-rule:match': names(matchColumns),
  'archive-policy-rule:show': rule,
  'archive-policy-rule:update': rule,
  'capabilities:list': names(capabilityColumns),
  consume: names(seriesColumns({method: 'mean'})),
  doctor: names(findingColumns),
  'hosts:check': names(...hostSources.map((source) => checkColumns(samplers[source]))),
  'hosts:trust': names(keyColumns),
  'measures:aggregation': names(aggregationColumns(true, true)),
  'measures:import': names(importedColumns, verifiedColumns),
  'measures:show': names(measureColumns([undefined], true, true)),
  'metric:create': names(madeColumns, madeNamedColumns),
  'metric:list': names(metricColumns),
  'metric:show': ['id', 'creator', 'name', 'unit', 'archive_policy/name', 'resource/id'],
  'metrics:create': names(createdColumns),
  'metrics:list': names(hostMetricColumns),
  'produce:status': names(statusColumns(anyTime)),
  'resource:batch:delete': names(deletedColumns, toDeleteColumns),
  'resource:create': resource,
  'resource:history': resource,
  'resource:list': resources,
  'resource:search': resources,
  'resource:show': resource,
  'resource:update': resource,
  'resource-type:create': ['name', 'state'],
  'resource-type:list': names(resourceTypeColumns),
  'resource-type:show': ['name', 'state'],
  'resource-type:update': ['name', 'state'],
  'server:version': ['version'],
  'spool:show': names(spoolColumns(anyTime)),
  status: names(backlogColumns, [detailColumn([])], lookColumns),
}
