import type {Gather} from '../gather.ts'

/** What a file of one aggregate says of it on each line. A second one of the same measures must not mix in. */
export const constantNames = ['granularity', 'aggregation']

/** Whether a line says the same of what has those names as the first one did; it is a bad one where not. */
export function sameThroughout(
  names: readonly string[],
  gather: Gather,
): (values: readonly string[], line: number) => boolean {
  let first: readonly string[] | undefined
  return (values, line) => {
    first ??= values
    const other = values.findIndex((value, index) => value !== first![index])
    if (other === -1) return true
    gather.bad(line, `its ${names[other]} is ${values[other]}, and ${first[other]} before: import one of the two`)
    return false
  }
}
