import type {Hook} from '@oclif/core'

import {loaders} from './commands.ts'
import {didYouMean} from './lib/did-you-mean.ts'
import {UsageError} from './lib/errors.ts'

/** `gnocchictl cosume` → did you mean consume? */
export const commandNotFound: Hook.CommandNotFound = async ({id}) => {
  throw noSuchCommand(id)
}

/** What is wrong with a line that begins with no command; its words as oclif joins them, with colons. */
export function noSuchCommand(id: string): UsageError {
  const known = Object.keys(loaders).map((command) => command.replaceAll(':', ' '))
  const typed = id.replaceAll(':', ' ')
  const command = known.find((candidate) => typed.startsWith(`${candidate} `))
  if (command)
    return new UsageError(`${command} takes no argument "${typed.slice(command.length + 1)}"`, [
      `gnocchictl ${command} --help`,
    ])
  if (typed === 'version')
    return new UsageError('there is no command "version"', ['gnocchictl --version', 'gnocchictl server version'])
  const near = didYouMean(typed, known)
  const topic = topicOf(typed, known)
  return new UsageError(`there is no command "${typed}"${near ? `; did you mean "${near}"?` : ''}`, [
    `gnocchictl ${topic ? `${topic} ` : ''}--help shows the commands`,
  ])
}

/** `resource batch` of `resource batch delte`: the longest beginning that commands have. */
function topicOf(typed: string, known: readonly string[]): string | undefined {
  const words = typed.split(' ')
  return words
    .map((_, index) => words.slice(0, words.length - index).join(' '))
    .find((beginning) => known.some((command) => command.startsWith(`${beginning} `)))
}
