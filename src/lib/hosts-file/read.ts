import {existsSync, readFileSync, statSync} from 'node:fs'
import {userInfo} from 'node:os'
import {dirname, join, resolve} from 'node:path'

import {findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError} from 'jsonc-parser'
import * as v from 'valibot'

import {didYouMean} from '../did-you-mean.ts'
import {UsageError} from '../errors.ts'
import {configFolder} from '../folders.ts'
import {Secret} from '../secret.ts'
import {hostSchema, hostsFileSchema, type HostEntry, type SecretSource} from './schema.ts'

export interface Host {
  /** `name`, or `ip`: unique in the file. */
  label: string
  ip: string
  /** Undefined: as ssh has it. */
  port: number | undefined
  user: string | undefined
  metric: string | undefined
  /** Read the secrets when they are needed, and not before: `consume` needs none. @throws UsageError */
  login(): HostLogin
}

export interface HostLogin {
  password?: Secret
  /** PEM or OpenSSH text. */
  privateKey?: Secret
  passphrase?: Secret
  /** Path of an agent's socket; false: none is to be asked. */
  agent?: string | false
}

export interface HostsFile {
  path: string
  hosts: Host[]
  /** What to tell the user, such as passwords that others may read. */
  warnings: string[]
}

/**
 * The hosts file that is meant: `--config`, GNOCCHICTL_CONFIG, ./config.json, or the one in the user's config folder.
 * @throws UsageError when there is none
 */
export function findHostsFile(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  const named = flag ?? env['GNOCCHICTL_CONFIG']
  if (named) {
    if (existsSync(named)) return named
    throw new UsageError(`${flag === undefined ? 'GNOCCHICTL_CONFIG' : '--config'}: there is no file ${named}`)
  }
  const places = ['config.json', join(configFolder(), 'config.json')]
  const found = places.find((place) => existsSync(place))
  if (found) return found
  throw new UsageError(`there is no hosts file: looked for ${places.join(' and ')}`, [
    'write one, {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}, or name one with --config',
  ])
}

/**
 * Reads and checks the whole file.
 * @throws UsageError with every mistake, its path and its line
 */
export function readHostsFile(path: string): HostsFile {
  const source = readSource(path)
  const {root, value} = parseJson(path, source)
  const mistakes: {at: (string | number)[]; what: string}[] = []
  const parsed = v.safeParse(hostsFileSchema, value, {abortPipeEarly: true})
  if (!parsed.success) mistakes.push(...parsed.issues.map(mistakeOf))
  const hosts = parsed.success ? parsed.output.hosts.map((host) => decodeHost(host, dirname(path))) : []
  mistakes.push(
    ...repeats(
      hosts.map(({label}) => label),
      (index) => ['hosts', index],
      (label, first) => `is called ${label}, as hosts[${first}] is; give one of them a "name"`,
    ),
  )
  mistakes.push(
    ...repeats(
      hosts.map(({metric}) => metric?.toLowerCase()),
      (index) => ['hosts', index, 'metric'],
      (_, first) => `is the metric of hosts[${first}] too; each host needs its own`,
    ),
  )
  if (mistakes.length > 0) throw mistaken(path, source, root, mistakes)
  return {path, hosts, warnings: readableSecrets(path, parsed.success ? parsed.output.hosts : [])}
}

/** @throws UsageError when it cannot be read */
export function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'EACCES')
      throw new UsageError(`${path}: may not be read by ${userInfo().username}`, [
        'change its owner or its mode; in a container it must be readable for the user gnocchictl',
      ])
    throw new UsageError(`${path}: cannot be read (${code})`)
  }
}

function parseJson(path: string, source: string): {root: Node; value: unknown} {
  if (source.trim() === '')
    throw new UsageError(`${path} is empty`, [
      'write {"hosts": [{"ip": "10.0.0.1", "user": "root", "password": "..."}]}',
    ])
  const errors: ParseError[] = []
  const root = treeOf(path, source.replace(/^\uFEFF/, ' '), errors)
  const [error] = errors
  if (error) {
    const what = printParseErrorCode(error.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase()
    throw new UsageError(`${path}:${lineOf(source, error.offset)} is not JSON: ${what}`)
  }
  const twice = keyGivenTwice(root!)
  if (twice)
    throw new UsageError(
      `${path}:${lineOf(source, twice.offset)}: "${String(twice.value)}" is given twice in one object`,
    )
  return {root: root!, value: JSON.parse(source.replace(/^\uFEFF/, '')) as unknown}
}

function treeOf(path: string, source: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(source, errors, {disallowComments: true, allowTrailingComma: false})
  } catch {
    // The parser calls itself for each level.
    throw new UsageError(`${path} is nested too deep`)
  }
}

