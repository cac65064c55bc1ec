import {Agent as HttpAgent} from 'node:http'
import {Agent as HttpsAgent} from 'node:https'
import tls from 'node:tls'

import got, {RequestError, type HttpsOptions} from 'got'

/** How to trust a server and how to be known to it; PEM texts. */
export interface Tls {
  ca?: string
  certificate?: string
  key?: string
  insecure?: boolean
  /** TLS 1.2 when left out, as of Node. */
  minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined
  /** In OpenSSL's words: those of TLS 1.2. The ones of 1.3 stay beside them, as with OpenSSL, unless it names some. */
  ciphers?: string
}

export type HttpMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE'

export interface HttpRequest {
  method: HttpMethod
  url: string
  headers?: Record<string, string>
  searchParams?: URLSearchParams
  /** Sent with a Content-Length: Gnocchi answers 400 to a chunked body. */
  json?: unknown
  /** In place of `json`: sent as it is, with a Content-Length too. */
  body?: string | Uint8Array
  /** Overrides `Content-Type: application/json`. */
  contentType?: string
  /** Sent again, once, when a kept connection turns out to be dead: only for what may safely happen twice. */
  repeatable?: boolean
  /**
   * On a connection of its own. After an exception inside Gnocchi, uwsgi sends nothing: where the connection is kept,
   * that is a minute of silence, and where it is not, an end at once.
   */
  alone?: boolean
  /** Reads the body of a success where JSON.parse would take too much; undefined for one that it cannot read. */
  read?: (body: Buffer) => unknown
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  /** What `read` made of it; else decoded JSON, or the text where it is none, or undefined where there is no body. */
  body: unknown
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** No answer came: what happened, in words, and what to try. Callers say which server it was. */
export class NoAnswer extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** A million aggregates; a larger answer would fill the memory. */
const mostBytes = 64 * 1024 ** 2

// `*/*` last keeps JSON error bodies and avoids the 406 that Gnocchi <= 4.4.4 gives to DELETE otherwise
// (gnocchi/rest/api.py exposes delete() without a JSON template; fixed by gnocchi PR 1090).
const accept = 'application/json, */*;q=0.1'

/** One line for `--debug`: never a header, a query or a body. */
export type Trace = (line: string) => void

/**
 * The door to got: kept connections, explicit limits, no redirects, and foreign errors translated.
 * A status is an answer, whatever it is; only silence throws.
 * @throws NoAnswer
 */
export function openHttp(trust: Tls, trace: Trace = () => undefined, answerSeconds = 30): Http & {close(): void} {
  const connectSeconds = Math.min(5, answerSeconds)
  const agents = new Agents()
  const ask: Http = async ({method, url, headers = {}, searchParams, json, body: raw, ...how}) => {
    const {contentType = 'application/json', repeatable = method === 'GET', alone = false, read} = how
    const started = performance.now()
    const body = json === undefined ? raw : JSON.stringify(json)
    try {
      const tooLarge = new AbortController()
      const asked = got(url, {
        method,
        headers: {accept, ...(body === undefined ? {} : {'content-type': contentType}), ...headers},
        ...(searchParams ? {searchParams} : {}),
        ...(body === undefined ? {} : {body}),
        agent: agents.for(url, alone),
        https: httpsOf(trust),
        timeout: timeouts(connectSeconds, answerSeconds),
        signal: tooLarge.signal,
        retry: repeatable ? onceMore(method) : {limit: 0},
        throwHttpErrors: false,
        followRedirect: false,
        allowGetBody: false,
        responseType: 'buffer',
      })
      void asked.on('downloadProgress', ({transferred}) => {
        if (transferred > mostBytes) tooLarge.abort()
      })
      const {statusCode, headers: answered, body: bytes} = await asked
      trace(`${method} ${withoutQuery(url)} answered ${statusCode} in ${(performance.now() - started).toFixed(0)} ms`)
      return {status: statusCode, headers: answered, body: bodyOf(bytes, statusCode < 300 ? read : undefined)}
    } catch (error) {
      // A got error carries the request's headers and body, that is token and password. It stops here.
      const failure = translate(error, {connectSeconds, answerSeconds})
      trace(`${method} ${withoutQuery(url)}: ${failure.message}`)
      throw failure
    }
  }
  return Object.assign(ask, {close: () => agents.destroy()})
}

/** Connections, kept for the next request or made for one alone. */
class Agents {
  #http: HttpAgent | undefined
  #https: HttpsAgent | undefined

