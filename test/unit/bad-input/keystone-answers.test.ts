import assert from 'node:assert/strict'
import {test} from 'node:test'

import {AuthError} from '../../../src/lib/errors.ts'
import {endpoint, fakeKeystone, gnocchiService, sessionAt} from '../fake-keystone.ts'
import {said} from './said.ts'

const page = '<html><head><title>Sign in</title></head></html>'
const token = {
  issued_at: '2026-11-24T10:00:00.000000Z',
  expires_at: '2099-11-24T11:00:00.000000Z',
  catalog: [gnocchiService(endpoint('http://gnocchi:8041'))],
  project: {id: 'p1'},
}
const tokenWith = (change: object) => ({token: {...token, ...change}})
const endpointWith = (change: object) =>
  tokenWith({catalog: [gnocchiService({...endpoint('http://gnocchi:8041'), ...change})]})

/** What a login with the token `token-1` in the header and this body says. */
const shape = 'POST URL/v3/auth/tokens answered 201 with something else than a token: '

for (const [name, body, message] of [
  ['a page', page, 'it is HTML, not an object'],
  ['nothing', undefined, 'it is missing'],
  ['null', 'null', 'it is null, not an object'],
  ['a list', [tokenWith({})], 'it is a list of 1, not an object'],
  ['a text', '"token"', 'it is text, not an object'],
  ['a cut answer', '{"token": {"expires_at": "2099', 'it is text, not an object'],
  ['an answer of version 2', {access: {token: {id: 'x'}}}, 'token is missing'],
  ['a null token', {token: null}, 'token is null, not an object'],
  ['a token in text', {token: 'gAAAAA'}, 'token is text, not an object'],
  ['a token in a list', {token: [token]}, 'token is a list of 1, not an object'],
  ['an empty token', {token: {}}, 'token.expires_at is missing'],
  ['no end', tokenWith({expires_at: undefined}), 'token.expires_at is missing'],
  ['a null end', tokenWith({expires_at: null}), 'token.expires_at is null, not a time'],
  ['an end in seconds', tokenWith({expires_at: 4_099_000_000}), 'token.expires_at is 4099000000, not a time'],
  ['an end in words', tokenWith({expires_at: 'tomorrow'}), 'token.expires_at is "tomorrow", not a time'],
  [
    'an end on 32 November',
    tokenWith({expires_at: '2026-11-32T00:00:00Z'}),
    'token.expires_at is "2026-11-32T00:00:00Z", not a time',
  ],
  ['an issue in words', tokenWith({issued_at: 'just now'}), 'token.issued_at is "just now", not a time'],
  ['an issue of false', tokenWith({issued_at: false}), 'token.issued_at is false, not a time'],
  [
    'a catalogue in an object',
    tokenWith({catalog: {metric: 'http://gnocchi'}}),
    'token.catalog is an object, not a list',
  ],
  ['a catalogue in text', tokenWith({catalog: 'none'}), 'token.catalog is text, not a list'],
  ['a catalogue of null', tokenWith({catalog: [null]}), 'token.catalog[0] is null, not an object'],
  ['a catalogue of addresses', tokenWith({catalog: ['http://gnocchi']}), 'token.catalog[0] is text, not an object'],
  ['a service without a type', tokenWith({catalog: [{endpoints: []}]}), 'token.catalog[0].type is missing'],
  [
    'a service with a type in numbers',
    tokenWith({catalog: [{type: 3, endpoints: []}]}),
    'token.catalog[0].type is 3, not text',
  ],
  ['a service without endpoints', tokenWith({catalog: [{type: 'metric'}]}), 'token.catalog[0].endpoints is missing'],
  [
    'a service with null endpoints',
    tokenWith({catalog: [{type: 'metric', endpoints: null}]}),
    'token.catalog[0].endpoints is null, not a list',
  ],
  [
    'endpoints in an object',
    tokenWith({catalog: [{type: 'metric', endpoints: {}}]}),
    'token.catalog[0].endpoints is an object, not a list',
  ],
  [
    'an endpoint in text',
    tokenWith({catalog: [{type: 'metric', endpoints: ['http://gnocchi']}]}),
    'token.catalog[0].endpoints[0] is text, not an object',
  ],
  ['an endpoint without an address', endpointWith({url: undefined}), 'token.catalog[0].endpoints[0].url is missing'],
  ['an endpoint with a null address', endpointWith({url: null}), 'token.catalog[0].endpoints[0].url is null, not text'],
  [
    'an endpoint with a list of addresses',
    endpointWith({url: ['http://gnocchi']}),
    'token.catalog[0].endpoints[0].url is a list of 1, not text',
  ],
  [
    'an endpoint without an interface',
    endpointWith({interface: undefined}),
    'token.catalog[0].endpoints[0].interface is missing',
  ],
  [
    'an endpoint with a region in numbers',
    endpointWith({region_id: 7}),
    'token.catalog[0].endpoints[0].region_id is 7, not text',
  ],
  [
    'an endpoint with a region in an object',
    endpointWith({region: {id: 'RegionOne'}}),
    'token.catalog[0].endpoints[0].region is an object, not text',
  ],
  ['a project by its name', tokenWith({project: 'web'}), 'token.project is text, not an object'],
  ['a domain of true', tokenWith({domain: true}), 'token.domain is true, not an object'],
  ['a system in a list', tokenWith({system: ['all']}), 'token.system is a list of 1, not an object'],
] as [string, unknown, string][])
  test(`a login that is answered with ${name} is said`, async (t) => {
    const keystone = await fakeKeystone(t)
    keystone.refusal = {status: 201, headers: {'x-subject-token': 'token-1'}, body}
    const session = await sessionAt(keystone.url)
    const words = (await said(AuthError, () => session.credentials())).replace(keystone.url, 'URL')
    assert.ok(words.startsWith(shape), words)
    assert.equal(words.slice(shape.length), message)
  })

