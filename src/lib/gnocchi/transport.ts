import {GnocchiError} from '../errors.ts'
import {NoAnswer, type Http, type HttpAnswer, type HttpMethod} from '../http.ts'
import type {Session} from '../keystone/session.ts'
import {WrongShape, type Shape} from '../shape.ts'

/** A list is a parameter that is given several times; undefined is left out. */
export type Query = Record<string, string | number | readonly (string | number)[] | undefined>

export interface GnocchiRequest {
  searchParams?: Query | URLSearchParams
  json?: unknown
  /** In place of `json`: sent as it is. */
  body?: string | Uint8Array
  /** Instead of application/json. */
  contentType?: string
  /** Besides the credentials: `If-Match`. */
  headers?: Record<string, string>
  /** For a POST that may safely happen twice. */
  repeatable?: boolean
  /** For what may end in an exception inside Gnocchi: it is told at once, not after a minute. */
  alone?: boolean
  /** Reads the body of a success where JSON.parse would take too much; undefined for one that it cannot read. */
  read?: (body: Buffer) => unknown
}

export interface GnocchiAnswer extends HttpAnswer {
  /** What was asked, for an error: `GET /v1/status`. */
  where: string
}

/** One request to Gnocchi, authenticated, its refusal translated. Paths begin with `v1/`. */
export type Transport = (method: HttpMethod, path: string, request?: GnocchiRequest) => Promise<GnocchiAnswer>

/** What to try where something else than Gnocchi seems to answer. */
export const notGnocchi = ['is it Gnocchi that answers there, or a proxy in front of it? --debug shows the address']

/** The body of an answer as what it should be. @throws GnocchiError when it is something else */
export function decoded<T>({where, status, body}: GnocchiAnswer, what: string, shape: Shape<T>): T {
  try {
    return shape(body)
  } catch (error) {
    if (!(error instanceof WrongShape)) throw error
    const said = body === undefined ? 'nothing' : error.message
    throw new GnocchiError(
      `${where} answered ${status} with something else than ${what}: ${said}`,
      {status},
      notGnocchi,
    )
  }
}

/**
 * @throws GnocchiError for every status from 300 up, and for silence
 * @throws AuthError when Keystone gives no credentials
 */
export function openTransport(http: Http, session: Session): Transport {
  return async (method, path, {searchParams, json, body, contentType, headers: more, repeatable, alone, read} = {}) => {
    const endpoint = await session.endpoint()
    const where = `${method} /${path}`
    const send = (headers: Record<string, string>) =>
      http({
        method,
        url: `${endpoint}/${path}`,
        headers: {...more, ...headers},
        ...(searchParams ? {searchParams: query(searchParams)} : {}),
        ...(json === undefined ? {} : {json}),
        ...(body === undefined ? {} : {body}),
        ...(contentType ? {contentType} : {}),
        ...(repeatable === undefined ? {} : {repeatable}),
        ...(alone === undefined ? {} : {alone}),
        ...(read ? {read} : {}),
      }).catch((error: unknown) => {
        if (!(error instanceof NoAnswer)) throw error
        throw new GnocchiError(`${where} at ${endpoint}: ${error.message}`, {}, error.hint ? [error.hint] : [])
      })
    const credentials = await session.credentials()
    let answer = await send(credentials.headers)
    if (answer.status === 401) {
      // Revoked or expired. keystonemiddleware caches its verdict up to 300 s, so one worker may refuse what another takes.
      const renewed = await session.renew(credentials)
      if (renewed) answer = await send(renewed.headers)
    }
    if (answer.status >= 300) throw refusal(where, answer)
    return {...answer, where}
  }
}

/** For `catch`: the refusal of that status again, with something better to try; any other error as it is. */
export const suggesting =
  (status: number, suggestions: string[]) =>
  (error: unknown): never => {
    if (!(error instanceof GnocchiError) || error.status !== status) throw error
    throw new GnocchiError(error.message, error, suggestions)
  }

/** What a call answers, or undefined where Gnocchi refuses it with that status. */
export async function unless<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof GnocchiError && error.status === status) return undefined
    throw error
  }
}

function query(params: Query | URLSearchParams): URLSearchParams {
  if (params instanceof URLSearchParams) return params
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params))
    for (const one of [value ?? []].flat()) search.append(name, String(one))
  return search
}

/**
 * Gnocchi's error bodies: `{code, title, description}` with a string, an object `{cause, reason, detail}`, "" or null;
 * keystonemiddleware's: `{error: {message}}`; and HTML from a proxy in front.
 */
function refusal(where: string, {status, body}: HttpAnswer): GnocchiError {
  const {description, title, error} = (typeof body === 'object' && body !== null ? body : {}) as ErrorBody
  const given = description ?? error?.message
  const said = isShallow(given) ? given : undefined
  // Gnocchi refuses in JSON; a page is of whatever else answers there.
  const isPage = typeof body === 'string' && body !== ''
  const hint = hints[status] ?? (status < 400 || (status < 500 && isPage) ? notGnocchi : [])
  return new GnocchiError(
    refusalText(where, status, inWords(said), typeof title === 'string' ? title : '', titleOfHtml(body)),
    {status, said},
    hint,
  )
}

/** In the official client's words: `Forbidden (HTTP 403)`. Where they do not say what is wrong, the place does. */
function refusalText(where: string, status: number, words: string, title: string, page: string): string {
  const [said, name] = [words.slice(0, 1000), title.slice(0, 1000)]
  const isRefused = status >= 400 && status < 500
  if (isRefused && said) return `${said} (HTTP ${status})`
  if (isRefused && name) return `${name} (HTTP ${status}): ${where}`
  const rest = said || name || page.slice(0, 1000)
  return `${where} answered ${status}${rest ? `: ${rest}` : ''}`
}

interface ErrorBody {
  description?: unknown
  title?: unknown
  error?: {message?: unknown}
}

const hints: Record<number, string[]> = {
  401: ['Gnocchi does not accept the token of this Keystone: is it the one Gnocchi is set up with?'],
  403: ['this user may not do that: metrics belong to the project that made them, policies to the admin'],
  503: ['Gnocchi, or the Keystone or proxy it needs, is not ready: try again'],
}

/** Nothing of Gnocchi's is nested deeper; ten thousand levels would end in a stack overflow. */
const isShallow = (said: unknown, levels = 10): boolean =>
  typeof said !== 'object' ||
  said === null ||
  (levels > 0 && Object.values(said).every((inner) => isShallow(inner, levels - 1)))

/** One line of an object such as {cause: 'Unknown metrics', detail: [...]}. */
function inWords(said: unknown): string {
  if (said === null || said === undefined) return ''
  if (typeof said === 'string') return said.replace(/\s+/g, ' ').trim()
  if (typeof said !== 'object') return JSON.stringify(said)
  if (Array.isArray(said)) return said.map(inWords).join(', ')
  const {cause, reason, detail, ...rest} = said as Record<string, unknown>
  const words = [cause, reason, detail].map(inWords).filter(Boolean)
  const others = Object.entries(rest).map(([key, value]) => `${key} ${inWords(value)}`)
  return [...words, ...others].join(': ')
}

const titleOfHtml = (body: unknown): string =>
  typeof body === 'string' ? (/<title>([^<]*)<\/title>/i.exec(body)?.[1]?.replace(/\s+/g, ' ').trim() ?? '') : ''
