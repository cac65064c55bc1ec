import {stringify, type ScalarTag} from 'yaml'

import {PythonFloat, yamlFloat} from './python.ts'

const floatTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => value instanceof PythonFloat,
  resolve: Number,
  stringify: ({value}) => yamlFloat((value as PythonFloat).value),
}

/** YAML 1.1, which most readers still are: what looks like a number, a time or a truth value of it is in quotes. */
export const yamlText = (value: unknown): string =>
  stringify(value, {version: '1.1', lineWidth: 0, aliasDuplicateObjects: false, customTags: [floatTag]})
