import assert from 'node:assert/strict'
import {test} from 'node:test'

import {assertNoSecretWasPrinted, fine, low, lowWith, mustStaySecret, refusedWith} from './asking.ts'
import {alone, keystoneAdmin, keystoneAs, labOf, openrc, unique, type Http} from './lab.ts'
import {person, type Ended} from './person.ts'

let admin: Http
const lab = labOf(undefined, async () => {
  admin = await keystoneAdmin(lab)
  mustStaySecret(...Object.values(lab.users).map(({password}) => password), 'wrong-password')
})

const idOf = async (kind: 'project' | 'user', name: string): Promise<string> => {
  const {body} = await admin('GET', `${kind}s?name=${name}`)
  return (body as Record<string, {id: string}[]>)[`${kind}s`]![0]!.id
}

const without = (env: Record<string, string>, ...names: string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))

test('a password opens the cloud: user and project by name with their domains, or by id', async (t) => {
  const {users, urls} = lab
  assert.deepEqual(await low(person(t, openrc(lab, users.alice))), fine)
  const [userId, projectId] = await Promise.all([idOf('user', 'alice'), idOf('project', 'research')])
  const byId = {OS_AUTH_URL: urls.keystone, OS_USER_ID: userId, OS_PASSWORD: users.alice.password}
  assert.deepEqual(await low(person(t, {...byId, OS_PROJECT_ID: projectId})), fine)
  const domain = {OS_PROJECT_NAME: 'research', OS_DEFAULT_DOMAIN_ID: 'default'}
  assert.deepEqual(await low(person(t, {...byId, ...domain})), fine)
  assert.deepEqual(
    await low(
      person(t, {OS_PASSWORD: users.alice.password}),
      ...['--os-auth-url', urls.keystone, '--os-username', 'alice', '--os-user-domain-id', 'default'],
      ...['--os-project-name', 'research', '--os-project-domain-name', 'Default'],
      ...['--os-region-name', 'RegionOne', '--os-interface', 'internal'],
    ),
    fine,
  )
})

