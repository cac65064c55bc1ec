import {homedir, hostname, userInfo} from 'node:os'
import {join} from 'node:path'

import {UsageError} from '../errors.ts'
import type {HostKeyCheck} from './host-key-policy.ts'

/** What ssh_config(5) says of one host, what the caller gave put before it and defaults behind it. */
export interface SshSettings {
  hostName: string
  user: string
  port: number
  /** Full paths, in the order to try; undefined: those that ssh tries by itself. */
  identityFiles: string[] | undefined
  /** Path of a socket; false: no agent; undefined: $SSH_AUTH_SOCK. */
  identityAgent: string | false | undefined
  identitiesOnly: boolean
  /** Hosts to go through, the first one first: `[user@]host[:port]`. */
  jumps: Jump[]
  hostKeyAlias: string | undefined
  hostKeyCheck: HostKeyCheck | undefined
  knownHostsFiles: string[]
  connectTimeoutSeconds: number | undefined
}

export interface Jump {
  host: string
  user?: string
  port?: number
}

/** What stands before ssh's own configuration. */
export interface Given {
  user?: string | undefined
  port?: number | undefined
}

/** One line of an ssh_config. */
export interface ConfigLine {
  file: string
  line: number
  /** In lower case. */
  keyword: string
  values: string[]
}

/** By keyword. The first wins; only IdentityFile adds up. */
type Found = Map<string, ConfigLine>

/** What is looked for, and what has been found of it. */
export interface Search {
  /** As typed, and as HostName has it in a second pass. */
  originalHost: string
  host: string
  given: Given
  final: boolean
  found: Found
  identityFiles: ConfigLine[]
  finalWanted: boolean
}

export const sshFolder = (): string => join(homedir(), '.ssh')

export const withoutIt = ['--ssh-config none does without it']

/** A mistake in ssh_config, with its place. */
export const at = ({file, line}: ConfigLine, what: string): UsageError =>
  new UsageError(`${file}:${line}: ${what}`, withoutIt)

/** A path with its leading `~` as the home folder. */
export const homeOf = (path: string): string => path.replace(/^~(?=\/|$)/, homedir())

/** A container may run as a user without a name. */
export function ownName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? String(process.getuid?.() ?? '')
  }
}

export const userOf = ({given, found}: Search): string => given.user ?? found.get('user')?.values[0] ?? ownName()

const portOf = ({given, found}: Search): number => given.port ?? number(found.get('port'), 1, 65_535) ?? 22

const hostKeyAliasOf = ({found}: Search): string | undefined => found.get('hostkeyalias')?.values[0]

/** The address to connect to: HostName, its `%h` replaced, else the name as it was given. @throws UsageError for another token */
export function hostNameOf({host, found}: Search): string {
  const line = found.get('hostname')
  return line ? expand(line, line.values[0]!, {h: host}) : host
}

function expand(line: ConfigLine, text: string, tokens: Record<string, string>): string {
  return text.replace(/%(.?)/g, (_, token: string) => {
    const value = token === '%' ? '%' : tokens[token]
    if (value === undefined) throw at(line, `%${token} is not known here`)
    return value
  })
}

/** What stands for `%d` and so on in a path: ssh_config(5), TOKENS. */
function tokensOf(search: Search): Record<string, string> {
  const local = hostname()
  return {
    d: homedir(),
    h: hostNameOf(search),
    i: String(process.getuid?.() ?? 0),
    k: hostKeyAliasOf(search) ?? search.originalHost,
    L: local.split('.')[0]!,
    l: local,
    n: search.originalHost,
    p: String(portOf(search)),
    r: userOf(search),
    u: ownName(),
  }
}

/** A path with its tokens, its variables and its `~` replaced: ssh_config(5), ENVIRONMENT VARIABLES. */
const pathOf = (line: ConfigLine, value: string, tokens: Record<string, string>): string =>
  homeOf(
    expand(line, value, tokens).replace(/\$\{(\w+)\}/g, (_, name: string) => {
      const set = process.env[name]
      if (set === undefined) throw at(line, `the variable ${name} is not set`)
      return set
    }),
  )

/**
 * What the found lines come to, with OpenSSH's own defaults and its tokens replaced.
 * @throws UsageError for a value that cannot be, a token or a variable that is not known
 */
