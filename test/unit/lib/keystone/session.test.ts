import assert from 'node:assert/strict'
import {test} from 'node:test'

import {openHttp} from '../../../../src/lib/http.ts'
import {resolveCloud} from '../../../../src/lib/keystone/cloud.ts'
import {openSession} from '../../../../src/lib/keystone/session.ts'
import {noTokenCache, type Login, type TokenCache} from '../../../../src/lib/keystone/token-cache.ts'
import {fakeKeystone, sessionAt} from '../../fake-keystone.ts'

/** A cache in memory, its entries in the open. */
function memoryCache(): TokenCache & {entries: Map<string, Login>} {
  const entries = new Map<string, Login>()
  return {
    entries,
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
    delete: (key) => void entries.delete(key),
  }
}

const refused = {status: 401, body: {error: {code: 401, title: 'Unauthorized', message: 'The request you have made…'}}}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

test('callers that come at the same time share one login', async (t) => {
  const keystone = await fakeKeystone(t)
  const session = await sessionAt(keystone.url)
  const all = await Promise.all([session.credentials(), session.endpoint(), session.credentials(), session.endpoint()])
  assert.equal(keystone.received.length, 1)
  assert.equal(all[1], 'http://gnocchi:8041')
  const {headers, ticket} = await session.credentials()
  assert.deepEqual(headers, {'x-auth-token': 'token-1'})
  assert.equal(String(ticket), '[secret]')
  assert.equal(keystone.received.length, 1)
})

test('nothing is sent before the first use', async (t) => {
  const keystone = await fakeKeystone(t)
  await sessionAt(keystone.url)
  assert.equal(keystone.received.length, 0)
})

test('a failed login fails all who wait for it, and the next caller tries anew', async (t) => {
  const keystone = await fakeKeystone(t)
  keystone.refusal = refused
  const session = await sessionAt(keystone.url)
  const both = await Promise.allSettled([session.credentials(), session.credentials()])
  assert.deepEqual(
    both.map(({status}) => status),
    ['rejected', 'rejected'],
  )
  keystone.refusal = undefined
  assert.deepEqual((await session.credentials()).headers, {'x-auth-token': 'token-1'})
  assert.equal(keystone.received.length, 2)
})

test('however many requests were refused, there is one new login', async (t) => {
  const keystone = await fakeKeystone(t)
  const session = await sessionAt(keystone.url)
  const first = await session.credentials()
  const renewed = await Promise.all(Array.from({length: 10}, () => session.renew(first)))
  assert.equal(keystone.logins, 2)
  assert.deepEqual(new Set(renewed.map((credentials) => credentials?.headers['x-auth-token'])), new Set(['token-2']))
  // One that was refused before and comes late gets the newer token and undoes nothing.
  assert.equal((await session.renew(first))?.headers['x-auth-token'], 'token-2')
  assert.equal(keystone.logins, 2)
})

test('a token is kept for the next run', async (t) => {
  const keystone = await fakeKeystone(t)
  const cache = memoryCache()
  await (await sessionAt(keystone.url, {}, cache)).credentials()
  const second = await sessionAt(keystone.url, {}, cache)
  assert.deepEqual((await second.credentials()).headers, {'x-auth-token': 'token-1'})
  assert.equal(await second.endpoint(), 'http://gnocchi:8041')
  assert.equal(keystone.logins, 1)
})

test('the cache is asked with a key that differs by user, project and address, and holds no secret', async (t) => {
  const keystone = await fakeKeystone(t)
  const cache = memoryCache()
  for (const env of [
    {},
    {OS_USER_ID: 'u2'},
    {OS_PROJECT_ID: 'p2'},
    {OS_REGION_NAME: 'RegionOne'},
    {OS_PASSWORD: 'new'},
  ])
    await (await sessionAt(keystone.url, env, cache)).credentials()
  assert.equal(cache.entries.size, 4)
  assert.doesNotMatch(JSON.stringify([...cache.entries]), /hunter2/)
})

test('a kept token that is refused is forgotten, on disk too', async (t) => {
  const keystone = await fakeKeystone(t)
  const cache = memoryCache()
  await (await sessionAt(keystone.url, {}, cache)).credentials()
  const session = await sessionAt(keystone.url, {}, cache)
  const renewed = await session.renew(await session.credentials())
  assert.equal(renewed?.headers['x-auth-token'], 'token-2')
  assert.deepEqual(
    [...cache.entries.values()].map(({token}) => token),
    ['token-2'],
  )
})

