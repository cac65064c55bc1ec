import type {Candidate} from './complete.ts'
import type {Shell} from './scripts.ts'

interface Dialect {
  /** The words up to the cursor, of what the shell's script gives. */
  words: (given: readonly string[]) => string[]
  /** Lines for the shell's script. */
  lines: (candidates: readonly Candidate[], given: readonly string[]) => string[]
}

const unquoted = (words: readonly string[]): string[] => [...words]

/** A tab parts a name from what it is; a summary is cut where a line of a terminal ends. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 100)

export const answers: Record<Shell, Dialect> = {
  bash: {
    words: ([line = '']) => bashWords(line).slice(1),
    lines(candidates, [line = '', breaks = '']) {
      const word = bashWords(line).at(-1) ?? ''
      const cut =
        Math.max(...['=', ':'].filter((one) => breaks.includes(one)).map((one) => word.lastIndexOf(one)), -1) + 1
      return candidates.map(({value, open}) => {
        const rest = value.slice(cut).replace(/[^\w@%+=:,./~^-]/g, String.raw`\$&`)
        return open ? rest : `${rest} `
      })
    },
  },
  zsh: {
    words: unquoted,
    lines: (candidates) => candidates.map(({value, text = '', open}) => `${value}\t${open ? 'open' : oneLine(text)}`),
  },
  fish: {
    words: unquoted,
    lines: (candidates) => candidates.map(({value, text = ''}) => (text ? `${value}\t${oneLine(text)}` : value)),
  },
}

/** Words as bash has them before anything is expanded, its quotes taken off; the last one may be empty. */
export function bashWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  for (const [part] of line.matchAll(/\\[^]|'[^']*'?|"(?:[^"\\]|\\[^])*"?|\s+|[^\s\\'"]+|\\/g)) {
    if (/^\s/.test(part)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + bare(part)
  }
  return [...words, word ?? '']
}

function bare(part: string): string {
  if (part.startsWith("'")) return part.slice(1).replace(/'$/, '')
  if (part.startsWith('"'))
    return part
      .slice(1)
      .replace(/"$/, '')
      .replace(/\\(["\\$`])/g, '$1')
  return part.startsWith('\\') ? part.slice(1) : part
}
