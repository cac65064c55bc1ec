// The lab as the live tests use it, and a second way into Gnocchi and Keystone to check what gnocchictl says: plain HTTP.
import {randomBytes} from 'node:crypto'
import {join} from 'node:path'
import {before} from 'node:test'

import {hostsOf} from '../../lab/env.ts'
import {withLock} from '../../lab/lock.ts'
import type {Suite} from '../../lab/ports.ts'
import {readLab, stateDir, type Lab, type User} from '../../lab/state.ts'
import {up} from '../../lab/up.ts'
import {suites} from '../suites.ts'

export type {Lab, User}

/** The lab of a suite, which `npm test` starts and stops; a test file run by itself starts what is missing. */
export const openLab = async (suite: Suite = suites[0]!): Promise<Lab> =>
  readLab(suite) ?? (await up({suite, storage: 'ceph'}))

/**
 * The same for the tests beside which it is called: there when the first of them begins, and `furnish` done. Outside of a
 * describe, node:test runs hooks side by side: what needs the lab cannot stand in a hook of its own.
 */
export function labOf(suite?: Suite, furnish?: () => void | Promise<void>): Lab {
  const lab = {} as Lab
  before(async () => {
    Object.assign(lab, await openLab(suite))
    await furnish?.()
  })
  return lab
}

/** Which Gnocchi runs there, by Debian's package: `4.6.5`. */
export async function gnocchiVersion(lab: Lab): Promise<string> {
  const {stdout} = await lab.inside(['dpkg-query', '-W', '-f', '${source:Upstream-Version}', 'gnocchi-api'])
  return stdout
}

/** What a shell has after `source openrc`. */
export const openrc = ({urls}: Lab, {name, password, project}: User): Record<string, string> => ({
  OS_AUTH_URL: urls.keystone,
  OS_USERNAME: name,
  OS_PASSWORD: password,
  OS_PROJECT_NAME: project,
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_NAME: 'Default',
})

/** A name that no other test and no earlier run uses. */
export const unique = (what: string): string => `${what}-${randomBytes(4).toString('hex')}`

/** The lab's five hosts, under names of their own. */
export const fiveHosts = (lab: Lab) => hostsOf(lab).map((host) => ({name: unique(host.user), ...host}))

export interface Answer {
  status: number
  headers: Headers
  body: unknown
}

export type Http = (method: string, path: string, body?: unknown) => Promise<Answer>

const http =
  (base: string, headers: Record<string, string>): Http =>
  async (method, path, body) => {
    const response = await fetch(`${base}/${path}`, {
      method,
      headers: {accept: 'application/json, */*;q=0.1', 'content-type': 'application/json', ...headers},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    const text = await response.text()
    return {status: response.status, headers: response.headers, body: text ? (JSON.parse(text) as unknown) : undefined}
  }

const byPassword = ({name, password}: User) => ({
  methods: ['password'],
  password: {user: {name, password, domain: {name: 'Default'}}},
})

/** Gnocchi with a fresh token of `user`. */
export async function gnocchiAs({urls}: Lab, user: User): Promise<Http> {
  const scope = {project: {name: user.project, domain: {name: 'Default'}}}
  const {headers} = await http(urls.keystone, {})('POST', 'auth/tokens', {auth: {identity: byPassword(user), scope}})
  return http(urls.gnocchi, {'x-auth-token': headers.get('x-subject-token')!})
}

/** The same, with a token that is fetched for the first request. */
export function gnocchiOf(lab: Lab, user: keyof Lab['users']): Http {
  let api: Promise<Http> | undefined
  return async (...request) => (await (api ??= gnocchiAs(lab, lab.users[user])))(...request)
}

/** The API that believes a user name. */
export const gnocchiBasic = ({urls}: Lab, user: string): Http =>
  http(urls.gnocchiBasic, {authorization: `Basic ${Buffer.from(`${user}:`).toString('base64')}`})

/** Keystone's administrator, on the system. */
export async function keystoneAdmin({urls, users}: Lab): Promise<Http> {
  const auth = {identity: byPassword(users.admin), scope: {system: {all: true}}}
  const {headers} = await http(urls.keystone, {})('POST', 'auth/tokens', {auth})
  return http(urls.keystone, {'x-auth-token': headers.get('x-subject-token')!})
}

/** Keystone with a fresh token of `user`, and that token. */
export async function keystoneAs({urls}: Lab, user: User): Promise<{keystone: Http; token: string; userId: string}> {
  const scope = {project: {name: user.project, domain: {name: 'Default'}}}
  const {headers, body} = await http(urls.keystone, {})('POST', 'auth/tokens', {
    auth: {identity: byPassword(user), scope},
  })
  const token = headers.get('x-subject-token')!
  const userId = (body as {token: {user: {id: string}}}).token.user.id
  return {keystone: http(urls.keystone, {'x-auth-token': token}), token, userId}
}

export type Point = [time: string, seconds: number, value: number]

/** What Gnocchi holds of a metric, all that is queued processed first. */
export async function stored(
  gnocchi: Http,
  metric: string,
  aggregation: string,
  granularity: number,
): Promise<Point[]> {
  const query = new URLSearchParams({aggregation, granularity: String(granularity), refresh: 'true'})
  const {body} = await gnocchi('GET', `v1/metric/${metric}/measures?${query.toString()}`)
  return body as Point[]
}

/** A policy fine enough to see every point of a run at one a second, and open to late ones; made by the admin. */
export async function secondsPolicy(lab: Lab): Promise<string> {
  const name = 'live-seconds'
  const gnocchi = await gnocchiAs(lab, lab.users.admin)
  await gnocchi('POST', 'v1/archive_policy', {
    name,
    back_window: 3600,
    definition: [{granularity: '1s', points: 7200}],
    aggregation_methods: ['mean', 'count', 'min', 'max'],
  })
  return name
}

/** Runs `work` alone among all test files: what it stops or changes, nobody else uses meanwhile. */
export const alone = <T>(what: string, work: () => Promise<T>): Promise<T> =>
  withLock(join(stateDir(suites[0]!), what), work, {waitSeconds: 240})
