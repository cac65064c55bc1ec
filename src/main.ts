import {run} from '@oclif/core'

import {loadAllCommands, loadCommand, topicOf} from './commands.ts'
import {explain, type OclifError} from './explain.ts'
import {exitCodes} from './lib/errors.ts'
import {openLog} from './lib/log.ts'

// What package.json names to oclif.
export {commandNotFound} from './command-not-found.ts'
export {commands, loadAllCommands} from './commands.ts'

/** Runs one command line; whatever goes wrong ends here, as one or two lines and an exit code. */
export async function main(argv: string[], root: string): Promise<void> {
  listenForStreams(argv)
  try {
    const line = await loadCommand(argv)
    // Help is of flags, which the manifest lacks.
    const ignoreManifest = isHelp(line)
    if (ignoreManifest) await loadAllCommands()
    await run(line, {root, ignoreManifest})
  } catch (error) {
    const {lines, exitCode} = explain(error as OclifError)
    if (topicOf(argv) === 'check' && lines.length > 0) return sayUnknown(lines)
    complain(lines, argv)
    process.exitCode = exitCode
  }
}

/**
 * Nobody reads or listens any more (`gnocchictl … | head`): what to do then is for each command to say, and no failure. Any
 * other trouble of stdout's, such as a full disk, is one, of which oclif would say a stack trace.
 */
function listenForStreams(argv: string[]): void {
  process.stderr.on('error', () => undefined)
  process.stdout.removeAllListeners('error').on('error', ({code, message}: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || process.exitCode !== undefined) return
    process.exitCode = topicOf(argv) === 'check' ? 3 : exitCodes.usage
    complain([`error: stdout cannot be written: ${message}`], argv)
  })
}

/** As oclif sees it: words after `--` are none of its flags. */
const isHelp = (line: readonly string[]): boolean =>
  line.some((word, index) => word === '--help' && !line.slice(0, index).includes('--'))

/**
 * Whatever goes wrong with a monitoring plugin, a stray word too, is UNKNOWN, said on stdout, where a monitoring system
 * reads: the 2 of a wrong command line would be CRITICAL there, and wake somebody.
 */
async function sayUnknown(lines: readonly string[]): Promise<void> {
  const [{stateCodes}, {unknownLine}] = await Promise.all([import('./lib/check.ts'), import('./lib/render/check.ts')])
  const [what, hint] = lines.map((line) => line.trim().replace(/^error: /, ''))
  process.exitCode = stateCodes.UNKNOWN
  // At once, whatever connection is still open.
  process.stdout.write(unknownLine('GNOCCHI', [what, hint].filter(Boolean).join('; ')), () => process.exit())
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
