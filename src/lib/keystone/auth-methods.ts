import {UsageError} from '../errors.ts'
import type {CloudOptionName, CloudSettings} from './options.ts'
import {variableOf} from './options.ts'

interface Method {
  /** Where no type is named, whether these settings mean it; without it, only a name does, or nothing else being meant. */
  isMeant?: (settings: CloudSettings) => boolean
}

/** Logs in to Keystone for a token. */
interface KeystoneMethod extends Method {
  kind: 'keystone'
  /** @throws UsageError naming what is missing */
  check(settings: CloudSettings): void
  /** The `auth` of POST /v3/auth/tokens: keystone/api-ref v3/authenticate-v3.inc */
  auth(settings: CloudSettings): {identity: object; scope?: object}
  /** What to look at when Keystone refuses it. */
  hint(settings: CloudSettings): string
  /** Whether a token got this way may be kept on disk: one that was given is kept by whoever gave it. */
  cacheable: boolean
}

/** Gnocchi's own modes without Keystone: who one is stands in the headers of each request. */
interface HeaderMethod extends Method {
  kind: 'headers'
  check(settings: CloudSettings): void
  headers(settings: CloudSettings): Record<string, string>
  /** Gnocchi's address where none is given. */
  defaultEndpoint?: string
}

export type AuthMethod = KeystoneMethod | HeaderMethod

const value = (settings: CloudSettings, name: CloudOptionName): string | undefined => settings[name]?.value

function need(settings: CloudSettings, ...names: CloudOptionName[]): void {
  const missing = names.filter((name) => !settings[name])
  if (missing.length === 0) return
  const [first] = missing
  throw new UsageError(
    `to authenticate, ${missing.map((name) => name.replace(/^os-/, '').replaceAll('-', ' ')).join(' and ')} must be given`,
    [`set ${missing.map(variableOf).join(' and ')}, give --${first}, or name a cloud of clouds.yaml with --os-cloud`],
  )
}

/** A name means something only within its domain. */
function domain(settings: CloudSettings, kind: 'user' | 'project'): {domain: object} {
  const id = value(settings, `os-${kind}-domain-id`) ?? value(settings, 'os-default-domain-id')
  const name = value(settings, `os-${kind}-domain-name`) ?? value(settings, 'os-default-domain-name')
  if (id) return {domain: {id}}
  if (name) return {domain: {name}}
  const named = kind === 'user' ? settings['os-username'] : settings['os-project-name']
  throw new UsageError(`${named?.from}: a ${kind} name needs its domain`, [
    `set OS_${kind.toUpperCase()}_DOMAIN_NAME (Default on most clouds) or OS_${kind.toUpperCase()}_DOMAIN_ID`,
  ])
}

function user(settings: CloudSettings): object {
  const id = value(settings, 'os-user-id')
  return id ? {id} : {name: value(settings, 'os-username'), ...domain(settings, 'user')}
}

function needUser(settings: CloudSettings): void {
  if (!settings['os-user-id']) {
    need(settings, 'os-username')
    domain(settings, 'user')
  }
}

/** Undefined leaves the choice to Keystone, which takes the user's default project. */
function scope(settings: CloudSettings): object | undefined {
  const projectId = value(settings, 'os-project-id')
  const projectName = value(settings, 'os-project-name')
  const domainId = value(settings, 'os-domain-id')
  const domainName = value(settings, 'os-domain-name')
  const trustId = value(settings, 'os-trust-id')
  // The trust has its own project; Keystone refuses both at once (keystone/auth/core.py AuthInfo._validate_and_normalize_scope_data).
  if (trustId) return {'OS-TRUST:trust': {id: trustId}}
  if (projectId) return {project: {id: projectId}}
  if (projectName) return {project: {name: projectName, ...domain(settings, 'project')}}
  if (domainId) return {domain: {id: domainId}}
  if (domainName) return {domain: {name: domainName}}
  if (value(settings, 'os-system-scope') === 'all') return {system: {all: true}}
  return undefined
}

function checkScope(settings: CloudSettings): void {
  const system = settings['os-system-scope']
  if (system && system.value !== 'all') throw new UsageError(`${system.from}: the only system scope is "all"`)
  scope(settings)
}

const scoped = (settings: CloudSettings): {scope?: object} => {
  const chosen = scope(settings)
  return chosen ? {scope: chosen} : {}
}

