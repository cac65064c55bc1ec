import {AuthError, CatalogueError} from '../errors.ts'
import {NoAnswer, type Http, type HttpAnswer} from '../http.ts'
import {Secret} from '../secret.ts'
import {WrongShape, list, maybe, object, text, time} from '../shape.ts'
import type {AuthMethod} from './auth-methods.ts'
import type {Cloud} from './cloud.ts'
import {cloudOptions, projectOf, whoOf, type CloudOptionName, type CloudSettings} from './options.ts'
import type {Login, TokenCache} from './token-cache.ts'

/** Headers that say who one is; `ticket` names the login they came from, to say later that it was refused. */
export interface Credentials {
  headers: Record<string, string>
  ticket: Secret | undefined
}

export interface Session {
  /** Gnocchi's address, without a trailing slash and without /v1. */
  endpoint(): Promise<string>
  credentials(): Promise<Credentials>
  /** Seconds that this machine's clock is ahead of Keystone's, measured at the login; 0 until then. */
  clockAheadSeconds(): number
  /** New credentials in place of refused ones; undefined where there are no others to be had. */
  renew(refused: Credentials): Promise<Credentials | undefined>
}

/** @throws AuthError when Keystone refuses or does not answer; nothing is sent before the first use */
export function openSession(
  cloud: Cloud,
  http: Http,
  cache: TokenCache,
  report: (line: string) => void = () => undefined,
): Session {
  const {method} = cloud
  return method.kind === 'headers'
    ? headerSession(method, cloud)
    : new KeystoneSession(method, cloud, http, cache, report)
}

/** A difference of the clocks that is worth a line: samples bear this machine's time. */
const saidClockSeconds = 5

function headerSession(method: Extract<AuthMethod, {kind: 'headers'}>, {settings}: Cloud): Session {
  const endpoint = trimmed(settings['os-endpoint-override']?.value ?? method.defaultEndpoint!)
  const credentials = {headers: method.headers(settings), ticket: undefined}
  return {
    endpoint: async () => endpoint,
    credentials: async () => credentials,
    renew: async () => undefined,
    clockAheadSeconds: () => 0,
  }
}

/**
 * A token of Keystone's and what it opens. One login at a time: callers that come meanwhile share it, and a failed one
 * is forgotten, so that the next caller tries anew.
 */
class KeystoneSession implements Session {
  readonly #method: Extract<AuthMethod, {kind: 'keystone'}>
  readonly #settings: CloudSettings
  readonly #http: Http
  readonly #cache: TokenCache
  readonly #cacheKey: string
  readonly #report: (line: string) => void
  #login: Promise<Login> | undefined
  #current: Login | undefined
  #clockAheadSeconds = 0

  constructor(
    method: Extract<AuthMethod, {kind: 'keystone'}>,
    {settings}: Cloud,
    http: Http,
    cache: TokenCache,
    report: (line: string) => void,
  ) {
    this.#method = method
    this.#settings = settings
    this.#http = http
    this.#cache = cache
    this.#cacheKey = cacheKey(settings)
    this.#report = report
  }

  async endpoint(): Promise<string> {
    const override = this.#settings['os-endpoint-override']
    return override ? trimmed(override.value) : (await this.#loggedIn()).endpoint
  }

  async credentials(): Promise<Credentials> {
    const {token} = await this.#loggedIn()
    return {headers: {'x-auth-token': token}, ticket: new Secret(token)}
  }

  /** One login however many requests were refused: whoever comes with an older token gets the newer one. */
  async renew(refused: Credentials): Promise<Credentials> {
    // Compared before anything is awaited: a second caller must find the first one's login, not undo it.
    if (this.#current && this.#current.token === refused.ticket?.reveal()) this.#forget(this.#current)
    return this.credentials()
  }

  clockAheadSeconds(): number {
    return this.#clockAheadSeconds
  }

  async #loggedIn(): Promise<Login> {
    if (this.#current && !fresh(this.#current)) this.#forget(this.#current)
    return (this.#login ??= this.#begin().catch((error: unknown) => {
      this.#login = undefined
      throw error
    }))
  }

