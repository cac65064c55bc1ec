import type {Hook} from '@oclif/core'

import {didYouMean} from './lib/did-you-mean.ts'
import {UsageError} from './lib/errors.ts'

/** `gnocchictl cosume` → did you mean consume? */
export const commandNotFound: Hook.CommandNotFound = async ({id, config}) => {
  const known = config.commandIDs.map((command) => command.replaceAll(':', ' '))
  const typed = id.replaceAll(':', ' ')
  const command = known.find((candidate) => typed.startsWith(`${candidate} `))
  if (command)
    throw new UsageError(`${command} takes no argument "${typed.slice(command.length + 1)}"`, [
      `${config.bin} ${command} --help`,
    ])
  const near = didYouMean(typed, known)
  throw new UsageError(`there is no command "${typed}"${near ? `; did you mean "${near}"?` : ''}`, [
    `${config.bin} --help shows the commands`,
  ])
}
