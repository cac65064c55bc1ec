type Part = '*' | ((character: string) => boolean)

/**
 * Whether a pattern fits the whole of a name, upper and lower case told apart: `*` and `?`, as OpenSSH has them
 * (ssh_config(5), PATTERNS); with `brackets`, `[a-z]` and `[!x]` too, as Python's fnmatch. Not by a regular expression,
 * which a pattern of many stars would keep busy for ever.
 */
export function glob(pattern: string, name: string, {brackets = false} = {}): boolean {
  const characters = Array.from(name)
  const parts = partsOf(Array.from(pattern), brackets)
  let [at, part] = [0, 0]
  // Where the last star stands, and what it is taken for so far.
  let [star, taken] = [-1, 0]
  while (at < characters.length) {
    const wanted = parts[part]
    if (wanted === '*') [star, taken] = [part++, at]
    else if (wanted?.(characters[at]!)) [at, part] = [at + 1, part + 1]
    else if (star >= 0) [at, part] = [++taken, star + 1]
    else return false
  }
  return parts.slice(part).every((rest) => rest === '*')
}

function partsOf(pattern: readonly string[], brackets: boolean): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!
    const end = brackets && character === '[' ? closing(pattern, at) : -1
    if (end > 0) {
      parts.push(oneOf(pattern.slice(at + 1, end)))
      at = end
    } else if (character === '*') parts.push('*')
    else parts.push(character === '?' ? () => true : (seen) => seen === character)
  }
  return parts
}

/** A bracket right after the opening one, or after its `!`, is one of those meant. */
function closing(pattern: readonly string[], opening: number): number {
  const first = opening + (pattern[opening + 1] === '!' ? 2 : 1)
  return pattern.indexOf(']', first + 1)
}

function oneOf(inside: readonly string[]): (character: string) => boolean {
  const negated = inside[0] === '!'
  const meant = negated ? inside.slice(1) : inside
  const ranges: [string, string][] = []
  for (let at = 0; at < meant.length; at++) {
    const isRange = meant[at + 1] === '-' && at + 2 < meant.length
    ranges.push([meant[at]!, meant[isRange ? at + 2 : at]!])
    if (isRange) at += 2
  }
  const number = (character: string) => character.codePointAt(0)!
  return (character) =>
    ranges.some(([from, to]) => number(character) >= number(from) && number(character) <= number(to)) !== negated
}
