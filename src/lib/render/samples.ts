import type {Sample} from '../sampling/sample-hosts.ts'
import {isoTime} from '../time.ts'
import {clean} from '../clean.ts'

type SampleFormat = (sample: Sample, unit: string) => string

/** What `produce --format` takes: one line for a sample, as it happens. */
export const sampleFormats = {
  text: ({at, host, value}, unit) => `${isoTime(at)}  ${clean(host)}  ${value.toFixed(2)} ${unit}\n`,
  ndjson: ({at, host, metric, value}) => `${JSON.stringify({timestamp: isoTime(at), host, metric, value})}\n`,
} satisfies Record<string, SampleFormat>
