import {HostError} from '../errors.ts'

/** What is measured on a host: a file to read there and what it says. */
export interface Sampler {
  /** Name of the metric in Gnocchi. */
  metric: string
  unit: string
  /** File of the host to read; a sampler without one needs no host. */
  file?: string
  /** Pure; throws HostError rather than invent a number. The text is empty for a sampler without a file. */
  parse(text: string): number
}

/** One that reads hosts, so that a host can be tried with it. */
export interface FileSampler extends Sampler {
  file: string
  /** What is read, as `hosts check` heads it: for programs, with its unit, and for people. */
  column: {name: string; title: string}
}

/** Fields of /proc/meminfo in kB, which are 1024 bytes: proc_meminfo(5). A line cut before its unit is none. */
function meminfo(text: string): Map<string, number> {
  const fields = [...text.matchAll(/^([A-Za-z0-9_()]+):[ \t]+(\d{1,19}) kB[ \t]*\r?$/gm)]
  const names = fields.map(([, name]) => name!)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new HostError(`/proc/meminfo has ${twice} twice`)
  return new Map(fields.map(([, name, kilobytes]) => [name!, Number(kilobytes)]))
}

function field(fields: Map<string, number>, name: string): number {
  const value = fields.get(name)
  if (value === undefined) throw new HostError(`/proc/meminfo has no ${name}`)
  return value
}

/**
 * Memory in use, percent: (MemTotal - MemAvailable) / MemTotal * 100.
 * Kernels before 3.14 have no MemAvailable; there what `free` of procps 3.2 called used "-/+ buffers/cache":
 * MemTotal - MemFree - Buffers - Cached.
 */
const memory: FileSampler = {
  metric: 'memory.usage',
  unit: '%',
  file: '/proc/meminfo',
  column: {name: 'memory_percent', title: 'memory'},
  parse(text) {
    const fields = meminfo(text)
    const total = field(fields, 'MemTotal')
    // Where it stands and is no number, nothing is put in its place.
    const available = /^MemAvailable/m.test(text)
      ? field(fields, 'MemAvailable')
      : field(fields, 'MemFree') + field(fields, 'Buffers') + field(fields, 'Cached')
    if (total === 0) throw new HostError('/proc/meminfo has no memory at all')
    if (available > total) throw new HostError('/proc/meminfo has more memory available than in all')
    return ((total - available) / total) * 100
  },
}

/** Numbers from 0 to 100 for trying things out: no host is asked. */
const random: Sampler = {
  metric: 'memory.usage',
  unit: '%',
  parse: () => Math.random() * 100,
}

/** To add a sampler, add an entry and a captured file in test/unit/fixtures: each `--source` follows. */
export const samplers = {memory, random} satisfies Record<string, Sampler>

export type Source = keyof typeof samplers

/** What is sampled where nothing else is said. */
export const usualSource = 'memory' satisfies Source

/** What `--source` takes. */
export const sources = Object.keys(samplers) as Source[]

type HostSource = {[S in Source]: (typeof samplers)[S] extends FileSampler ? S : never}[Source]

/** The same for what is about hosts: their metrics, and whether they can be read. */
export const hostSources = sources.filter((source): source is HostSource => 'file' in samplers[source])
