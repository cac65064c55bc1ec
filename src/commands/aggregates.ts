import {Args, Flags} from '@oclif/core'

import {BaseCommand} from '../base-command.ts'
import {granularityFlag, percentFlag, timeFlag} from '../flags.ts'
import {listFlags} from '../output-flags.ts'
import {GnocchiError, UsageError} from '../lib/errors.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {nameMetrics} from '../lib/measures/name-metrics.ts'
import {makesOneSeries, metricsIn, parseOperations, renamed} from '../lib/measures/operations.ts'
import {aggregatesColumns, groupName} from '../lib/render/measures.ts'

export default class Aggregates extends BaseCommand {
  static override summary = 'Compute series out of the aggregates of metrics.'
  static override description =
    'Operations are written (operation operand…), as in Lisp, or in JSON: metric, aggregate, rolling, resample, arithmetic, comparisons (1 where they hold, 0 where not), clip, abs, rateofchange, …. Without SEARCH a metric is meant by id, by resource/name or by a name that only one has; with it, by its name or a wildcard (cpu.*), of all resources that are found. Times are in UTC.'
  static override usage = '<%= command.id %> OPERATIONS [SEARCH] [flags]'
  static override examples = [
    `<%= config.bin %> <%= command.id %> '(aggregate mean (metric (web-1/cpu mean) (web-2/cpu mean)))' --granularity 1m`,
    `<%= config.bin %> <%= command.id %> '(* 100 (/ (metric web-1/used mean) (metric web-1/total mean)))' --start -1h`,
    `<%= config.bin %> <%= command.id %> '(aggregate max (metric cpu mean))' 'project_id = "p1"' --groupby user_id`,
  ]
  static override args = {
    operations: Args.string({description: 'what to compute', required: true, ignoreStdin: true}),
    search: Args.string({description: 'resources whose metrics to take, as for resource search', ignoreStdin: true}),
  }
  static override flags = {
    ...listFlags,
    'resource-type': Flags.string({description: 'type of those resources', default: 'generic', helpValue: '<type>'}),
    start: timeFlag('from then on; UTC where it has no offset'),
    stop: timeFlag('before then'),
    granularity: granularityFlag('of this granularity only'),
    'needed-overlap': percentFlag('per cent of the times that must have a value in each metric'),
    groupby: Flags.string({
      description: 'attribute to group those resources by; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<attribute>',
    }),
    fill: Flags.string({
      description: 'for times that a metric lacks: a number, null, dropna; with Gnocchi 4.7, ffill, bfill, …',
      helpValue: '<value>',
    }),
    'use-history': Flags.option({
      description:
        'with --groupby: by what the attributes were at the time, not by what they are; takes an (aggregate …), and Gnocchi 4.5',
      options: ['True', 'False', 'true', 'false'] as const,
      helpValue: '<True|False>',
    })(),
  }

  async run(): Promise<void> {
    const {args, flags} = await this.parse(Aggregates)
    const {search} = args
    const {start, stop, granularity: granularitySeconds, 'needed-overlap': neededOverlap, fill, groupby = []} = flags
    if (groupby.length > 0 && search === undefined)
      throw new UsageError('--groupby groups resources: say which with SEARCH', [`'id != null' finds all of them`])
    const given = parseOperations(args.operations)
    const useHistory = /true/i.test(flags['use-history'] ?? '') && groupby.length > 0
    if (useHistory && !makesOneSeries(given))
      throw new UsageError('--use-history: Gnocchi groups so what becomes one series, and this does not', [
        "'(aggregate mean (metric cpu mean))'",
      ])
    const gnocchi = await this.open(flags)
    if (useHistory) await refuseWithoutHistory(gnocchi)
    const metrics = search === undefined ? await nameMetrics(gnocchi, metricsIn(given)) : []
    const names = new Map(metrics.map(({name, id}) => [id.toLowerCase(), name]))
    const operations = renamed(given, new Map(metrics.map(({name, id}) => [name, id])))
    const groups = await gnocchi.aggregates.compute({
      ...{operations, granularitySeconds, start, stop, fill, neededOverlap},
      among: search === undefined ? undefined : {resourceType: flags['resource-type'], search, groupby, useHistory},
    })
    const rows = groups.flatMap(({group, series}) =>
      series.flatMap(({path: [first = '', ...rest], aggregates}) => {
        const name = [names.get(first) ?? first, ...rest].join('/')
        return aggregates.map((row) => ({...row, name, group: group && groupName(group)}))
      }),
    )
    await this.print(rows, aggregatesColumns(groupby.length > 0), flags, 'no measures')
  }
}

/** Gnocchi 4.4 takes the parameter, and groups by what the attributes are all the same. */
async function refuseWithoutHistory({serverVersion}: Gnocchi): Promise<void> {
  const version = await serverVersion.get()
  if (/^4\.[0-4]\./.test(version))
    throw new GnocchiError(`Gnocchi ${version} cannot group by what attributes were: it takes 4.5`, {}, [
      'leave out --use-history: it groups by what they are',
    ])
}
