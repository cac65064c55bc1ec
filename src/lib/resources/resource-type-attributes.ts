import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import type {NewAttribute} from '../gnocchi/resource-types.ts'
import {asBool} from './resource-body.ts'

/** @see gnocchi/resource_type.py */
const types = ['string', 'uuid', 'number', 'bool', 'datetime']

/**
 * Definitions of attributes, `name:type:required:option=value…`, by name: what stands behind a colon may be left out.
 * @throws UsageError for one that is none
 */
export const parseAttributes = (definitions: readonly string[]): Record<string, NewAttribute> =>
  Object.fromEntries(definitions.map(parseAttribute))

function parseAttribute(definition: string): [string, NewAttribute] {
  const [name, type, required, ...options] = definition.split(':')
  if (!name || !type)
    throw new UsageError(
      `--attribute ${definition}: write name:type, name:type:required or name:type:required:option=value`,
    )
  if (!types.includes(type)) {
    const near = didYouMean(type, types)
    throw new UsageError(
      `--attribute ${definition}: there is no type "${type}"${near ? `; did you mean "${near}"?` : ''}`,
      [`there are ${types.join(', ')}`],
    )
  }
  return [
    name,
    {
      type,
      ...(required === undefined ? {} : {required: asBool(`--attribute ${definition}`, required)}),
      ...(options.length > 0 ? parseOptions(definition, options) : {}),
    },
  ]
}

function parseOptions(definition: string, options: readonly string[]): Pick<NewAttribute, 'options' | 'floats'> {
  const parsed = options.map((option) => parseOption(definition, option))
  const floats = parsed.filter(({isFloat}) => isFloat).map(({name}) => name)
  return {
    options: Object.fromEntries(parsed.map(({name, value}) => [name, value])),
    ...(floats.length > 0 ? {floats} : {}),
  }
}

/** As the official client, which asks Python: `2` is an int, `2.0` a float, anything else text. */
function parseOption(definition: string, option: string) {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(option) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`--attribute ${definition}: "${option}" is no option; write it as max_length=255`)
  const isNumber = /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(value)
  return {name, value: isNumber ? Number(value) : value, isFloat: isNumber && /[.e]/i.test(value)}
}