test('a domain or the system is a scope too; without any, the user is told what Gnocchi needs', async (t) => {
  const administrator = without(openrc(lab, lab.users.admin), 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME')
  assert.deepEqual(await low(person(t, {...administrator, OS_DOMAIN_NAME: 'Default'})), fine)
  assert.deepEqual(await low(person(t, {...administrator, OS_DOMAIN_ID: 'default'})), fine)
  assert.deepEqual(await low(person(t, {...administrator, OS_SYSTEM_SCOPE: 'all'})), fine)
  const alice = without(openrc(lab, lab.users.alice), 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME')
  assert.deepEqual(
    await low(person(t, alice)),
    refusedWith(
      3,
      'error: Keystone gave a token without a scope: the user has no default project, and Gnocchi needs one',
      '  try: set OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME (or OS_PROJECT_ID)',
    ),
  )
})

test('a token that one has already opens the cloud', async (t) => {
  const {token} = await keystoneAs(lab, lab.users.alice)
  mustStaySecret(token)
  const rest = without(openrc(lab, lab.users.alice), 'OS_PASSWORD', 'OS_USERNAME', 'OS_USER_DOMAIN_NAME')
  assert.deepEqual(await low(person(t, {...rest, OS_AUTH_TYPE: 'token', OS_TOKEN: token})), fine)
  assert.deepEqual(await low(person(t, {...rest, OS_TOKEN: token}), '--os-auth-type', 'v3token'), fine)
})

test('an application credential opens the cloud, by id or by name with its user', async (t) => {
  const {keystone, userId} = await keystoneAs(lab, lab.users.alice)
  const name = unique('robot')
  const {body} = await keystone('POST', `users/${userId}/application_credentials`, {application_credential: {name}})
  const {id, secret} = (body as {application_credential: {id: string; secret: string}}).application_credential
  mustStaySecret(secret)
  const url = {OS_AUTH_URL: lab.urls.keystone, OS_APPLICATION_CREDENTIAL_SECRET: secret}
  const type = {OS_AUTH_TYPE: 'v3applicationcredential'}
  assert.deepEqual(await low(person(t, {...url, ...type, OS_APPLICATION_CREDENTIAL_ID: id})), fine)
  const named = {OS_APPLICATION_CREDENTIAL_NAME: name, OS_USERNAME: 'alice', OS_USER_DOMAIN_NAME: 'Default'}
  assert.deepEqual(await low(person(t, {...url, ...named})), fine)
  assert.deepEqual(
    await low(person(t, {...url, OS_APPLICATION_CREDENTIAL_NAME: name})),
    refusedWith(
      2,
      'error: to authenticate, username must be given',
      '  try: set OS_USERNAME, give --os-username, or name a cloud of clouds.yaml with --os-cloud',
    ),
  )
})

test("Gnocchi's own modes need no Keystone: a user name, or ids", async (t) => {
  await alone('gnocchi-basic', async () => {
    const basic = {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_ENDPOINT: lab.urls.gnocchiBasic}
    assert.deepEqual(await low(person(t, {...basic, GNOCCHI_USER: 'admin'})), fine)
    const flags = ['--os-auth-type', 'gnocchi-basic', '--os-endpoint-override', `${lab.urls.gnocchiBasic}/`]
    assert.deepEqual(await low(person(t), ...flags), fine)
  })
  assert.deepEqual(
    await low(person(t, {OS_AUTH_TYPE: 'gnocchi-noauth'})),
    refusedWith(
      2,
      'error: to authenticate, gnocchi user id and gnocchi project id and endpoint override must be given',
      '  try: set GNOCCHI_USER_ID and GNOCCHI_PROJECT_ID and OS_ENDPOINT_OVERRIDE, give --gnocchi-user-id, or name a cloud of clouds.yaml with --os-cloud',
    ),
  )
  // A Gnocchi behind Keystone does not believe bare ids.
  const ids = {GNOCCHI_USER_ID: 'u', GNOCCHI_PROJECT_ID: 'p', GNOCCHI_ENDPOINT: lab.urls.gnocchi}
  assert.deepEqual(
    await low(person(t, {...ids, OS_AUTH_TYPE: 'gnocchi-noauth'})),
    refusedWith(
      4,
      'error: The request you have made requires authentication. (HTTP 401)',
      '  try: Gnocchi does not accept the token of this Keystone: is it the one Gnocchi is set up with?',
    ),
  )
})

test('a cloud of clouds.yaml is named by flag or variable, its password kept in secure.yaml, its rest in a profile', async (t) => {
  const {alice} = lab.users
  const who = person(t)
  who.write(
    '.config/openstack/clouds.yaml',
    `clouds:
  mine:
    profile: lab
    auth: {username: alice, project_name: research, user_domain_name: Default, project_domain_name: Default}
  whole:
    auth:
      auth_url: ${lab.urls.keystone}
      username: alice
      password: "${alice.password}"
      project_name: research
      default_domain: default
`,
  )
  who.write('.config/openstack/secure.yaml', `clouds: {mine: {auth: {password: "${alice.password}"}}}\n`)
  who.write(
    '.config/openstack/clouds-public.yaml',
    `public-clouds: {lab: {auth: {auth_url: "${lab.urls.keystone}"}, region_name: RegionOne}}\n`,
  )
  assert.deepEqual(await low(who, '--os-cloud', 'mine'), fine)
  assert.deepEqual(await lowWith(who, {OS_CLOUD: 'mine'}), fine)
  // A cloud that the flag names outranks what a forgotten openrc left behind.
  const forgotten = {...openrc(lab, lab.users.bob), OS_PASSWORD: 'wrong-password'}
  assert.deepEqual(await lowWith(who, forgotten, '--os-cloud', 'mine'), fine)
  const file = who.path('.config/openstack/clouds.yaml')
  assert.deepEqual(
    await low(who, '--os-cloud', 'min'),
    refusedWith(2, `error: ${file} has no cloud "min"; did you mean "mine"?`, '  try: it has mine, whole'),
  )
})

test('the auth URL may end in /v3, in a slash, or in neither', async (t) => {
  const root = lab.urls.keystone.replace('/v3', '')
  for (const url of [root, `${root}/`, `${root}/v3/`])
    assert.deepEqual(await low(person(t, {...openrc(lab, lab.users.alice), OS_AUTH_URL: url})), fine, url)
})

test('a token that is refused, and an application credential, are told as what they are', async (t) => {
  const {OS_AUTH_URL = '', OS_USER_DOMAIN_NAME = ''} = openrc(lab, lab.users.alice)
  const {token} = await keystoneAs(lab, lab.users.alice)
  mustStaySecret(token)
  const auth = {'x-auth-token': token, 'x-subject-token': token}
  assert.equal((await fetch(`${OS_AUTH_URL}/auth/tokens`, {method: 'DELETE', headers: auth})).status, 204)
  assert.deepEqual(
    await low(person(t, {OS_AUTH_URL, OS_TOKEN: token})),
    refusedWith(
      3,
      `error: Keystone at ${OS_AUTH_URL}/auth/tokens answered 404: Failed to validate token`,
      '  try: get another token: this one has expired, was revoked, is of another Keystone, or does not open that project (token from OS_TOKEN)',
    ),
  )
  const hint = '  try: check the application credential and its secret, and that it has not expired: Keystone does not tell which one is wrong' // prettier-ignore
  const secret = {OS_AUTH_URL, OS_APPLICATION_CREDENTIAL_SECRET: 'not-the-secret'}
  assert.deepEqual(
    await low(person(t, {...secret, OS_APPLICATION_CREDENTIAL_ID: 'abc'})),
    refusedWith(
      3,
      `error: Keystone at ${OS_AUTH_URL}/auth/tokens answered 404: Could not find Application Credential: abc.`,
      `${hint} (credential from OS_APPLICATION_CREDENTIAL_ID)`,
    ),
  )
  const named = {...secret, OS_APPLICATION_CREDENTIAL_NAME: 'abc', OS_USERNAME: 'alice', OS_USER_DOMAIN_NAME}
  assert.deepEqual(
    await low(person(t, named)),
    refusedWith(
      3,
      'error: Keystone refused to log in alice (HTTP 401)',
      `${hint} (credential from OS_APPLICATION_CREDENTIAL_NAME, user from OS_USERNAME)`,
    ),
  )
})

test('a wrong password, project or address is told in two lines, and is exit code 3', async (t) => {
  const alice = openrc(lab, lab.users.alice)
  const hint = '  try: check user, password, project and their domains: Keystone does not tell which one is wrong (user from OS_USERNAME, project from OS_PROJECT_NAME)' // prettier-ignore
  assert.deepEqual(
    await low(person(t, {...alice, OS_PASSWORD: 'wrong-password'})),
    refusedWith(3, 'error: Keystone refused to log in alice to project research (HTTP 401)', hint),
  )
  assert.deepEqual(
    await low(person(t, {...alice, OS_PROJECT_NAME: 'reserch'})),
    refusedWith(3, 'error: Keystone refused to log in alice to project reserch (HTTP 401)', hint),
  )
  assert.deepEqual(
    await low(person(t, {...alice, OS_AUTH_URL: 'http://127.0.0.1:9/v3'})),
    refusedWith(
      3,
      'error: Keystone at http://127.0.0.1:9/v3/auth/tokens (OS_AUTH_URL): connection refused',
      '  try: is the server running, and is the address right?',
    ),
  )
  assert.deepEqual(
    await low(person(t, {...alice, OS_AUTH_URL: lab.urls.gnocchi})),
    refusedWith(
      3,
      `error: no Keystone answers at ${lab.urls.gnocchi}/v3/auth/tokens (HTTP 404)`,
      '  try: check OS_AUTH_URL: it looks like http://controller:5000/v3',
    ),
  )
  const homeless = without(alice, 'OS_USER_DOMAIN_NAME')
  assert.deepEqual(
    await low(person(t, homeless)),
    refusedWith(
      2,
      'error: OS_USERNAME: a user name needs its domain',
      '  try: set OS_USER_DOMAIN_NAME (Default on most clouds) or OS_USER_DOMAIN_ID',
    ),
  )
  assert.deepEqual(
    await low(person(t)),
    refusedWith(
      2,
      'error: to authenticate, auth url and password must be given',
      '  try: set OS_AUTH_URL and OS_PASSWORD, give --os-auth-url, or name a cloud of clouds.yaml with --os-cloud',
    ),
  )
})

test('a region or interface that the catalogue lacks is refused with what it has; an override needs no catalogue', async (t) => {
  const alice = person(t, openrc(lab, lab.users.alice))
  const has = '  try: it has public in RegionOne, internal in RegionOne, admin in RegionOne: choose with OS_INTERFACE and OS_REGION_NAME' // prettier-ignore
  const sorted = ({stderr, ...rest}: Ended): Ended => ({
    ...rest,
    stderr: stderr.replace(/(it has )(.*)(: choose)/, (_, a: string, list: string, z: string) => `${a}${list.split(', ').sort().reverse().join(', ')}${z}`), // prettier-ignore
  })
  assert.deepEqual(
    sorted(await low(alice, '--os-region-name', 'RegionTwo')),
    sorted(refusedWith(3, 'error: the catalogue has no public endpoint of Gnocchi in region RegionTwo', has)),
  )
  assert.deepEqual(
    sorted(await low(alice, '--os-interface', 'publik')),
    sorted(refusedWith(3, 'error: the catalogue has no publik endpoint of Gnocchi', has)),
  )
  assert.deepEqual(await low(alice, '--os-region-name', 'RegionTwo', '--os-endpoint-override', lab.urls.gnocchi), fine)
  assert.deepEqual(
    await low(alice, '--os-endpoint-override', 'http://127.0.0.1:9'),
    refusedWith(
      4,
      'error: GET /v1/archive_policy/low at http://127.0.0.1:9: connection refused',
      '  try: is the server running, and is the address right?',
    ),
  )
})

test('no password, token or secret was printed in any of this', assertNoSecretWasPrinted)