test('a newer token that another process kept is used instead of a login', async (t) => {
  const keystone = await fakeKeystone(t)
  const cache = memoryCache()
  const session = await sessionAt(keystone.url, {}, cache)
  const first = await session.credentials()
  const [key] = cache.entries.keys()
  cache.entries.set(key!, {token: 'of another', useUntil: inSeconds(600), endpoint: 'http://gnocchi:8041'})
  assert.equal((await session.renew(first))?.headers['x-auth-token'], 'of another')
  assert.equal(keystone.logins, 1)
})

for (const [name, kept] of [
  ['at its end', {token: 'old', useUntil: inSeconds(-1), endpoint: 'http://old'}],
  ['damaged', {token: 'old'}],
] as [string, Login][])
  test(`a kept token that is ${name} is not used`, async (t) => {
    const keystone = await fakeKeystone(t)
    const cache = memoryCache()
    const session = await sessionAt(keystone.url, {}, {...cache, get: () => kept})
    assert.deepEqual((await session.credentials()).headers, {'x-auth-token': 'token-1'})
  })

for (const [lifeSeconds, marginSeconds] of [
  [3600, 60],
  [121, 60],
  [90, 0],
  [30, 0],
] as const)
  test(`a token of ${lifeSeconds} s is used until ${marginSeconds} s before its end`, async (t) => {
    const keystone = await fakeKeystone(t)
    keystone.lifeSeconds = lifeSeconds
    const cache = memoryCache()
    const before = Date.now()
    await (await sessionAt(keystone.url, {}, cache)).credentials()
    const [{useUntil}] = cache.entries.values() as unknown as [Login]
    const seconds = (Date.parse(useUntil) - before) / 1000
    assert.ok(Math.abs(seconds - (lifeSeconds - marginSeconds)) <= 1.1, `${seconds} s`)
  })

for (const [behindSeconds, line] of [
  [100, /^this machine's clock is (99|100) s ahead of Keystone's; samples bear its time: set it right$/],
  [-100, /^this machine's clock is (99|100) s behind Keystone's; samples bear its time: set it right$/],
  [3, undefined],
  [0, undefined],
] as const)
  test(`a clock of Keystone's that is ${behindSeconds} s behind ${line ? 'is said, once' : 'is nothing to say'}`, async (t) => {
    const keystone = await fakeKeystone(t)
    keystone.behindSeconds = behindSeconds
    const reports: string[] = []
    const cache = memoryCache()
    const session = await sessionAt(keystone.url, {}, cache, (text) => reports.push(text))
    assert.equal(session.clockAheadSeconds(), 0)
    await session.credentials()
    await session.credentials()
    assert.ok(Math.abs(session.clockAheadSeconds() - behindSeconds) <= 1.1)
    assert.equal(reports.length, line ? 1 : 0)
    if (line) assert.match(reports[0]!, line)
    // Whatever the clocks say, the token lives as long as Keystone gave it.
    const [{useUntil}] = cache.entries.values() as unknown as [Login]
    assert.ok(Math.abs((Date.parse(useUntil) - Date.now()) / 1000 - 3540) < 2)
  })

test('a token past its last use is renewed before it is sent', async (t) => {
  const keystone = await fakeKeystone(t)
  keystone.lifeSeconds = -1
  const session = await sessionAt(keystone.url)
  await session.credentials()
  assert.equal((await session.credentials()).headers['x-auth-token'], 'token-2')
})

test('a token that was given is not kept', async (t) => {
  const keystone = await fakeKeystone(t)
  const cache = memoryCache()
  const session = await sessionAt(keystone.url, {OS_AUTH_TYPE: 'token', OS_TOKEN: 'given'}, cache)
  await session.credentials()
  assert.equal(cache.entries.size, 0)
})

test('without Keystone, headers say who one is, and there are no others to be had', async () => {
  const cloud = await resolveCloud({}, {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_USER: 'ada'})
  const session = openSession(cloud, openHttp({}), noTokenCache)
  const credentials = await session.credentials()
  assert.deepEqual(credentials, {headers: {authorization: `Basic ${btoa('ada:')}`}, ticket: undefined})
  assert.equal(await session.endpoint(), 'http://localhost:8041')
  assert.equal(await session.renew(credentials), undefined)
})