export function settle(search: Search): SshSettings {
  const {found, identityFiles} = search
  const tokens = tokensOf(search)
  const pathsIn = (line: ConfigLine): string[] =>
    line.values.filter((value) => value !== 'none').map((value) => pathOf(line, value, tokens))
  const knownHosts = (keyword: string, usual: string[]): string[] => {
    const line = found.get(keyword)
    return line ? pathsIn(line) : usual
  }
  return {
    hostName: hostNameOf(search),
    user: userOf(search),
    port: portOf(search),
    hostKeyAlias: hostKeyAliasOf(search),
    identityFiles: identityFiles.length === 0 ? undefined : identityFiles.flatMap(pathsIn),
    identityAgent: agentOf(found.get('identityagent'), tokens),
    identitiesOnly: flag(found.get('identitiesonly')),
    jumps: jumpsOf(found),
    hostKeyCheck: hostKeyCheckOf(found.get('stricthostkeychecking')),
    knownHostsFiles: [
      ...knownHosts(
        'userknownhostsfile',
        ['known_hosts', 'known_hosts2'].map((name) => join(sshFolder(), name)),
      ),
      ...knownHosts('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    ],
    connectTimeoutSeconds: timeoutOf(found.get('connecttimeout')),
  }
}

function agentOf(line: ConfigLine | undefined, tokens: Record<string, string>): string | false | undefined {
  const value = line?.values[0]
  if (line === undefined || value === undefined || value === 'SSH_AUTH_SOCK') return undefined
  if (value === 'none') return false
  // A variable by its name: ssh_config(5), IdentityAgent.
  if (/^\$\w+$/.test(value)) return process.env[value.slice(1)] || false
  return pathOf(line, value, tokens)
}

function number(line: ConfigLine | undefined, least: number, most: number): number | undefined {
  if (!line) return undefined
  const value = Number(line.values[0])
  if (/^\d+$/.test(line.values[0]!) && value >= least && value <= most) return value
  throw at(line, `must be a whole number from ${least} to ${most}`)
}

function flag(line: ConfigLine | undefined): boolean {
  const value = line?.values[0]?.toLowerCase()
  if (line === undefined || value === 'no' || value === 'false') return false
  if (value === 'yes' || value === 'true') return true
  throw at(line, 'must be yes or no')
}

function timeoutOf(line: ConfigLine | undefined): number | undefined {
  const text = line?.values[0]
  if (line === undefined || text === 'none') return undefined
  const [, digits, unit] = /^(\d{1,6})([smh]?)$/i.exec(text!) ?? []
  const seconds = Number(digits) * {'': 1, s: 1, m: 60, h: 3600}[(unit ?? '').toLowerCase() as '' | 's' | 'm' | 'h']
  if (seconds >= 1 && seconds <= 86_400) return seconds
  throw at(line, 'must be a time of at least one second')
}

/** Nobody is there to be asked: `ask` is strict. */
const hostKeyChecks = new Map<string, HostKeyCheck>([
  ['yes', 'strict'],
  ['true', 'strict'],
  ['ask', 'strict'],
  ['accept-new', 'accept-new'],
  ['no', 'off'],
  ['false', 'off'],
  ['off', 'off'],
])

function hostKeyCheckOf(line: ConfigLine | undefined): HostKeyCheck | undefined {
  if (line === undefined) return undefined
  const check = hostKeyChecks.get(line.values[0]!.toLowerCase())
  if (check) return check
  throw at(line, 'must be yes, no, ask, accept-new or off')
}

function jumpsOf(found: Found): Jump[] {
  const command = found.get('proxycommand')
  if (command) {
    if (command.values[0]!.toLowerCase() === 'none') return []
    // ProxyJump, as it was written before OpenSSH 7.3.
    const [, hop] = /^(?:\S*\/)?ssh (?:-q )?(?:-W \[?%h\]?:%p (?:-q )?(\S+))$/.exec(command.values.join(' ')) ?? []
    if (hop) return [jumpOf(command, hop)]
    throw at(command, 'ProxyCommand is not run: use ProxyJump')
  }
  const line = found.get('proxyjump')
  if (line === undefined || line.values[0]!.toLowerCase() === 'none') return []
  return line.values
    .join(' ')
    .split(',')
    .map((text) => jumpOf(line, text.trim()))
}

/** `[user@]host[:port]`, `[user@][2001:db8::1]:22`, or `ssh://` before either. */
function jumpOf(line: ConfigLine, text: string): Jump {
  const [, user, bracketed, plain, port] =
    /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^:\s[\]@]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host === undefined || Number(port ?? 22) < 1 || Number(port ?? 22) > 65_535)
    throw at(line, `"${text}" is no jump host: must be [user@]host[:port]`)
  return {host, ...(user === undefined ? {} : {user}), ...(port === undefined ? {} : {port: Number(port)})}
}
