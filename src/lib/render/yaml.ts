import {stringify} from 'yaml'

/** YAML 1.1, which most readers still are: what looks like a number, a time or a truth value of it is in quotes. */
export const yamlText = (value: unknown): string =>
  stringify(value, {version: '1.1', lineWidth: 0, aliasDuplicateObjects: false})
