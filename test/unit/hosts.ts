import type {Host, HostLogin} from '../../src/lib/hosts-file/read.ts'

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
