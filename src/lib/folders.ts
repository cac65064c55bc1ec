import {homedir} from 'node:os'
import {join} from 'node:path'

// The XDG Base Directory Specification 0.8: relative values are to be ignored.
const base = (variable: string, fallback: string): string => {
  const value = process.env[variable]
  return value?.startsWith('/') ? value : join(homedir(), fallback)
}

/** What a person writes: the hosts file. */
export const configFolder = (): string => join(base('XDG_CONFIG_HOME', '.config'), 'gnocchictl')

/** What may be deleted at any time: tokens. */
export const cacheFolder = (): string => join(base('XDG_CACHE_HOME', '.cache'), 'gnocchictl')

/** What must survive: samples not yet sent, host keys seen. */
export const stateFolder = (): string => join(base('XDG_STATE_HOME', '.local/state'), 'gnocchictl')
