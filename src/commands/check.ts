import {Flags} from '@oclif/core'

import {BaseCommand, hostsFileFlag} from '../base-command.ts'
import {granularityFlag, rangeFlag, spanFlag} from '../flags.ts'
import {judgeHosts, stateCodes, worst} from '../lib/check.ts'
import {offeredBy, unitOf, usualMethod} from '../lib/series/offer.ts'
import type {Target} from '../lib/series/read.ts'
import {GnocchiError} from '../lib/errors.ts'
import type {Gnocchi} from '../lib/gnocchi/client.ts'
import {findMetric} from '../lib/gnocchi/metric-names.ts'
import {targetsOf} from '../lib/hosts-file/choose.ts'
import {checkText, unknownLine} from '../lib/render/check.ts'
import {asUuid} from '../lib/shape.ts'

export default class Check extends BaseCommand {
  static override summary = 'Judge the newest value of each host, as a monitoring plugin.'
  static override description = `\
For Nagios, Icinga and their like: one line with performance data, then a line for each host. Exit codes are theirs, not those of the other commands: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, which is also what a wrong command line, Keystone or Gnocchi that cannot be reached, and a host without a new measure end with.

A range is as in the plugins' guidelines: 80 alerts above 80 and below 0, 10: below 10, ~:80 above 80, 10:20 outside of these, @10:20 inside.`
  static override usage = '<%= command.id %> [flags]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --warn 80 --crit 90',
    '<%= config.bin %> <%= command.id %> --warn 80 --crit 90 --host 10.0.0.7 --agg max --max-age 5m',
    '<%= config.bin %> <%= command.id %> --crit 10: --metric web-1/memory.usage',
  ]
  static override flags = {
    ...hostsFileFlag,
    warn: rangeFlag('alert range of WARNING', 'w'),
    crit: rangeFlag('alert range of CRITICAL', 'c'),
    'max-age': spanFlag('a host without a measure newer than this is UNKNOWN', 600, '10m'),
    agg: Flags.string({
      description: 'aggregation method; the mean, or the first that the policy keeps',
      helpValue: '<method>',
    }),
    granularity: granularityFlag('minute, hour or any that the archive policy keeps; its finest when left out'),
    host: Flags.string({
      char: 'H',
      description: 'only this host; may be repeated',
      multiple: true,
      helpValue: '<host>',
    }),
    metric: Flags.string({
      description: "this metric (id, resource/name or a name), instead of the hosts'; may be repeated",
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<metric>',
      exclusive: ['host', 'config'],
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Check)
    const ofHosts = flags.metric ? [] : targetsOf(await this.hostsFile(flags.config), flags.host)
    const {cloud, gnocchi} = await this.connect(flags)
    // The limit of one request is here that of all of them: a plugin has to answer by then.
    const seconds = cloud.timeoutSeconds ?? 30
    const late = setTimeout(() => {
      process.stdout.write(unknownLine('GNOCCHI', `no answer within ${seconds} s`), () => process.exit(3))
    }, seconds * 1000)
    try {
      const targets = flags.metric ? await named(gnocchi, flags.metric) : ofHosts
      const {methods, granularities, name, unit} = await offeredBy(
        gnocchi,
        targets,
        flags.metric ? 'metric list' : 'metrics list',
      )
      const method = flags.agg ?? usualMethod(methods)
      const what = {method, granularitySeconds: flags.granularity ?? granularities[0]!}
      const limits = {warn: flags.warn, crit: flags.crit, maxAgeSeconds: flags['max-age']}
      const hosts = await judgeHosts(gnocchi, targets, what, limits, gnocchi.now())
      const service = name.split('.')[0]!.toUpperCase() || 'GNOCCHI'
      this.write(checkText(hosts, {service, unit: unitOf(method, unit), limits}))
      process.exitCode = stateCodes[worst(hosts)]
      // At once, whatever connection is still open.
      process.stdout.write('', () => process.exit())
    } finally {
      clearTimeout(late)
    }
  }
}

/** Metrics under the names that Gnocchi has for them, host/metric; where it has none, as they were given. */
async function named(gnocchi: Gnocchi, given: readonly string[]): Promise<Target[]> {
  return Promise.all(
    given.map(async (words) => {
      try {
        const {id, name, resource} = await findMetric(gnocchi, words)
        return {host: resource && name ? `${resource.originalId}/${name}` : words, metric: id}
      } catch (error) {
        // An id that is dead is one metric that is UNKNOWN, beside others that are not.
        if (error instanceof GnocchiError && asUuid(words)) return {host: words, metric: words}
        throw error
      }
    }),
  )
}
