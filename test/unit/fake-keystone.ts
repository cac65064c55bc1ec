import type {TestContext} from 'node:test'

import {openHttp} from '../../src/lib/http.ts'
import {resolveCloud} from '../../src/lib/keystone/cloud.ts'
import {openSession, type Session} from '../../src/lib/keystone/session.ts'
import {noTokenCache, type TokenCache} from '../../src/lib/keystone/token-cache.ts'
import {httpServer, type Answer, type FakeServer} from './servers.ts'

export interface FakeKeystone extends FakeServer {
  /** Tokens given so far: token-1, token-2, ... */
  logins: number
  /** What the next logins get instead of a token; undefined lets them in. */
  refusal: Answer | undefined
  /** How long a token lives. */
  lifeSeconds: number
  /** How much its clock is behind ours. */
  behindSeconds: number
  catalogue: object[]
  scope: object
}

export const endpoint = (url: string, inside: Partial<Record<'interface' | 'region' | 'region_id', string>> = {}) => ({
  interface: 'public',
  region: 'RegionOne',
  region_id: 'RegionOne',
  url,
  ...inside,
})

export const gnocchiService = (...endpoints: object[]) => ({type: 'metric', name: 'gnocchi', endpoints})

/** Keystone's POST /v3/auth/tokens: status 201, the token in a header, expiry and catalogue in the body. */
export async function fakeKeystone(t: TestContext, gnocchiUrl = 'http://gnocchi:8041'): Promise<FakeKeystone> {
  const keystone: FakeKeystone = {
    url: '',
    received: [],
    logins: 0,
    refusal: undefined,
    lifeSeconds: 3600,
    behindSeconds: 0,
    catalogue: [
      {type: 'identity', name: 'keystone', endpoints: [endpoint('http://keystone')]},
      gnocchiService(endpoint(gnocchiUrl)),
    ],
    scope: {project: {id: 'p1'}},
  }
  const {url, received} = await httpServer(t, async ({method, path}) => {
    // A login takes a while: callers that come meanwhile are to share it.
    await new Promise((resolve) => setTimeout(resolve, 20))
    if (method !== 'POST' || path !== '/v3/auth/tokens') return {status: 404, body: '<html><title>404</title></html>'}
    if (keystone.refusal) return keystone.refusal
    const now = Date.now() - keystone.behindSeconds * 1000
    const token = {
      issued_at: new Date(now).toISOString().replace(/\.\d+Z$/, '.000000Z'), // whole seconds, as Keystone's Fernet tokens
      expires_at: new Date(now + keystone.lifeSeconds * 1000).toISOString(),
      catalog: keystone.catalogue,
      ...keystone.scope,
    }
    return {status: 201, headers: {'x-subject-token': `token-${++keystone.logins}`}, body: {token}}
  })
  return Object.assign(keystone, {url, received})
}

const login = {OS_USER_ID: 'u1', OS_PASSWORD: 'hunter2', OS_PROJECT_ID: 'p1'}

/** A session of the user u1, whose password is hunter2, in the project p1. */
export async function sessionAt(
  authUrl: string,
  env: NodeJS.ProcessEnv = {},
  cache: TokenCache = noTokenCache,
  report?: (line: string) => void,
): Promise<Session> {
  const cloud = await resolveCloud({}, {...login, OS_AUTH_URL: authUrl, ...env})
  return openSession(cloud, openHttp(cloud.tls), cache, report)
}
