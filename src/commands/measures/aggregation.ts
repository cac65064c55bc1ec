import {Flags} from '@oclif/core'

import {BaseCommand} from '../../base-command.ts'
import {granularityFlag, localTimeFlag, percentFlag} from '../../flags.ts'
import {listFlags} from '../../output-flags.ts'
import {parseTimespan} from '../../lib/gnocchi/timespan.ts'
import {UsageError} from '../../lib/errors.ts'
import {calendarPeriods, type CalendarPeriod} from '../../lib/gnocchi/measures.ts'
import {nameMetrics} from '../../lib/measures/name-metrics.ts'
import {aggregationColumns, groupedRows} from '../../lib/render/measures.ts'
import {parseResample} from '../../lib/measures/show-measures.ts'

export default class MeasuresAggregation extends BaseCommand {
  static override summary = 'Show several metrics as one, by an API that is deprecated: see aggregates.'
  static override description =
    'What it has and aggregates lacks is --refresh. With --query, the metric is a name, of all resources that are found.'
  static override usage = '<%= command.id %> -m METRIC… [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> -m web-1/cpu web-2/cpu --aggregation mean --reaggregation max --refresh',
    `<%= config.bin %> <%= command.id %> -m cpu --query 'project_id = "p1"' --groupby user_id`,
  ]
  static override flags = {
    ...listFlags,
    utc: Flags.boolean({description: 'times in UTC'}),
    metric: Flags.string({
      char: 'm',
      description: 'ids, resource/name, or names that only one metric has; with --query, one name',
      required: true,
      multiple: true,
      helpValue: '<metric>',
    }),
    aggregation: Flags.string({description: 'method that the archive policies keep', helpValue: '<method>'}),
    reaggregation: Flags.string({description: 'how the metrics become one', helpValue: '<method>'}),
    start: localTimeFlag('from then on'),
    stop: localTimeFlag('before then'),
    granularity: granularityFlag('of this granularity only'),
    'needed-overlap': percentFlag('per cent of the times that must have a value in each metric'),
    query: Flags.string({description: 'resources to take, as for resource search', helpValue: '<query>'}),
    'resource-type': Flags.string({description: 'type of those resources', default: 'generic', helpValue: '<type>'}),
    groupby: Flags.string({
      description: 'attribute to group those resources by; may be repeated',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['query'],
      helpValue: '<attribute>',
    }),
    refresh: Flags.boolean({description: 'have Gnocchi process what it has been sent of these metrics first'}),
    resample: Flags.custom<number | CalendarPeriod>({
      description: 'longer periods, by Gnocchi, which takes each period for one measure',
      helpValue: '<duration>',
      parse: async (text) => parseResample(text, calendarPeriods, parseTimespan),
      dependsOn: ['granularity'],
    })(),
    fill: Flags.string({description: 'for times that a metric lacks: a number, null or dropna', helpValue: '<value>'}),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(MeasuresAggregation)
    const {metric: names, aggregation: method, query, groupby = [], start, stop, ...rest} = flags
    if (query !== undefined && names.length !== 1)
      throw new UsageError('--query: one metric, by its name, goes with it')
    const {
      'needed-overlap': neededOverlap,
      reaggregation,
      fill,
      refresh,
      resample,
      granularity: granularitySeconds,
    } = rest
    const range = {start: start?.at, stop: stop?.at}
    const question = {method, reaggregation, fill, refresh, resample, granularitySeconds, neededOverlap, ...range}
    const {aggregation, ...gnocchi} = await this.open(flags)
    const columns = aggregationColumns(groupby.length > 0, flags.utc)
    const ungrouped = (rows: Awaited<ReturnType<typeof aggregation.ofMetrics>>) =>
      this.print(
        rows.map((row) => ({...row, group: undefined})),
        columns,
        flags,
        'no measures',
      )
    if (query === undefined) {
      const ids = (await nameMetrics(gnocchi, names)).map(({id}) => id)
      return ungrouped(
        await (ids.length > 100 ? aggregation.ofManyMetrics(ids, question) : aggregation.ofMetrics(ids, question)),
      )
    }
    const type = flags['resource-type']
    if (groupby.length === 0) return ungrouped(await aggregation.ofResources(type, names[0]!, query, question))
    const groups = await aggregation.ofGroups(type, names[0]!, query, groupby, question)
    await this.print(groupedRows(groups), columns, flags, 'no measures')
  }
}
