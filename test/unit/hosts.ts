import type {Host, HostLogin} from '../../src/lib/hosts-file/read.ts'
import type {Hop, Login} from '../../src/lib/ssh/route.ts'

/** A host of a hosts file, what is not given as usual. */
export const hostOf = ({login = {}, ...given}: Partial<Omit<Host, 'login'>> & {login?: HostLogin} = {}): Host => ({
  label: given.ip ?? 'web',
  ip: '127.0.0.1',
  port: 22,
  user: 'ada',
  metric: undefined,
  ...given,
  login: () => login,
})

/** One server on the way to a host, what is not given as usual. */
export const hopOf = ({login = {}, ...given}: Partial<Omit<Hop, 'login'>> & {login?: Partial<Login>} = {}): Hop => ({
  label: 'web',
  isJump: false,
  address: '127.0.0.1',
  port: 22,
  user: 'ada',
  knownAs: {host: '127.0.0.1', port: given.port ?? 22},
  knownHostsFiles: [],
  hostKeyCheck: 'accept-new',
  timeoutSeconds: 10,
  ...given,
  login: () => ({
    identityFiles: [],
    identitiesOnly: false,
    given: Boolean(login.password ?? login.privateKey ?? login.agent),
    ...login,
  }),
})
