/** What is known of a flag, as oclif has it. */
interface Flag {
  aliases?: readonly string[] | undefined
  hidden?: boolean | undefined
}

/**
 * The line with those flags spelled out of which it has the beginning alone: `--lim` is --limit to argparse, and so to the
 * official client, where no other flag begins so. What could be several, or none, stays as it is, to be refused. Flags
 * that help does not show are meant where no other can be.
 */
export function spelledOut(argv: readonly string[], flags: Record<string, Flag>): string[] {
  const spellings = Object.entries<Flag>({...flags, help: {}}).flatMap(([name, {aliases = [], hidden = false}]) =>
    [name, ...aliases].map((spelling) => ({name, spelling, hidden})),
  )
  const end = argv.indexOf('--')
  return argv.map((word, at) => {
    const [, given, value = ''] = /^--([a-z][a-z0-9-]*)(=.*)?$/s.exec(word) ?? []
    if (given === undefined || (end !== -1 && at > end)) return word
    if (spellings.some(({spelling}) => spelling === given)) return word
    const begun = spellings.filter(({spelling}) => spelling.startsWith(given))
    const shown = begun.filter(({hidden}) => !hidden)
    const [name, ...others] = new Set((shown.length > 0 ? shown : begun).map((meant) => meant.name))
    // Help is not for the command to give.
    return name === undefined || name === 'help' || others.length > 0 ? word : `--${name}${value}`
  })
}
