import {noSuchCommand} from './command-not-found.ts'
import {didYouMean} from './lib/did-you-mean.ts'
import {AppError, exitCodes} from './lib/errors.ts'

/** What oclif adds to its own errors. */
export interface OclifError extends Error {
  oclif?: {exit?: number}
  code?: string
  /** Flags that do not exist. */
  flags?: string[]
  /** Arguments that are missing. */
  args?: {name: string; description?: string; options?: readonly string[]}[]
  parse?: {input?: {argv: string[]; flags: Record<string, {char?: string; aliases?: string[]; description?: string}>}}
}

/** What a person reads of an error, on stderr, and what the process ends with. No line: there is nothing to say. */
export function explain(error: OclifError): {lines: string[]; exitCode: number} {
  // oclif puts "Parsing --interval \n\t" before what a flag of ours says.
  const said = error.message.replace(/^Parsing (--[\w-]+)\s+/, '$1: ').replace(/\s*See more help with --help$/, '')
  if (error instanceof AppError)
    return {lines: [`error: ${said}`, ...error.suggestions.map((words) => `  try: ${words}`)], exitCode: error.exitCode}
  const [, unknown] = /^Command (.+) not found\.$/.exec(error.message) ?? []
  if (unknown !== undefined) return explain(noSuchCommand(unknown))
  if (error.code === 'EEXIT') return {lines: [], exitCode: error.oclif?.exit ?? 0}
  // The person left the question with Ctrl-C.
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')
    return {lines: [], exitCode: exitCodes.interrupted}
  if (error.oclif?.exit === exitCodes.usage)
    return {lines: [`error: ${usage(error)}`, '  try: the same with --help'], exitCode: exitCodes.usage}
  return {
    lines: [
      `error: ${error.message}`,
      `  this is a bug in gnocchictl: ${error.stack?.split('\n')[1]?.trim() ?? 'no stack'}`,
    ],
    exitCode: exitCodes.bug,
  }
}

/** oclif's words without its layout; never the value that follows a mistyped flag, which may be a password. */
function usage({message, parse, args}: OclifError): string {
  if (args?.length && /^Missing \d+ required arg/.test(message))
    return args
      .map(({name, description = '', options}) => {
        const offered = options ? ` (${options.join(', ')})` : ''
        return `${name.toUpperCase()} is missing: ${description}${offered}`
      })
      .join('; ')
  const known = Object.entries(parse?.input?.flags ?? {}).flatMap(([name, {char, aliases = []}]) => [
    ...[name, ...aliases].flatMap((spelling) => [`--${spelling}`, `--no-${spelling}`]),
    ...(char ? [`-${char}`] : []),
  ])
  const unknown = parse?.input?.argv
    .map((word) => word.replace(/=.*/s, ''))
    .find((word) => /^--[a-z]/i.test(word) && !known.includes(word))
  if (unknown) return noSuchFlag(unknown, known)
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('See more help'))
  const several = lines[0]!.startsWith('The following error')
  const inWords = (said: string) => ofFlags(said, parse?.input?.flags ?? {})
  return several ? lines.slice(1).map(inWords).join('; ') : inWords(lines.join(' '))
}

function noSuchFlag(unknown: string, known: readonly string[]): string {
  const could = known.filter((flag) => flag.startsWith(unknown))
  if (could.length > 1) return `${unknown} could be ${could.slice(0, 6).join(', ')}${could.length > 6 ? ', …' : ''}`
  // `--warning` of who means --warn; the other way round, it is taken.
  const near = didYouMean(unknown, known) ?? known.find((flag) => flag.length > 4 && unknown.startsWith(flag))
  return `there is no flag ${unknown}${near ? `; did you mean ${near}?` : ''}`
}

/** What oclif says of a flag or an argument, shorter. */
function ofFlags(said: string, flags: Record<string, {description?: string}>): string {
  const needs = (flag: string, others: string, word: string) => `${flag} needs ${others.replaceAll(', ', ` ${word} `)}`
  return (
    said
      .replace(/^Parsing (--[\w-]+) /, '$1: ')
      .replace(/^Missing required flag ([\w-]+)/, (_, name: string) =>
        `--${name} is missing: ${flags[name]?.description ?? ''}`.replace(/(: |; (the latter )?may be repeated)$/, ''),
      )
      .replace(/^(--[\w-]+)=.* cannot also be provided when using (--[\w-]+)$/s, '$1 and $2 do not go together')
      .replace(/^All of the following must be provided when using (\S+): (.*)$/, (_, flag: string, others: string) =>
        needs(flag, others, 'and'),
      )
      .replace(/^One of the following must be provided when using (\S+): (.*)$/, (_, flag: string, others: string) =>
        needs(flag, others, 'or'),
      )
      // Of an argument; a flag is named.
      .replace(/^Expected (?!--)(.+) to be one of: /, '"$1" is none of ')
      // Of flags that may be repeated, which take one value each here.
      .replace(/ Note: --.* allows? multiple values\. .*$/, '')
  )
}
