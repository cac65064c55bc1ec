// People, projects and the `metric` service in Keystone: plain HTTP, since each `openstack` command costs a second.
import {inspect} from 'node:util'
import type {LabFile} from './state.ts'
import {LabError} from './process.ts'

type Json = Record<string, unknown>
type Keystone = (method: string, path: string, body?: Json) => Promise<Response>

/** A token for everything: the administrator bootstrap made has the role `admin` on the system. */
async function systemToken({urls, users}: LabFile): Promise<string> {
  const user = {name: users.admin.name, password: users.admin.password, domain: {id: 'default'}}
  const auth = {identity: {methods: ['password'], password: {user}}, scope: {system: {all: true}}}
  const response = await call('POST', `${urls.keystone}/auth/tokens`, json, {auth})
  return response.headers.get('x-subject-token') ?? ''
}

const json = {'content-type': 'application/json'}

async function call(method: string, url: string, headers: Record<string, string>, body?: Json): Promise<Response> {
  const request = {method, headers, signal: AbortSignal.timeout(30_000), ...(body && {body: JSON.stringify(body)})}
  const response = await fetch(url, request).catch((error: unknown) => {
    throw new LabError(`Keystone: ${method} ${url}: ${inspect((error as Error).cause ?? error, {depth: 0})}`, 1)
  })
  if (!response.ok)
    throw new LabError(`Keystone: ${method} ${url} answered ${response.status}: ${await response.text()}`, 1)
  return response
}

const client =
  (url: string, token: string): Keystone =>
  (method, path, body) =>
    call(method, url + path, {...json, 'x-auth-token': token}, body)

/** Creates a thing and gives its id: POST /projects {project: {...}} -> {project: {id}} */
async function create(keystone: Keystone, kind: string, body: Json): Promise<string> {
  const answer = (await (await keystone('POST', `/${kind}s`, {[kind]: body})).json()) as Record<string, {id: string}>
  return answer[kind]?.id ?? ''
}

async function idOf(keystone: Keystone, kind: string, name: string): Promise<string> {
  const answer = (await (await keystone('GET', `/${kind}s?name=${name}`)).json()) as Record<string, {id: string}[]>
  const id = answer[`${kind}s`]?.[0]?.id
  if (!id) throw new LabError(`Keystone has no ${kind} ${name} after bootstrap`, 1)
  return id
}

export async function fillCatalogue(lab: LabFile, gnocchiPassword: string): Promise<void> {
  const keystone = client(lab.urls.keystone, await systemToken(lab))
  const [admin, member, adminUser] = await Promise.all([
    idOf(keystone, 'role', 'admin'),
    idOf(keystone, 'role', 'member'),
    idOf(keystone, 'user', 'admin'),
  ])
  const account = async (name: string, password: string, project: string, role: string) => {
    const [projectId, userId] = await Promise.all([
      create(keystone, 'project', {name: project, domain_id: 'default'}),
      create(keystone, 'user', {name, password, domain_id: 'default'}),
    ])
    await keystone('PUT', `/projects/${projectId}/users/${userId}/roles/${role}`)
  }
  const service = async () => {
    const id = await create(keystone, 'service', {name: 'gnocchi', type: 'metric', description: 'Time series'})
    const endpoint = {service_id: id, region_id: 'RegionOne', url: lab.urls.gnocchi}
    await Promise.all(
      ['public', 'internal', 'admin'].map((side) => create(keystone, 'endpoint', {...endpoint, interface: side})),
    )
  }
  await Promise.all([
    account('gnocchi', gnocchiPassword, 'service', admin),
    account(lab.users.alice.name, lab.users.alice.password, lab.users.alice.project, member),
    account(lab.users.bob.name, lab.users.bob.password, lab.users.bob.project, member),
    keystone('PUT', `/domains/default/users/${adminUser}/roles/${admin}`),
    service(),
  ])
}