  async #begin(): Promise<Login> {
    const kept = this.#method.cacheable ? this.#cache.get(this.#cacheKey) : undefined
    if (kept && fresh(kept)) return (this.#current = kept)
    const {clockAheadSeconds, ...login} = await logIn(this.#http, this.#method, this.#settings)
    if (Math.abs(clockAheadSeconds) > saidClockSeconds && clockAheadSeconds !== this.#clockAheadSeconds)
      this.#report(
        `this machine's clock is ${Math.abs(clockAheadSeconds).toFixed(0)} s ${clockAheadSeconds > 0 ? 'ahead of' : 'behind'} Keystone's; samples bear its time: set it right`,
      )
    this.#clockAheadSeconds = clockAheadSeconds
    if (this.#method.cacheable) this.#cache.set(this.#cacheKey, login)
    return (this.#current = login)
  }

  #forget({token}: Login): void {
    this.#current = undefined
    this.#login = undefined
    // Another process may have put a newer one there.
    if (this.#cache.get(this.#cacheKey)?.token === token) this.#cache.delete(this.#cacheKey)
  }
}

const fresh = ({useUntil}: Login): boolean => Date.parse(useUntil) > Date.now()

/** Seconds before its end at which a token is no longer used: a request begun with it may take this long. */
const expiryMarginSeconds = 60

/**
 * When, by this machine's clock, to stop using a token that Keystone's clock dates. One that hardly outlives the margin
 * is used to its end: a 401 renews it, too.
 */
function lastUse(issuedAt: Date | undefined, expiresAt: Date, answered: number): string {
  const lifeSeconds = (expiresAt.getTime() - (issuedAt?.getTime() ?? answered)) / 1000
  const margin = lifeSeconds > 2 * expiryMarginSeconds ? expiryMarginSeconds : 0
  return new Date(answered + (lifeSeconds - margin) * 1000).toISOString()
}

const trimmed = (url: string): string => url.replace(/\/+$/, '').replace(/\/v1$/, '')

/** Everything that decides what a login gives, but for the secrets. */
function cacheKey(settings: CloudSettings): string {
  const told = (Object.entries(cloudOptions) as [CloudOptionName, {secret?: true; local?: true}][])
    .filter(([name, option]) => !option.secret && !option.local && settings[name])
    .map(([name]) => [name, settings[name]!.value])
  return JSON.stringify(Object.fromEntries(told))
}

const wireEndpoint = object({interface: text, region: maybe(text), region_id: maybe(text), url: text})

const wireCatalogue = list(object({type: text, name: maybe(text), endpoints: list(wireEndpoint)}))

const wireToken = object({
  token: object({
    issued_at: maybe(time),
    expires_at: time,
    catalog: maybe(wireCatalogue),
    project: maybe(object({})),
    domain: maybe(object({})),
    system: maybe(object({})),
  }),
})

/** @throws AuthError when Keystone's answer is something else than a token with all it opens */
function decodeToken(url: string, body: unknown): ReturnType<typeof wireToken>['token'] {
  try {
    return wireToken(body).token
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error
    throw new AuthError(`POST ${url} answered 201 with something else than a token: ${error.message}`, [
      'is it Keystone that answers there, or a proxy in front of it?',
    ])
  }
}

/**
 * POST /v3/auth/tokens -> 201, token in X-Subject-Token, expiry and catalogue in the body.
 * @throws AuthError
 * @see keystone/api/auth.py AuthTokenResource.post
 */
async function logIn(
  http: Http,
  method: Extract<AuthMethod, {kind: 'keystone'}>,
  settings: CloudSettings,
): Promise<Login & {clockAheadSeconds: number}> {
  const base = settings['os-auth-url']!
  const root = trimmed(base.value).replace(/\/v3$/, '')
  const url = `${root}/v3/auth/tokens`
  const asked = Date.now()
  const answer = await ask(http, url, {auth: method.auth(settings)}, base.from)
  const answered = Date.now()
  const token = answer.headers['x-subject-token']
  if (answer.status !== 201 || typeof token !== 'string' || token === '') throw refusal(url, answer, method, settings)
  const {project, domain, system, catalog, expires_at: expiresAt, issued_at: issuedAt} = decodeToken(url, answer.body)
  if (!project && !domain && !system)
    throw new AuthError(
      'Keystone gave a token without a scope: the user has no default project, and Gnocchi needs one',
      ['set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME (or OS_PROJECT_ID)'],
    )
  const endpoint = settings['os-endpoint-override'] ? '' : endpointOf(catalog ?? [], settings)
  return {
    token,
    useUntil: lastUse(issuedAt, expiresAt, answered),
    endpoint,
    clockAheadSeconds: clockAhead(asked, answered, issuedAt),
  }
}

/** Keystone's clock stood somewhere between asking and the answer; within that there is no difference to tell. */
function clockAhead(asked: number, answered: number, issuedAt: Date | undefined): number {
  if (!issuedAt) return 0
  const issued = issuedAt.getTime()
  // issued_at is cut to whole seconds.
  if (issued + 1000 < asked) return (asked - issued - 1000) / 1000
  return issued > answered ? (answered - issued) / 1000 : 0
}

async function ask(http: Http, url: string, json: unknown, from: string): Promise<HttpAnswer> {
  try {
    return await http({method: 'POST', url, json, repeatable: true})
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error
    throw new AuthError(`Keystone at ${url} (${from}): ${error.message}`, error.hint ? [error.hint] : [])
  }
}

function refusal(
  url: string,
  {status, body}: HttpAnswer,
  method: Extract<AuthMethod, {kind: 'keystone'}>,
  settings: CloudSettings,
): AuthError {
  const said = (body as {error?: {message?: unknown}} | undefined)?.error?.message
  const who = whoOf(settings)
  const project = projectOf(settings)
  if (status === 401)
    return new AuthError(
      `Keystone refused to log in${who ? ` ${who.value}` : ''}${project ? ` to project ${project.value}` : ''} (HTTP 401)`,
      [method.hint(settings)],
    )
  if (typeof said === 'string')
    return new AuthError(
      `Keystone at ${url} answered ${status}: ${said.replace(/\s+/g, ' ').trim().slice(0, 1000)}`,
      // A token or an application credential that there is no more.
      status === 404 ? [method.hint(settings)] : [],
    )
  return new AuthError(`no Keystone answers at ${url} (HTTP ${status})`, [
    `check ${settings['os-auth-url']!.from}: it looks like http://controller:5000/v3`,
  ])
}

/** The catalogue's endpoint of type `metric`, or of another type or name that is told, in the region and interface asked for. */
function endpointOf(catalogue: ReturnType<typeof wireCatalogue>, settings: CloudSettings): string {
  const region = settings['os-region-name']
  // openstacksdk and keystoneauth take "publicURL" as well as "public".
  const wanted = (settings['os-interface']?.value ?? 'public').replace(/URL$/, '')
  const type = settings['os-service-type']?.value ?? 'metric'
  const called = settings['os-service-name']?.value
  const all = catalogue
    .filter((service) => service.type === type && (called === undefined || service.name === called))
    .flatMap(({endpoints}) => endpoints)
  const found = all.find(
    (endpoint) =>
      endpoint.interface === wanted && (!region || [endpoint.region_id, endpoint.region].includes(region.value)),
  )
  if (found) return trimmed(found.url)
  if (all.length === 0)
    throw new CatalogueError(
      `Gnocchi is not in Keystone's catalogue: there is no service of type ${type}${called === undefined ? '' : ` called ${called}`}`,
      ['if it runs all the same, give its address: OS_ENDPOINT_OVERRIDE=http://controller:8041'],
    )
  const offers = [
    ...new Set(
      all.map((endpoint) => `${endpoint.interface} in ${endpoint.region_id ?? endpoint.region ?? 'no region'}`),
    ),
  ]
  throw new CatalogueError(
    `the catalogue has no ${wanted} endpoint of Gnocchi${region ? ` in region ${region.value}` : ''}`,
    [`it has ${offers.join(', ')}: choose with OS_INTERFACE and OS_REGION_NAME`],
  )
}
