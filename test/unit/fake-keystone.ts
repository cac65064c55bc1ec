import type {TestContext} from 'node:test'

import {httpServer, type Answer, type FakeServer} from './servers.ts'

export interface FakeKeystone extends FakeServer {
  /** Tokens given so far: token-1, token-2, ... */
  logins: number
  /** What the next logins get instead of a token; undefined lets them in. */
  refusal: Answer | undefined
  /** How long a token lives. */
  lifeSeconds: number
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
    const token = {
      expires_at: new Date(Date.now() + keystone.lifeSeconds * 1000).toISOString(),
      catalog: keystone.catalogue,
      ...keystone.scope,
    }
    return {status: 201, headers: {'x-subject-token': `token-${++keystone.logins}`}, body: {token}}
  })
  return Object.assign(keystone, {url, received})
}