  for(url: string, alone: boolean): {http: HttpAgent} | {https: HttpsAgent} {
    if (alone) return url.startsWith('https:') ? {https: new HttpsAgent()} : {http: new HttpAgent()}
    return url.startsWith('https:')
      ? {https: (this.#https ??= new HttpsAgent({keepAlive: true}))}
      : {http: (this.#http ??= new HttpAgent({keepAlive: true}))}
  }

  destroy(): void {
    this.#http?.destroy()
    this.#https?.destroy()
  }
}

const httpsOf = (trust: Tls): HttpsOptions => ({
  rejectUnauthorized: !trust.insecure,
  // Node's own check, named only so that TLS is not loaded where it is not spoken.
  checkServerIdentity: (name, certificate) => tls.checkServerIdentity(name, certificate),
  ...(trust.ca ? {certificateAuthority: trust.ca} : {}),
  ...(trust.certificate ? {certificate: trust.certificate} : {}),
  ...(trust.key ? {key: trust.key} : {}),
  ...(trust.minVersion ? {minVersion: trust.minVersion} : {}),
  ...(trust.ciphers ? {ciphers: withTls13(trust.ciphers)} : {}),
})

/** Node speaks no TLS 1.3 at all where the list names none of its ciphers. */
function withTls13(ciphers: string): string {
  if (ciphers.includes('TLS_')) return ciphers
  const own = tls.DEFAULT_CIPHERS.split(':').filter((cipher) => cipher.startsWith('TLS_'))
  return [...own, ciphers].join(':')
}

/**
 * A failure inside Gnocchi under uwsgi is 60 s of silence on a kept connection; waiting less tells it sooner. `send` and
 * `read` are for the whole body: a server that stops reading, and an answer that drips, end too.
 */
function timeouts(connectSeconds: number, answerSeconds: number) {
  const connect = connectSeconds * 1000
  return {
    lookup: connect,
    connect,
    secureConnect: connect,
    send: answerSeconds * 2000,
    response: answerSeconds * 1000,
    read: answerSeconds * 2000,
  }
}

/** The server closed a kept connection while the request was on its way. */
const onceMore = (method: HttpMethod) => ({
  limit: 1,
  methods: [method],
  statusCodes: [],
  errorCodes: ['ECONNRESET', 'EPIPE'],
  calculateDelay: ({computedValue}: {computedValue: number}) => Math.min(computedValue, 1),
})

const withoutQuery = (url: string): string => url.replace(/[?#].*/, '')

const bodyOf = (bytes: Uint8Array, read: HttpRequest['read']): unknown =>
  read?.(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) ?? decode(new TextDecoder().decode(bytes))

/**
 * Gnocchi writes bare NaN and Infinity where a stored value is one (its JSON encoder allows them); JSON has no such
 * words. They become null, outside of strings only.
 */
function decode(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    const mended = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g, (found) =>
      found[0] === '"' ? found : 'null',
    )
    try {
      return JSON.parse(mended)
    } catch {
      return text
    }
  }
}

const seeItsLog = 'an error inside the server looks like this: see its log'
const checkNetwork = 'check the network, the VPN and the firewall'
const certificateHint = 'name the authority that signed it with --os-cacert FILE (OS_CACERT)'

const causes: Record<string, [string, string?]> = {
  ECONNREFUSED: ['connection refused', 'is the server running, and is the address right?'],
  ENOTFOUND: ['there is no host of that name', 'check the address'],
  EAI_AGAIN: ['the name could not be looked up', 'check the address and the name server'],
  EHOSTUNREACH: ['no route to the host', checkNetwork],
  ENETUNREACH: ['no route to the network', checkNetwork],
  ECONNRESET: ['the connection was closed before an answer came', seeItsLog],
  // The kernel gave up: the request arrived, and of the answer nothing did.
  ETIMEDOUT: ['nothing came from it any more', checkNetwork],
  EPIPE: ['the connection was closed before an answer came', seeItsLog],
  EMFILE: ['this program has too many open files', 'raise its limit: ulimit -n, or LimitNOFILE= of its service'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'have it renewed; --insecure goes on without proof of who answers'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', "check this machine's clock"],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['its certificate is self-signed', certificateHint],
  SELF_SIGNED_CERT_IN_CHAIN: ['its certificate is signed by an unknown authority', certificateHint],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['its certificate is signed by an unknown authority', certificateHint],
  UNABLE_TO_GET_ISSUER_CERT: ['its certificate is signed by an unknown authority', certificateHint],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['its certificate is signed by an unknown authority', certificateHint],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'it asks for a certificate of yours',
    'name it with --os-cert FILE and --os-key FILE (OS_CERT, OS_KEY)',
  ],
  ERR_TLS_CERT_ALTNAME_INVALID: ['its certificate is for another name', 'use the name the certificate was made for'],
  'EPROTO 70': [
    'it speaks no version of TLS that is asked for',
    'look at --tls-min-version (OS_TLS_MIN_VERSION); 1.2 is the lowest there is',
  ],
  'EPROTO 40': ['it shares no cipher with those that are asked for', 'look at --tls-ciphers (OS_TLS_CIPHERS)'],
  EPROTO: ['it does not speak TLS', 'should the address begin with http:// instead of https://?'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['it does not speak TLS', 'should the address begin with http:// instead of https://?'],
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: ['its answer broke off', seeItsLog],
  ERR_READING_RESPONSE_STREAM: ['its answer cannot be read', 'a proxy in front of it may have damaged it'],
  ERR_ABORTED: ['its answer is larger than 64 MiB', 'ask for less at once'],
  ERR_INVALID_CHAR: [
    'a user, project or role holds a character that no header may hold',
    'check the GNOCCHI_… settings',
  ],
  HPE_INVALID_CONSTANT: ['it does not speak HTTP', 'is the port right?'],
  ERR_UNSUPPORTED_PROTOCOL: ['that is not an address', 'an address looks like http://controller:8041'],
  ERR_INVALID_URL: ['that is not an address', 'an address looks like http://controller:8041'],
}

function translate(error: unknown, limits: {connectSeconds: number; answerSeconds: number}): NoAnswer {
  if (!(error instanceof RequestError)) return new NoAnswer(error instanceof Error ? error.message : String(error))
  if (error.code === 'ETIMEDOUT' && 'event' in error) return tooLate(String(error.event), limits)
  // What a server has against a handshake stands in OpenSSL's text alone, as the number of an alert: RFC 8446, 6.2.
  const alert = /SSL alert number (\d+)/.exec(error.message)?.[1]
  const [said, hint] = causes[`${error.code} ${alert}`] ?? causes[error.code] ?? [error.code]
  return new NoAnswer(said, hint)
}

function tooLate(phase: string, {connectSeconds, answerSeconds}: {connectSeconds: number; answerSeconds: number}) {
  if (phase === 'send') return new NoAnswer(`it did not take the request within ${answerSeconds * 2} s`, seeItsLog)
  if (phase === 'response') return new NoAnswer(`no answer within ${answerSeconds} s`, seeItsLog)
  if (phase === 'read') return new NoAnswer(`its answer did not end within ${answerSeconds * 2} s`, seeItsLog)
  return new NoAnswer(`no connection within ${connectSeconds} s`, checkNetwork)
}
