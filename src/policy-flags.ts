import {Flags} from '@oclif/core'

import {parseDefinition, type WantedItem} from './lib/gnocchi/policy-definition.ts'

/** How finely and for how long, a line for each granularity. */
export const definitionFlag = Flags.custom<WantedItem>({
  char: 'd',
  description: 'two of granularity, points and timespan: granularity:1m,timespan:7d; may be repeated',
  helpValue: '<definition>',
  multiple: true,
  multipleNonGreedy: true,
  parse: async (text) => parseDefinition(text),
})

export const backWindowFlag = Flags.integer({
  char: 'b',
  description: 'how late a measure may come, in periods of the coarsest granularity',
  helpValue: '<periods>',
  min: 0,
  max: 2_147_483_647,
})

/** No argument holds it. */
const mark = '\0'

export const methodsFlag = Flags.custom({
  char: 'm',
  description:
    "aggregation method, or * for all, or a change to the server's default ones: +last, -std; may be repeated",
  helpValue: '<method>',
  multiple: true,
  multipleNonGreedy: true,
  parse: async (text) => text.replace(mark, ''),
})({multiple: true})

/** `-m -std`, `-m=-std`, `--aggregation-method=-max`: oclif takes such a value for a flag (-max for -m), unless it is marked. */
export function withMethodsMarked(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    if (/^(-m|--aggregation-method)$/.test(argv[index - 1] ?? '') && /^-[a-z0-9:]{3,}$/.test(word)) return mark + word
    return word.replace(/^(?:-m=?|--aggregation-method=)(?=-)/, `--aggregation-method=${mark}`)
  })
}