/** ` (user from OS_USERNAME, project from clouds.yaml)`: where each has its value from, the first of its options that has one. */
function origin(settings: CloudSettings, parts: Record<string, CloudOptionName[]>): string {
  const known = Object.entries(parts).flatMap(([part, names]) => {
    const from = names.map((name) => settings[name]?.from).find((place) => place !== undefined)
    return from === undefined ? [] : [`${part} from ${from}`]
  })
  return known.length > 0 ? ` (${known.join(', ')})` : ''
}

const password: KeystoneMethod = {
  kind: 'keystone',
  cacheable: true,
  check(settings) {
    need(settings, 'os-auth-url', 'os-password')
    needUser(settings)
    checkScope(settings)
  },
  auth: (settings) => ({
    identity: {methods: ['password'], password: {user: {...user(settings), password: value(settings, 'os-password')}}},
    ...scoped(settings),
  }),
  hint: (settings) =>
    `check user, password, project and their domains: Keystone does not tell which one is wrong${origin(settings, {
      user: ['os-username', 'os-user-id'],
      project: ['os-project-name', 'os-project-id'],
    })}`,
}

const token: KeystoneMethod = {
  kind: 'keystone',
  cacheable: false,
  isMeant: (settings) =>
    Boolean(settings['os-token'] && !settings['os-password'] && !settings['os-application-credential-secret']),
  check(settings) {
    need(settings, 'os-auth-url', 'os-token')
    checkScope(settings)
  },
  auth: (settings) => ({identity: {methods: ['token'], token: {id: value(settings, 'os-token')}}, ...scoped(settings)}),
  hint: (settings) =>
    `get another token: this one has expired, was revoked, is of another Keystone, or does not open that project${origin(
      settings,
      {token: ['os-token'], project: ['os-project-name', 'os-project-id']},
    )}`,
}

/** Its scope is the project it was made in; Keystone answers 401 when another is asked for. */
const applicationCredential: KeystoneMethod = {
  kind: 'keystone',
  cacheable: true,
  isMeant: (settings) => Boolean(settings['os-application-credential-secret']),
  check(settings) {
    need(settings, 'os-auth-url', 'os-application-credential-secret')
    if (settings['os-application-credential-id']) return
    if (!settings['os-application-credential-name']) need(settings, 'os-application-credential-id')
    needUser(settings)
  },
  auth(settings) {
    const id = value(settings, 'os-application-credential-id')
    const which = id ? {id} : {name: value(settings, 'os-application-credential-name'), user: user(settings)}
    const secret = value(settings, 'os-application-credential-secret')
    return {identity: {methods: ['application_credential'], application_credential: {...which, secret}}}
  },
  hint: (settings) =>
    `check the application credential and its secret, and that it has not expired: Keystone does not tell which one is wrong${origin(
      settings,
      {
        credential: ['os-application-credential-id', 'os-application-credential-name'],
        user: ['os-username', 'os-user-id'],
      },
    )}`,
}

/**
 * gnocchi/rest/auth_helper.py BasicAuthHelper: the user `admin` is the admin, the password is not looked at. The official
 * client takes it whenever there is no OS_PASSWORD; here something has to say that it is meant.
 */
const basic: HeaderMethod = {
  kind: 'headers',
  defaultEndpoint: 'http://localhost:8041',
  isMeant: (settings) =>
    Boolean(settings['gnocchi-user'] ?? settings['os-endpoint-override']) &&
    !(settings['os-auth-url'] ?? settings['os-password'] ?? settings['os-username']),
  check: () => undefined,
  headers: (settings) => ({
    authorization: `Basic ${Buffer.from(`${value(settings, 'gnocchi-user') ?? 'admin'}:`).toString('base64')}`,
  }),
}

/** The keystone mode of Gnocchi with its token check taken out of the pipeline: the headers are believed. */
const noauth: HeaderMethod = {
  kind: 'headers',
  check: (settings) => need(settings, 'gnocchi-user-id', 'gnocchi-project-id', 'os-endpoint-override'),
  headers: (settings) => ({
    'x-user-id': value(settings, 'gnocchi-user-id')!,
    'x-project-id': value(settings, 'gnocchi-project-id')!,
    'x-roles': value(settings, 'gnocchi-roles') ?? 'admin',
  }),
}

/** What `--os-auth-type` takes. To add a method, add an entry here and its options to options.ts. */
export const authMethods = {
  v3password: password,
  password,
  v3token: token,
  token,
  v3applicationcredential: applicationCredential,
  'gnocchi-basic': basic,
  'gnocchi-noauth': noauth,
} satisfies Record<string, AuthMethod>
export type AuthType = keyof typeof authMethods
