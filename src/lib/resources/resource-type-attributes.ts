import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import type {AttributeOptions, NewAttribute} from '../gnocchi/resource-types.ts'
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
      ...(options.length > 0
        ? {options: Object.fromEntries(options.map((option) => parseOption(definition, option)))}
        : {}),
    },
  ]
}

function parseOption(definition: string, option: string): [string, AttributeOptions[string]] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(option) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`--attribute ${definition}: "${option}" is no option; write it as max_length=255`)
  return [name, /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : value]
}
