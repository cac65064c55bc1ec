import {openGnocchi, type Gnocchi} from './gnocchi/client.ts'
import {openTransport, type Transport} from './gnocchi/transport.ts'
import {openHttp, type Trace} from './http.ts'
import {resolveCloud, type Cloud, type CloudFlags} from './keystone/cloud.ts'
import {openSession, type Session} from './keystone/session.ts'
import {noTokenCache, openTokenCache} from './keystone/token-cache.ts'

export interface Connecting {
  /** What is given by hand, under the names of the flags: it outranks variables and clouds.yaml. */
  flags: CloudFlags
  env: NodeJS.ProcessEnv
  /** Whether a token of another run may be used, and this one's be kept. */
  tokenCache: boolean
  /** A warning: this machine's clock is wrong. */
  warn: (line: string) => void
  /** Each request: method, address, status, time; without secrets. */
  trace: Trace
}

export interface Connection {
  cloud: Cloud
  session: Session
  transport: Transport
  gnocchi: Gnocchi
  /** Ends the connections that are kept open. */
  close(): void
}

/**
 * Settings → cloud → session → client. Nothing is sent before the client is used.
 * @throws UsageError naming what is wrong or missing in the settings
 */
export async function connect({flags, env, tokenCache, warn, trace}: Connecting): Promise<Connection> {
  const cloud = await resolveCloud(flags, env)
  const http = openHttp(cloud.tls, trace, cloud.timeoutSeconds)
  const session = openSession(cloud, http, tokenCache ? openTokenCache() : noTokenCache, warn)
  const transport = openTransport(http, session)
  const gnocchi = openGnocchi(transport, () => new Date(Date.now() - session.clockAheadSeconds() * 1000))
  return {cloud, session, transport, gnocchi, close: () => http.close()}
}
