import {UsageError} from '../errors.ts'
import {fileState} from '../file-state.ts'
import type {Report} from '../log.ts'
import {readHostsFile, type Host} from './read.ts'

export interface Reloader {
  /** Before each round: reads the file again when it is another one than at the last look. */
  look(): void
  /** Reads it in any case, and says what came of it. */
  reload(): void
}

/** What became of the hosts. */
export type TakeHosts = (hosts: Host[]) => {added: string[]; removed: string[]; changed: string[]}

/**
 * Follows a hosts file while it is in use. It is looked at before each round, for then it matters: that sees a file that is
 * replaced or reached by a link put elsewhere, on any file system, which a watch does not. A broken one is said, once, and
 * changes nothing. At the first look it may be half-written: only a second one that finds the same says so.
 */
export function followHostsFile(path: string, take: TakeHosts, report: Report): Reloader {
  let seen: string | undefined
  let doubtful: string | undefined
  let said: string | undefined

  const read = (asked: boolean) => {
    try {
      const {hosts, without, warnings} = readUsable(path)
      const changes = inWords(take(hosts))
      if (changes !== '' || asked || said !== undefined) {
        report(`the hosts file was read again: ${changes || 'the hosts are as they were'}`)
        if (without.length > 0)
          report(`${without.join(', ')}: left out, without a metric; make it: gnocchictl metrics create`, {
            level: 'warn',
          })
        warnings.forEach((warning) => report(`warning: ${warning}`, {level: 'warn'}))
      }
      doubtful = said = undefined
    } catch (error) {
      // Looked at again in any case: what is wrong may be the reading, such as file descriptors that are used up.
      seen = undefined
      const why = (error as Error).message.replaceAll('\n', '; ')
      const sure = asked || doubtful === why
      doubtful = why
      if (!sure || (said === why && !asked)) return
      report(`the hosts file cannot be used, the hosts stay as they were: ${why}`, {level: 'error'})
      said = why
    }
  }
  return {
    look() {
      const state = fileState(path)
      if (state === seen) return
      seen = state
      read(false)
    },
    reload() {
      seen = fileState(path)
      read(true)
    },
  }
}

/** The hosts that can be sampled, and the labels of those that cannot. @throws UsageError, also when there is none */
function readUsable(path: string): {hosts: Host[]; without: string[]; warnings: string[]} {
  const {hosts: all, warnings} = readHostsFile(path)
  const hosts = all.filter(({metric}) => metric)
  if (hosts.length === 0) throw new UsageError(`${path}: no host has a metric; make them: gnocchictl metrics create`)
  return {hosts, without: all.filter(({metric}) => !metric).map(({label}) => label), warnings}
}

/** `2 added (a, b), 1 removed (c)`; nothing when nothing has changed. */
const inWords = (changes: ReturnType<TakeHosts>): string =>
  Object.entries(changes)
    .filter(([, labels]) => labels.length > 0)
    .map(([what, labels]) => `${labels.length} ${what} (${labels.join(', ')})`)
    .join(', ')
