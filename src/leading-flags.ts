import {BaseCommand} from './base-command.ts'
import {didYouMean} from './lib/did-you-mean.ts'
import {UsageError} from './lib/errors.ts'

interface GlobalFlag {
  type: string
  char?: string
  aliases?: readonly string[]
}

const globalFlags = Object.entries(BaseCommand.baseFlags as Record<string, GlobalFlag>)

const named = new Map(
  globalFlags.flatMap(([name, flag]) => [name, ...(flag.aliases ?? [])].map((spelling) => [spelling, flag] as const)),
)

const lettered = new Map(
  globalFlags.flatMap(([, flag]) => (flag.char === undefined ? [] : [[flag.char, flag] as const])),
)

/**
 * The flags in front of the command, with their values, and the rest: the official client takes them there, oclif only
 * behind the command.
 * @throws UsageError for a flag that not every command has
 */
export function splitLeadingFlags(argv: readonly string[]): {leading: string[]; rest: string[]} {
  let next = 0
  for (; argv[next]?.startsWith('-'); next++) {
    const [spelling] = argv[next]!.split('=') as [string]
    if (spelling === '--' || spelling === '--help' || spelling === '-h') continue
    const flag = spelling.startsWith('--') ? named.get(spelling.slice(2)) : letters(spelling)
    if (!flag) throw unknown(spelling)
    if (flag.type !== 'option' || argv[next]!.includes('=')) continue
    next++
    if (argv[next] === undefined) throw new UsageError(`Flag ${spelling} expects a value`, ['the same with --help'])
  }
  return {leading: argv.slice(0, next).filter((word) => word !== '--'), rest: argv.slice(next)}
}

/** `-vv`: several of one letter each; none of them takes a value. */
function letters(spelling: string): GlobalFlag | undefined {
  const flags = spelling
    .slice(1)
    .split('')
    .map((letter) => lettered.get(letter))
  return flags.every((flag) => flag !== undefined) ? flags[0] : undefined
}

function unknown(spelling: string): UsageError {
  const near = didYouMean(spelling, ['--help', '--version', ...[...named.keys()].map((name) => `--${name}`)])
  return new UsageError(`there is no flag ${spelling}${near ? `; did you mean ${near}?` : ' that every command has'}`, [
    'what is a flag of one command stands behind it: gnocchictl COMMAND --help',
  ])
}
