import {existsSync} from 'node:fs'
import {join} from 'node:path'

import {HostError} from '../errors.ts'
import type {Host, HostLogin} from '../hosts-file/read.ts'
import type {HostKeyCheck} from './host-key-policy.ts'
import type {SettingsOf} from './ssh-config.ts'
import {sshFolder, type SshSettings} from './ssh-settings.ts'

/** One SSH server on the way to a host, everything settled. */
export interface Hop {
  /** How messages begin: `web`, or `jump host bastion`. */
  label: string
  /** On the way only: the hosts file says nothing of it. */
  isJump: boolean
  address: string
  port: number
  user: string
  /** What known_hosts calls it, and where to look. */
  knownAs: {host: string; port: number}
  knownHostsFiles: string[]
  hostKeyCheck: HostKeyCheck
  timeoutSeconds: number
  /** Reads secrets. @throws UsageError */
  login(): Login
}

export interface Login extends Omit<HostLogin, 'agent'> {
  agent?: string
  /** Files of keys beside those of the hosts file: some may be missing, or need a passphrase that nobody gives. */
  identityFiles: string[]
  /** Only keys of the agent that are in `identityFiles`: ssh_config(5), IdentitiesOnly. */
  identitiesOnly: boolean
  /** Whether the hosts file says how to log in. */
  given: boolean
}

/** Seconds to reach a host, agree on keys and log in. */
const defaultTimeoutSeconds = 10

/** What ssh tries by itself: ssh_config(5), IdentityFile. */
const usualIdentities = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/**
 * The servers to log in to, one through the other, the host itself last. What the hosts file says wins over
 * ssh_config, which wins over the defaults; `hostKeyCheck`, if given, over both.
 * @throws HostError when the jump hosts lead in a circle; UsageError for what ssh_config says of the host
 */
export function routeTo(host: Host, settingsOf: SettingsOf, hostKeyCheck: HostKeyCheck | undefined): Hop[] {
  const settings = settingsOf(host.ip, {user: host.user, port: host.port})
  const asHop = (label: string, isJump: boolean, found: SshSettings, login: () => Login): Hop => ({
    label,
    isJump,
    address: found.hostName,
    port: found.port,
    user: found.user,
    // An alias stands without port: ssh_config(5), HostKeyAlias.
    knownAs:
      found.hostKeyAlias === undefined
        ? {host: found.hostName, port: found.port}
        : {host: found.hostKeyAlias, port: 22},
    knownHostsFiles: found.knownHostsFiles,
    hostKeyCheck: hostKeyCheck ?? found.hostKeyCheck ?? 'accept-new',
    timeoutSeconds: found.connectTimeoutSeconds ?? defaultTimeoutSeconds,
    login,
  })
  // A list of jumps is gone through as it stands; the first of them may have jumps of its own.
  const jumpsTo = ({jumps}: SshSettings, trail: string[]): Hop[] =>
    jumps.flatMap((jump, index) => {
      const found = settingsOf(jump.host, jump)
      const place = `${found.user}@${found.hostName}:${found.port}`
      if (trail.includes(place))
        throw new HostError(`${host.label}: its jump hosts lead in a circle, over ${jump.host}`)
      const before = index === 0 ? jumpsTo(found, [...trail, place]) : []
      return [...before, asHop(`jump host ${jump.host}`, true, found, () => loginOf({}, found))]
    })
  const self = `${settings.user}@${settings.hostName}:${settings.port}`
  return [...jumpsTo(settings, [self]), asHop(host.label, false, settings, () => loginOf(host.login(), settings))]
}

/** Who says one way to log in means that one; else what ssh would try. */
function loginOf({agent: wanted, ...login}: HostLogin, settings: SshSettings): Login {
  const given = Boolean(login.password ?? login.privateKey ?? wanted)
  if (given) return {...login, ...(wanted ? {agent: wanted} : {}), identityFiles: [], identitiesOnly: false, given}
  const configured = settings.identityAgent ?? process.env['SSH_AUTH_SOCK']
  const agent = wanted === false ? undefined : configured || undefined
  const files = settings.identityFiles ?? usualIdentities.map((name) => join(sshFolder(), name))
  return {
    ...login,
    ...(agent === undefined ? {} : {agent}),
    identityFiles: files.filter((file) => existsSync(file) || existsSync(`${file}.pub`)),
    identitiesOnly: settings.identitiesOnly,
    given,
  }
}
