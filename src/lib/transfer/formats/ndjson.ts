import type {Gather} from '../gather.ts'
import type {OpenReader} from './formats.ts'
import {eachLine} from './lines.ts'

/**
 * An object on each line: `{"metric": NAME, "timestamp": TIME, "value": NUMBER}`; `id` for `metric`, and `resource`
 * beside it, are taken too. So is a list of them, one on a line, as `measures export -f json` writes it.
 */
export const openNdjson: OpenReader = (_first, {metrics}, gather) => ({
  hasHeader: false,
  read: (block, firstLine) =>
    eachLine(block, firstLine, (text, line) => {
      const trimmed = text.trim().replace(/,$/, '')
      if (trimmed !== '' && trimmed !== '[' && trimmed !== ']') take(trimmed, line, metrics, gather)
    }),
})

function take(text: string, line: number, metrics: readonly string[], gather: Gather): void {
  const given = parse(text)
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    gather.bad(line, 'it is not an object of JSON')
    return
  }
  const {metric, id, name, resource, timestamp, time, value} = given as Record<string, unknown>
  const own = metric ?? id ?? name ?? metrics[0]
  if (typeof own !== 'string' || own === '') {
    gather.bad(line, 'it names no metric')
    return
  }
  if (typeof value !== 'number') {
    gather.bad(line, noNumber(value))
    return
  }
  const at = timestamp ?? time
  if (typeof at !== 'string' && typeof at !== 'number') {
    gather.bad(line, 'it has no time')
    return
  }
  const full = typeof resource === 'string' ? `${resource}/${own}` : own
  gather.add(gather.seriesOf(full, line), String(at), value, line)
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
