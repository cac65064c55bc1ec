import {Flags} from '@oclif/core'

import {parseDuration} from './lib/duration.ts'
import {parseSize} from './lib/size.ts'
import {UsageError} from './lib/errors.ts'
import {hostKeyChecks, type HostKeyCheck} from './lib/ssh/host-key-policy.ts'
import {parseTime} from './lib/time.ts'

/** A length of time, in seconds: `30s`, `1h30m`, `minute`. */
export const durationFlag = (description: string) =>
  Flags.custom<number>({description, helpValue: '<duration>', parse: async (text) => parseDuration(text)})()

/** The time between two rounds, in seconds. */
export const intervalFlag = (description: string, defaultSeconds: number) =>
  Flags.custom<number>({
    description,
    helpValue: '<duration>',
    default: defaultSeconds,
    async parse(text) {
      const seconds = parseDuration(text)
      if (seconds < 0.1 || seconds > 86_400) throw new UsageError(`${text} is not between 0.1 s and a day`)
      return seconds
    },
  })()

/** A span of time with a default, in seconds. */
export const spanFlag = (description: string, defaultSeconds: number, defaultWords: string) =>
  Flags.custom<number>({
    description: `${description} [default: ${defaultWords}]`,
    helpValue: '<duration>',
    default: defaultSeconds,
    defaultHelp: async () => undefined,
    parse: async (text) => parseDuration(text),
  })()

/** A size with a default, in bytes: `500M`, `2G`; the units are powers of 1024. */
export const sizeFlag = (description: string, defaultBytes: number, defaultWords: string) =>
  Flags.custom<number>({
    description: `${description} [default: ${defaultWords}]`,
    helpValue: '<size>',
    default: defaultBytes,
    defaultHelp: async () => undefined,
    parse: async (text) => parseSize(text),
  })()

export const spoolFlag = {
  spool: Flags.string({
    description: 'folder for samples not yet sent; ~/.local/state/gnocchictl/spool when left out',
    helpValue: '<folder>',
  }),
}

/** A moment: ISO 8601, Unix seconds, `now`, or `-1h` before now. */
export const timeFlag = (description: string) =>
  Flags.custom<Date>({description, helpValue: '<time>', parse: async (text) => parseTime(text, new Date())})()

/** How hosts are reached, where ssh_config and the hosts file do not say. */
export const sshFlags = {
  'host-key-check': Flags.option({
    description:
      'what to do with a host key not seen before; a changed one is always refused [default: as ssh_config has it, else accept-new]',
    options: hostKeyChecks,
    helpGroup: 'SSH',
  })(),
  'ssh-config': Flags.string({
    description: 'ssh_config to use, or none; ~/.ssh/config and /etc/ssh/ssh_config when left out',
    helpValue: '<file>',
    helpGroup: 'SSH',
  }),
  'ssh-legacy-algorithms': Flags.boolean({
    description: 'also take algorithms that OpenSSH has retired: SHA-1, DSA, CBC, MD5',
    helpGroup: 'SSH',
  }),
}

export interface SshFlags {
  'host-key-check'?: HostKeyCheck | undefined
  'ssh-config'?: string | undefined
  'ssh-legacy-algorithms': boolean
}
