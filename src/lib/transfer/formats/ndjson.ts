import type {Gather} from '../gather.ts'
import type {OpenReader} from './formats.ts'
import {eachLine} from './lines.ts'
import {constantNames, sameThroughout} from './same-throughout.ts'

/**
 * An object on each line: `{"metric": NAME, "timestamp": TIME, "value": NUMBER}`; `id` for `metric`, and `resource`
 * beside it, are taken too. So is a list of them, one on a line, as `measures export -f json` writes it.
 */
export const openNdjson: OpenReader = (_first, {metrics}, gather) => {
  const same = sameInEach(gather)
  return {
    hasHeader: false,
    read: (block, firstLine) =>
      eachLine(block, firstLine, (text, line) => {
        const trimmed = text.trim().replace(/,$/, '')
        if (trimmed !== '' && trimmed !== '[' && trimmed !== ']') take(trimmed, line, metrics, same, gather)
      }),
  }
}

type Fields = Record<string, unknown>
type Same = (given: Fields, line: number) => boolean

function take(text: string, line: number, metrics: readonly string[], same: Same, gather: Gather): void {
  const given = parse(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    gather.bad(line, `it is not an object of JSON${hintOf(text, given)}`)
    return
  }
  const {metric, id, name, resource, value} = given as Fields
  const own = metric ?? id ?? name ?? metrics[0]
  if (typeof own !== 'string' || own === '') {
    gather.bad(line, 'it names no metric')
    return
  }
  if (typeof value !== 'number') {
    gather.bad(line, noNumber(value))
    return
  }
  const time = timeOf(given as Fields, text)
  if (time === undefined) {
    gather.bad(line, 'it has no time')
    return
  }
  if (!same(given as Fields, line)) return
  const full = typeof resource === 'string' ? `${resource}/${own}` : own
  gather.add(gather.seriesOf(full, line), time, value, line)
}

/** What a list of many on one line, or an object over several, is made lines with. */
function hintOf(text: string, given: unknown): string {
  if (Array.isArray(given) && typeof given[0] === 'object') return ": jq -c '.[]' parts a list into lines"
  return text === '{' ? ': jq -c . writes each on one line' : ''
}

function sameInEach(gather: Gather): Same {
  const same = sameThroughout(constantNames, gather)
  const said = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value))
  return (given, line) =>
    same(
      constantNames.map((name) => said(given[name])),
      line,
    )
}

function timeOf({timestamp, time}: Fields, text: string): string | undefined {
  const at = timestamp ?? time
  if (typeof at === 'number') return asWritten(at, text)
  return typeof at === 'string' ? at : undefined
}

/** A double has no room for nanoseconds of today. */
function asWritten(time: number, text: string): string {
  const plain = String(time)
  if (!/\d[\d.]{15}/.test(text)) return plain
  const texts = new Map<unknown, string>()
  let written: string | undefined
  JSON.parse(text, function (this: unknown, name: string, value: unknown, context?: {source?: string}) {
    if ((name === 'timestamp' || name === 'time') && value === time && context?.source !== undefined)
      texts.set(this, context.source)
    if (name === '') written = texts.get(value)
    return value
  })
  return written !== undefined && /^\d+(\.\d+)?$/.test(written) ? written : plain
}

const noNumber = (value: unknown): string =>
  value === undefined ? 'it has no value' : `its value is ${JSON.stringify(value).slice(0, 40)}, not a number`

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
