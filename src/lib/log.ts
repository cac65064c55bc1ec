import {appendFileSync} from 'node:fs'

import {UsageError} from './errors.ts'
import {clean} from './clean.ts'

/** What is said, the gravest first; `--log-level` takes the last that is still said. */
export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** What a line is about: nothing of it stands in text, which says it in words. */
export interface About {
  /** `info` when left out. */
  level?: LogLevel
  host?: string
  metric?: string
  /** Samples that are not sent yet. */
  backlog?: number
  /** What the reader may do about it. */
  try?: string[]
}

export type Report = (message: string, about?: About) => void

/** What `--log-format` takes. To add a format, add an entry. A `Secret` among the fields shows as `[secret]`. */
export const logFormats = {
  text: (message) => message,
  // The level says what the first word of some sentences does.
  json: (message, about) =>
    JSON.stringify({time: new Date().toISOString(), ...about, message: message.replace(/^(warning|error): /, '')}),
} satisfies Record<string, (message: string, about: About & {level: LogLevel}) => string>
export type LogFormat = keyof typeof logFormats

/** Lines at the end of a file for its owner's eyes. @throws UsageError when it cannot be written at the start; later that stops nothing */
export function openLogFile(path: string): (line: string) => void {
  const append = (line: string) => appendFileSync(path, line, {mode: 0o600})
  try {
    append('')
  } catch (error) {
    throw new UsageError(`--log-file: ${path} cannot be written (${(error as NodeJS.ErrnoException).code})`)
  }
  return (line) => {
    try {
      append(line)
    } catch {
      // A full disk is no reason to stop.
    }
  }
}

/** Lines for stderr, of `most` and what is graver. Control characters of hosts and servers become visible escapes. */
export function openLog(format: LogFormat, most: LogLevel, write: (line: string) => void): Report {
  return (message, {level = 'info', ...fields} = {}) => {
    if (logLevels.indexOf(level) <= logLevels.indexOf(most))
      write(`${clean(logFormats[format](message, {level, ...fields}))}\n`)
  }
}
