import {run} from '@oclif/core'

import {loadCommand} from './commands.ts'
import {didYouMean} from './lib/did-you-mean.ts'
import {AppError, exitCodes} from './lib/errors.ts'
import {openLog} from './lib/log.ts'

// What package.json names to oclif.
export {commandNotFound} from './command-not-found.ts'
export {commands, loadAllCommands} from './commands.ts'

/** Runs one command line; whatever goes wrong ends here, as one or two lines and an exit code. */
export async function main(argv: string[], root: string): Promise<void> {
  // Nobody reads any more (`gnocchictl … | head`): what a loop does then, it says itself; all others are done.
  process.stdout.on('error', () => {
    if (process.stdout.listenerCount('error') === 1) process.exit(0)
  })
  // Nobody listens any more: that is no reason to stop working.
  process.stderr.on('error', () => undefined)
  try {
    await run(await loadCommand(argv), {root})
  } catch (error) {
    const {lines, exitCode} = explain(error as OclifError)
    complain(lines, argv)
    process.exitCode = exitCode
  }
}

/** In the format that was asked for, which may be what could not be read. */
function complain([what, ...hints]: string[], argv: string[]): void {
  if (what === undefined) return
  const json = /(^| )--log-format[= ]json( |$)/.test(argv.join(' '))
  const report = openLog(json ? 'json' : 'text', 'error', (text) => process.stderr.write(text))
  if (json)
    report(what, {
      level: 'error',
      ...(hints.length > 0 ? {try: hints.map((hint) => hint.replace(/^ *(try: )?/, ''))} : {}),
    })
  else [what, ...hints].forEach((line) => report(line, {level: 'error'}))
}

/** What oclif adds to its own errors. */
interface OclifError extends Error {
  oclif?: {exit?: number}
  code?: string
  /** Flags that do not exist. */
  flags?: string[]
  /** Arguments that are missing. */
  args?: {name: string; description?: string}[]
  parse?: {input?: {argv: string[]; flags: Record<string, {char?: string; aliases?: string[]}>}}
}

function explain(error: OclifError): {lines: string[]; exitCode: number} {
  // oclif puts "Parsing --interval \n\t" before what a flag of ours says.
  const said = error.message.replace(/^Parsing (--[\w-]+)\s+/, '$1: ').replace(/\s*See more help with --help$/, '')
  if (error instanceof AppError)
    return {lines: [`error: ${said}`, ...error.suggestions.map((words) => `  try: ${words}`)], exitCode: error.exitCode}
  if (error.code === 'EEXIT') return {lines: [], exitCode: error.oclif?.exit ?? 0}
  // The person left the question with Ctrl-C.
  if (error.name === 'ExitPromptError' || error.name === 'AbortPromptError') return {lines: [], exitCode: 130}
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
    return args.map(({name, description}) => `${name.toUpperCase()} is missing: ${description ?? ''}`).join('; ')
  const known = Object.entries(parse?.input?.flags ?? {}).flatMap(([name, {char, aliases = []}]) => [
    ...[name, ...aliases].flatMap((spelling) => [`--${spelling}`, `--no-${spelling}`]),
    ...(char ? [`-${char}`] : []),
  ])
  const unknown = parse?.input?.argv
    .map((word) => word.replace(/=.*/s, ''))
    .find((word) => /^--[a-z]/i.test(word) && !known.includes(word))
  if (unknown) {
    const near = didYouMean(unknown, known)
    return `there is no flag ${unknown}${near ? `; did you mean ${near}?` : ''}`
  }
  const [first, ...rest] = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('See more help'))
  return (
    [first, ...rest]
      .join(' ')
      .replace(/^Parsing (--[\w-]+) /, '$1: ')
      .replace(/^The following errors? occurred: /, '')
      // Of flags that may be repeated, which take one value each here.
      .replace(/ Note: --.* allows? multiple values\. .*$/, '')
  )
}