/** JSON would silently take the last one. */
function keyGivenTwice({type, children = []}: Node): Node | undefined {
  const keys = type === 'object' ? children.map((property) => property.children![0]!) : []
  const again = keys.find((key, index) => keys.findIndex(({value}) => value === key.value) !== index)
  return again ?? children.map(keyGivenTwice).find((found) => found !== undefined)
}

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split('\n').length

type Issue = v.BaseIssue<unknown>

function mistakeOf(issue: Issue): {at: (string | number)[]; what: string} {
  const at = (issue.path ?? []).map(({key}) => key as string | number)
  if (issue.type !== 'strict_object') return {at, what: issue.message}
  // A list counts as an object without the keys.
  const last = issue.path?.at(-1)
  if (last?.type === 'object' && Array.isArray(last.input)) return {at: at.slice(0, -1), what: 'must be an object'}
  if (issue.expected === 'never') {
    const known = Object.keys(at.length > 1 ? hostSchema.entries : hostsFileSchema.entries)
    const near = didYouMean(String(at.at(-1)), known)
    return {at, what: `unknown key${near ? `; did you mean "${near}"?` : `; known are ${known.join(', ')}`}`}
  }
  // A missing key has the path of the key; a value that is no object at all has its own.
  return {at, what: issue.received === 'undefined' ? 'is missing' : 'must be an object'}
}

function repeats<T>(
  values: (T | undefined)[],
  at: (index: number) => (string | number)[],
  what: (value: T, first: number) => string,
) {
  const firsts = new Map<T, number>()
  return values.flatMap((value, index) => {
    if (value === undefined) return []
    const first = firsts.get(value)
    if (first !== undefined) return [{at: at(index), what: what(value, first)}]
    firsts.set(value, index)
    return []
  })
}

function mistaken(
  path: string,
  source: string,
  root: Node,
  mistakes: {at: (string | number)[]; what: string}[],
): UsageError {
  const lines = mistakes.map(({at, what}) => {
    const node = findNodeAtLocation(root, at) ?? findNodeAtLocation(root, at.slice(0, -1)) ?? root
    const name = at.reduce<string>(
      (words, key) => (typeof key === 'number' ? `${words}[${key}]` : words ? `${words}.${key}` : key),
      '',
    )
    return `${path}:${lineOf(source, node.offset)}: ${name ? `${name}: ` : ''}${what}`
  })
  return new UsageError([...new Set(lines)].join('\n'))
}

/** What the file says of a host, secrets and all: in no object that could be printed. */
const entries = new WeakMap<Host, string>()

/** Whether two readings of a file say the same of a host. */
export const isSameHost = (one: Host, other: Host): boolean => entries.get(one) === entries.get(other)

function decodeHost(host: HostEntry, folder: string): Host {
  const decoded: Host = {
    label: host.name ?? host.ip,
    ip: host.ip,
    port: host.port,
    user: host.user,
    metric: host.metric,
    login() {
      const where = `host ${this.label}`
      const agent = host.agent === true ? process.env['SSH_AUTH_SOCK'] : host.agent
      if (host.agent === true && !agent)
        throw new UsageError(`${where}: agent is true, but SSH_AUTH_SOCK is not set`, [
          'start an agent: eval "$(ssh-agent)" && ssh-add',
        ])
      return {
        ...(host.password === undefined ? {} : {password: revealed(host.password, `${where}, password`, folder)}),
        ...(host.privateKey === undefined
          ? {}
          : {privateKey: fileSecret(host.privateKey, `${where}, privateKey`, folder)}),
        ...(host.passphrase === undefined
          ? {}
          : {passphrase: revealed(host.passphrase, `${where}, passphrase`, folder)}),
        ...(agent === undefined ? {} : {agent}),
      }
    },
  }
  entries.set(decoded, JSON.stringify(host))
  return decoded
}

function revealed(source: SecretSource, where: string, folder: string): Secret {
  if (typeof source === 'string') return new Secret(source)
  if ('file' in source) return fileSecret(source.file, where, folder)
  const value = process.env[source.env]
  if (value) return new Secret(value)
  throw new UsageError(`${where}: the variable ${source.env} is not set`)
}

function fileSecret(path: string, where: string, folder: string): Secret {
  const full = resolve(folder, path.replace(/^~(?=\/)/, process.env['HOME'] ?? '~'))
  let secret: string
  try {
    secret = readFileSync(full, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new UsageError(`${where}: cannot read ${full} (${(error as NodeJS.ErrnoException).code})`)
  }
  if (secret === '') throw new UsageError(`${where}: ${full} is empty`)
  return new Secret(secret)
}

function readableSecrets(path: string, hosts: HostEntry[]): string[] {
  const secrets = hosts.some(({password, passphrase}) => typeof password === 'string' || typeof passphrase === 'string')
  if (!secrets || (statSync(path).mode & 0o044) === 0) return []
  return [`${path} holds passwords and others may read it: chmod 600 ${path}`]
}
