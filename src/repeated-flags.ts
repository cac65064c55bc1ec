/** What is known of a flag, as oclif has it. */
export interface Flag {
  type: string
  char?: string | undefined
  aliases?: readonly string[] | undefined
  hidden?: boolean | undefined
  multiple?: boolean | undefined
}

/**
 * The line without the values of a flag that a later one replaces, under whichever of its spellings: the last one
 * counts for argparse, and so for the official client, where oclif refuses a second.
 */
export function withLastValues(argv: readonly string[], flags: Record<string, Flag>): string[] {
  const end = argv.indexOf('--')
  const last = new Map<Flag, number>()
  const replaced = new Set<number>()
  for (let at = 0; at < (end === -1 ? argv.length : end); at++) {
    const word = argv[at]!
    const flag = word.startsWith('-') ? singleValued(word, flags) : undefined
    if (!flag) continue
    const before = last.get(flag)
    if (before !== undefined) wordsOf(argv, before).forEach((one) => replaced.add(one))
    last.set(flag, at)
    at += wordsOf(argv, at).length - 1
  }
  return argv.filter((_, at) => !replaced.has(at))
}

/** The flag that a word begins with, if it takes one value and no more. */
function singleValued(word: string, flags: Record<string, Flag>): Flag | undefined {
  return flagOf(word, flags, ({type, multiple}) => type === 'option' && !multiple)
}

export const spellingsOf = (name: string, {aliases = []}: Flag): string[] => [name, ...aliases]

/** The flag of that kind that a word begins with, under whichever of its spellings. */
export function flagOf(
  word: string,
  flags: Readonly<Record<string, Flag>>,
  isWanted: (flag: Flag) => boolean,
): Flag | undefined {
  const [spelling] = word.slice(2).split('=')
  return Object.entries(flags).find(
    ([name, flag]) =>
      isWanted(flag) && (word.startsWith('--') ? spellingsOf(name, flag).includes(spelling!) : flag.char === word[1]),
  )?.[1]
}

/** The value stands in the next word: `--format json` and `-f json`, not `--format=json` and `-fjson`. */
export const isApart = (word: string): boolean => /^--[^=]*$|^-.$/.test(word)

/** A flag and its value. */
const wordsOf = (argv: readonly string[], at: number): number[] => (isApart(argv[at]!) ? [at, at + 1] : [at])
