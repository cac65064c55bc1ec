import Conf from 'conf'

import {cacheFolder} from '../folders.ts'

/** What a login gave. */
export interface Login {
  token: string
  /** ISO 8601: when to stop using the token, a margin before its end. */
  useUntil: string
  /** Gnocchi's, from the catalogue. */
  endpoint: string
}

export interface TokenCache {
  get(key: string): Login | undefined
  set(key: string, login: Login): void
  delete(key: string): void
}

/**
 * The door to conf: tokens kept between runs in one file that only its owner may read.
 * A cache that cannot be read or written is no cache, never a failure: the login it saves is 0.2 s.
 */
export function openTokenCache(): TokenCache {
  let store: Conf<Record<string, Login>> | undefined
  try {
    store = new Conf<Record<string, Login>>({
      cwd: cacheFolder(),
      configName: 'tokens',
      configFileMode: 0o600,
      accessPropertiesByDotNotation: false,
      clearInvalidConfig: true,
    })
  } catch {
    store = undefined
  }
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action()
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => attempt(() => store?.get(key)),
    set: (key, login) => attempt(() => store?.set(key, login)),
    delete: (key) => attempt(() => store?.delete(key)),
  }
}

/** For `--no-token-cache`: nothing is read, nothing is kept. */
export const noTokenCache: TokenCache = {get: () => undefined, set: () => undefined, delete: () => undefined}