const withToken = {'x-subject-token': 'token-1'}

for (const [name, answer, message] of [
  ['a token without a header', {status: 201, body: {token}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 201)'],
  ['an empty header', {status: 201, headers: {'x-subject-token': ''}, body: {token}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 201)'],
  ['200 instead of 201', {status: 200, headers: withToken, body: {token}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 200)'],
  ['200 and nothing', {status: 200}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 200)'],
  ['204', {status: 204}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 204)'],
  ['several versions', {status: 300, body: {versions: {values: []}}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 300)'],
  ['a redirection', {status: 302, headers: {location: 'https://sso.example/'}, body: page}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 302)'],
  ['a redirection with a token', {status: 308, headers: {...withToken, location: '/v3/'}, body: {token}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 308)'],
  ['400 in words', {status: 400, body: {error: {message: ' The request\n is  malformed. '}}}, 'Keystone at URL/v3/auth/tokens answered 400: The request is malformed.'],
  ['400 with a list for words', {status: 400, body: {error: {message: ['a']}}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 400)'],
  ['400 with an error in text', {status: 400, body: {error: 'malformed'}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 400)'],
  ['400 and null', {status: 400, body: 'null'}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 400)'],
  ['401 and a page', {status: 401, body: page}, 'Keystone refused to log in u1 to project p1 (HTTP 401)'],
  ['403', {status: 403, body: {error: {message: 'You are not authorized.'}}}, 'Keystone at URL/v3/auth/tokens answered 403: You are not authorized.'],
  ['404 of another program', {status: 404, body: {detail: 'Not Found'}}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 404)'],
  ['413', {status: 413, body: {error: {message: 'Request is too large.'}}}, 'Keystone at URL/v3/auth/tokens answered 413: Request is too large.'],
  ['500', {status: 500, body: {error: {message: 'An unexpected error prevented the server from fulfilling your request.'}}}, 'Keystone at URL/v3/auth/tokens answered 500: An unexpected error prevented the server from fulfilling your request.'],
  ['503 of a proxy', {status: 503, body: page}, 'no Keystone answers at URL/v3/auth/tokens (HTTP 503)'],
  ['a megabyte of words', {status: 500, body: {error: {message: 'x'.repeat(1e6)}}}, `Keystone at URL/v3/auth/tokens answered 500: ${'x'.repeat(1000)}`],
  ['no scope', {status: 201, headers: withToken, body: tokenWith({project: null})}, 'Keystone gave a token without a scope: the user has no default project, and Gnocchi needs one'],
  ['no catalogue', {status: 201, headers: withToken, body: tokenWith({catalog: undefined})}, "Gnocchi is not in Keystone's catalogue: there is no service of type metric"],
  ['a null catalogue', {status: 201, headers: withToken, body: tokenWith({catalog: null})}, "Gnocchi is not in Keystone's catalogue: there is no service of type metric"],
  ['a service without any endpoint', {status: 201, headers: withToken, body: tokenWith({catalog: [gnocchiService()]})}, "Gnocchi is not in Keystone's catalogue: there is no service of type metric"],
  ['an endpoint of nowhere', {status: 201, headers: withToken, body: endpointWith({interface: 'admin', region: null, region_id: null})}, 'the catalogue has no public endpoint of Gnocchi'],
] as const)
  test(`a login that is answered with ${name} is said`, async (t) => {
    const keystone = await fakeKeystone(t)
    keystone.refusal = answer
    const session = await sessionAt(keystone.url)
    const words = (await said(AuthError, () => session.credentials())).replace(keystone.url, 'URL')
    assert.equal(words, message)
    assert.doesNotMatch(words, /hunter2/)
  }) // prettier-ignore
