import {readValue, refuseMetrics, type Gather} from '../gather.ts'
import type {OpenReader} from './formats.ts'
import {eachLine} from './lines.ts'

/**
 * InfluxDB's line protocol: `cpu,host=web-1,core=0 usage=1.5,idle=98.5 1764000000000000000`.
 * Names are those of Gnocchi's own endpoint for it: metric `cpu.usage@core=0` of resource `web-1`, other tags sorted by
 * name, `_` for `/`; fields that hold text are left out. Truth, which it refuses, becomes 1 and 0.
 * @see gnocchi/rest/influxdb.py post_write
 */
export const openInflux: OpenReader = (_first, {metrics, resourceTag}, gather) => {
  refuseMetrics(metrics)
  // By measurement and tags, as they are written: the names of its fields' metrics.
  const known = new Map<string, (field: string) => string>()
  return {
    hasHeader: false,
    read: (block, firstLine) =>
      eachLine(block, firstLine, (text, line) => {
        const trimmed = text.trim()
        if (trimmed === '' || trimmed.startsWith('#')) return
        const [key, fields, time, ...rest] = split(trimmed, ' ')
        if (!key || !fields || rest.length > 0) {
          gather.bad(line, 'it is not a line of the line protocol')
          return
        }
        if (time === undefined) {
          gather.bad(line, 'it has no time')
          return
        }
        let nameOf = known.get(key)
        if (!nameOf) {
          const made = metricNames(key, resourceTag)
          if (typeof made === 'string') {
            gather.bad(line, made)
            return
          }
          known.set(Buffer.from(key).toString(), (nameOf = made))
        }
        for (const field of split(fields, ',')) takeField(field, nameOf, time, line, gather)
      }),
  }
}

function takeField(text: string, nameOf: (field: string) => string, time: string, line: number, gather: Gather): void {
  const [field, value, ...rest] = split(text, '=')
  if (!field || !value || rest.length > 0) {
    gather.bad(line, `"${text}" is not a field of the line protocol`)
    return
  }
  if (value.startsWith('"')) return // text: Gnocchi leaves it out too
  const number: number | string = truth.get(value) ?? readValue(value.replace(/(?<=\d)[iu]$/, ''))
  if (typeof number === 'string') {
    gather.bad(line, number)
    return
  }
  gather.add(gather.seriesOf(nameOf(unescape(field)), line), time, number, line)
}

const truth = new Map(
  Object.entries({
    ...{t: 1, T: 1, true: 1, True: 1, TRUE: 1},
    ...{f: 0, F: 0, false: 0, False: 0, FALSE: 0},
  }),
)

/** Gives what names a field's metric, or in words why nothing does. */
function metricNames(key: string, resourceTag: string): ((field: string) => string) | string {
  const [measurement, ...tags] = split(key, ',')
  if (!measurement) return 'it is not a line of the line protocol: it has no measurement'
  const pairs = tags.map((tag) => split(tag, '=').map(unescape))
  const resource = pairs.find(([name]) => name === resourceTag)?.[1]
  if (!resource) return `it has no tag ${resourceTag}, which would say whose it is: name another with --resource-tag`
  const others = pairs.filter(([name]) => name !== resourceTag).sort(([a], [b]) => (a! < b! ? -1 : 1))
  const suffix = others.map(([name, value]) => `${name}=${value}`).join(',')
  const before = unescape(measurement)
  return (field) => `${resource}/${`${before}.${field}${suffix && `@${suffix}`}`.replaceAll('/', '_')}`
}

const unescape = (text: string): string => text.replace(/\\([ ,=\\])/g, '$1')

/** At each separator that has no backslash before it and does not stand in quotes. */
function split(text: string, separator: string): string[] {
  if (!text.includes('\\') && !text.includes('"')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === '"') quoted = !quoted
    else if (!quoted && text[index] === separator) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}
