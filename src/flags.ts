import {Args, Flags} from '@oclif/core'

import {parseAlertRange, type AlertRange} from './lib/alert-range.ts'
import {parseDuration} from './lib/duration.ts'
import {parseTimespan} from './lib/gnocchi/timespan.ts'
import {parseLocalTime, parseTime, type Instant} from './lib/instant.ts'
import {parseSize} from './lib/size.ts'
import {UsageError} from './lib/errors.ts'
import {usualSource, type Source} from './lib/sampling/samplers.ts'
import {hostKeyChecks, type HostKeyCheck} from './lib/ssh/host-key-policy.ts'
import {isoTime} from './lib/time.ts'

/** A length of time, in seconds: `30s`, `1h30m`, `minute`. */
export const durationFlag = (description: string, more: {dependsOn?: string[]} = {}) =>
  Flags.custom<number>({description, helpValue: '<duration>', parse: async (text) => parseDuration(text)})(more)

/** A granularity as Gnocchi takes and shows it: `60`, `1m`, `minute`, and `0:01:00`, which is what archive-policy show -f json has. */
export const granularityFlag = (description: string) =>
  Flags.custom<number>({description, helpValue: '<duration>', parse: async (text) => parseTimespan(text)})()

const interval = (description: string) => ({
  description,
  helpValue: '<duration>',
  async parse(text: string) {
    const seconds = parseDuration(text)
    if (seconds < 0.1 || seconds > 86_400) throw new UsageError(`${text} is not between 0.1 s and a day`)
    return seconds
  },
})

/** The time between two rounds, in seconds. Beside --once it says nothing, and scripts that always name it may. */
export const intervalFlag = (description: string, defaultSeconds: number) =>
  Flags.custom<number>({...interval(description), default: defaultSeconds})()

/** The same for a command that looks again only with one of the `loops`; without a default, which would be taken for given. */
export const loopIntervalFlag = (description: string, defaultSeconds: number, loops: string[]) =>
  Flags.custom<number>({
    ...interval(`${description} [default: ${defaultSeconds}]`),
    relationships: [{type: 'some', flags: loops}],
  })()

/** Numbers, signs and decimals too: oclif's own are whole. */
export const numberFlag = (description: string, options: {multiple: true; helpGroup?: string}) =>
  Flags.custom<number>({
    description,
    helpValue: '<number>',
    async parse(text) {
      const number = Number(text)
      if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text.trim()) || !Number.isFinite(number))
        throw new UsageError(`"${text}" is not a number`)
      return number
    },
  })({...options, multipleNonGreedy: true})

export const percentFlag = (description: string) =>
  Flags.custom<number>({
    description,
    helpValue: '<percent>',
    async parse(text) {
      const value = Number(text)
      if (text.trim() !== '' && value >= 0 && value <= 100) return value
      throw new UsageError(`"${text}" is not a number of per cent, 0 to 100`)
    },
  })()

/** When to alert, as monitoring plugins have it: `80`, `10:`, `~:80`, `10:20`, `@10:20`. */
export const rangeFlag = (description: string, char: 'w' | 'c') =>
  Flags.custom<AlertRange>({
    char,
    description,
    helpValue: '<range>',
    parse: async (text) => parseAlertRange(text),
  })()

/** A span of time with a default, in seconds. */
export const spanFlag = (description: string, defaultSeconds: number, defaultWords: string) =>
  Flags.custom<number>({
    description: `${description} [default: ${defaultWords}]`,
    helpValue: '<duration>',
    default: defaultSeconds,
    defaultHelp: async () => undefined,
    parse: async (text) => parseDuration(text),
  })()

/** A size with a default, in bytes: `500M`, `2G`; the units are powers of 1024. */
export const sizeFlag = (description: string, defaultBytes: number, defaultWords: string) =>
  Flags.custom<number>({
    description: `${description} [default: ${defaultWords}]`,
    helpValue: '<size>',
    default: defaultBytes,
    defaultHelp: async () => undefined,
    parse: async (text) => parseSize(text),
  })()

export const spoolFlag = {
  spool: Flags.string({
    description: 'folder for samples not yet sent; ~/.local/state/gnocchictl/spool when left out',
    helpValue: '<folder>',
  }),
}

/** Which sampler. A lone one needs no choosing: the flag is then taken, and not shown. */
export const sourceFlag = <S extends Source>(sources: readonly (S | typeof usualSource)[]) => ({
  source: Flags.option({
    description: 'what to sample',
    options: sources,
    default: usualSource,
    hidden: sources.length === 1,
  })(),
})

/** A moment: ISO 8601, Unix seconds, `now`, or `-1h` before now. */
export const timeFlag = (description: string) =>
  Flags.custom<Date>({description, helpValue: '<time>', parse: async (text) => parseTime(text, new Date())})()

