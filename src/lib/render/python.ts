/**
 * A number as Python's repr prints a float, which cliff, the library of the official client's output, writes in all
 * formats but JSON: `300.0`, `0.1`, `1e+16`, `1e-05`. Python and JavaScript choose the same digits, the fewest that are
 * read back as the same double, and differ in where the exponent begins, how many digits it has, and whether a whole
 * number has a point.
 * @see https://github.com/python/cpython/blob/3.13/Python/pystrtod.c format_float_short, with the `r` of float_repr
 */
export function pythonFloat(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e16 || (size < 1e-4 && size > 0)) return value.toExponential().replace(/(?<=e[+-])(?=\d$)/, '0')
  if (!Number.isInteger(value)) return String(value)
  return Object.is(value, -0) ? '-0.0' : `${value}.0`
}

/**
 * The same in YAML 1.1, where a number without a point is no float: PyYAML reads `1e+16` as text.
 * @see https://github.com/yaml/pyyaml/blob/6.0.2/lib/yaml/representer.py represent_float
 */
export function yamlFloat(value: number): string {
  const text = pythonFloat(value)
  return text.includes('.') ? text : text.replace('e', '.0e')
}

/** Anything as Python's str prints it, but for lists and objects, which are JSON here (docs/decisions/0010). */
export function pythonText(value: unknown, isFloat = false): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number' && isFloat) return pythonFloat(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A number that is a float to Python, where its column is no longer known. */
export class PythonFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }
}