/** A moment as the official client takes it: local where it has no offset. */
export const localTimeFlag = (description: string, char?: 's' | 'e') =>
  Flags.custom<Instant>({
    description,
    helpValue: '<time>',
    ...(char ? {char} : {}),
    parse: async (text) => parseLocalTime(text, new Date()),
  })()

/** A time may be a flag of either kind above. @throws UsageError where nothing can lie between the two */
export function refuseEmptyRange({start, stop}: Record<string, unknown>): void {
  const [from, to] = [start, stop].map((time) => (time instanceof Date ? time : (time as Instant | undefined)?.at))
  if (from && to && from >= to)
    throw new UsageError(`--stop: ${isoTime(to)} is not after --start, ${isoTime(from)}: nothing lies between them`)
}

/** How hosts are reached, where ssh_config and the hosts file do not say. */
export const sshFlags = {
  'host-key-check': Flags.option({
    description:
      'what to do with a host key not seen before; a changed one is always refused [default: as ssh_config has it, else accept-new]',
    options: hostKeyChecks,
    helpGroup: 'SSH',
  })(),
  'ssh-config': Flags.string({
    description: 'ssh_config to use, or none; ~/.ssh/config and /etc/ssh/ssh_config when left out',
    helpValue: '<file>',
    helpGroup: 'SSH',
  }),
  'ssh-legacy-algorithms': Flags.boolean({
    description: 'also take algorithms that OpenSSH has retired: SHA-1, DSA, CBC, MD5',
    helpGroup: 'SSH',
  }),
}

export interface SshFlags {
  'host-key-check'?: HostKeyCheck | undefined
  'ssh-config'?: string | undefined
  'ssh-legacy-algorithms': boolean
}

/** For a list that Gnocchi gives in pages. */
export const pageFlags = {
  limit: Flags.integer({description: 'how many to list; all when left out', min: 1, helpValue: '<number>'}),
  marker: Flags.string({description: 'list what comes after the one of this id', helpValue: '<id>'}),
  sort: Flags.string({
    description: 'sort by this attribute: name, name:desc, name:asc-nullsfirst; may be repeated',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: '<attribute>',
  }),
}

const oneMetric = {
  description: 'id, resource/name, or a name that only one metric has',
  required: true,
  ignoreStdin: true,
} as const

export const metricArg = Args.string(oneMetric)
/** Some hosts of the hosts file. */
export const hostsArg = Args.string({
  name: 'HOST',
  description: 'names or addresses of the hosts file; all when left out',
  multiple: true,
  ignoreStdin: true,
})

export const metricsArg = Args.string({...oneMetric, multiple: true})

/** For the benchmarks. */
export const workersFlag = {
  workers: Flags.integer({char: 'w', description: 'requests at once [default: one a processor]', min: 1}),
}

export const resourceIdFlag = {
  'resource-id': Flags.string({
    char: 'r',
    description: 'resource that the metric belongs to: its UUID, or the id its maker gave it',
    helpValue: '<id>',
  }),
}

export const resourceTypeFlag = {
  type: Flags.string({char: 't', description: 'type of resource', default: 'generic', helpValue: '<name>'}),
}

export const resourceArg = {
  resource: Args.string({
    name: 'RESOURCE',
    description: 'its UUID, or the id its maker gave it',
    required: true,
    ignoreStdin: true,
  }),
}

export const newResourceArg = {
  resource: Args.string({
    name: 'RESOURCE',
    description: 'id: a UUID, or a text without a slash',
    required: true,
    ignoreStdin: true,
  }),
}

const repeated = {multiple: true, multipleNonGreedy: true} as const

/** What is said of a resource. */
export const resourceBodyFlags = {
  attribute: Flags.string({
    ...repeated,
    char: 'a',
    description: 'an attribute of its type, or user_id, project_id, started_at, ended_at; may be repeated',
    helpValue: '<name:value>',
  }),
  'add-metric': Flags.string({
    ...repeated,
    char: 'm',
    description: 'a metric that there is, by its id, resource/name or name, and its name here; may be repeated',
    helpValue: '<name:metric>',
  }),
  'create-metric': Flags.string({
    ...repeated,
    char: 'n',
    description: 'a metric to make and its archive policy; may be repeated',
    helpValue: '<name:policy>',
  }),
}

export const attributeDefinitionFlag = {
  attribute: Flags.string({
    ...repeated,
    char: 'a',
    description:
      'an attribute: its name, its type (string, uuid, number, bool, datetime), whether it is required, and options (min, max, min_length, max_length); may be repeated',
    helpValue: '<name:type:required:option=value>',
  }),
}

export const queryArg = {
  query: Args.string({
    name: 'QUERY',
    description: `'project_id = "x" and not started_at < "-1h"', or the same as JSON; text stands in quotes; operators: = != < <= > >= in like and or not`,
    required: true,
    ignoreStdin: true,
  }),
}

/** For a list of resources. */
export const resourceListFlags = {
  ...pageFlags,
  ...resourceTypeFlag,
  details: Flags.boolean({description: 'each resource with the attributes of its own type'}),
}
