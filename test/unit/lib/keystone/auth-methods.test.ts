import assert from 'node:assert/strict'
import {test} from 'node:test'

import {authMethods, type AuthType} from '../../../../src/lib/keystone/auth-methods.ts'
import type {CloudOptionName, CloudSettings} from '../../../../src/lib/keystone/options.ts'

type Values = Partial<Record<CloudOptionName, string>>

const settings = (values: Values): CloudSettings =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, {value, from: `--${name}`}]))

/** What goes to Keystone, after the check that comes before it. */
function auth(type: AuthType, values: Values): object {
  const method = authMethods[type]
  const given = settings({'os-auth-url': 'http://k', ...values})
  method.check(given)
  return method.kind === 'keystone' ? method.auth(given) : method.headers(given)
}

const passwordOf = (user: object) => ({methods: ['password'], password: {user: {...user, password: 'p'}}})

for (const [name, values, expected] of [
  ['user id', {'os-user-id': 'u1'}, {identity: passwordOf({id: 'u1'})}],
  [
    'user name and domain id',
    {'os-username': 'ada', 'os-user-domain-id': 'd1'},
    {identity: passwordOf({name: 'ada', domain: {id: 'd1'}})},
  ],
  [
    'user name and domain name',
    {'os-username': 'ada', 'os-user-domain-name': 'Default'},
    {identity: passwordOf({name: 'ada', domain: {name: 'Default'}})},
  ],
  [
    'the default domain for user and project',
    {'os-username': 'ada', 'os-project-name': 'web', 'os-default-domain-name': 'Default'},
    {
      identity: passwordOf({name: 'ada', domain: {name: 'Default'}}),
      scope: {project: {name: 'web', domain: {name: 'Default'}}},
    },
  ],
  [
    'the default domain by id',
    {'os-username': 'ada', 'os-default-domain-id': 'default'},
    {identity: passwordOf({name: 'ada', domain: {id: 'default'}})},
  ],
  [
    'a project by id, which needs no domain',
    {'os-user-id': 'u1', 'os-project-id': 'p1'},
    {identity: passwordOf({id: 'u1'}), scope: {project: {id: 'p1'}}},
  ],
  [
    'a project by name and its own domain',
    {'os-user-id': 'u1', 'os-project-name': 'web', 'os-project-domain-id': 'd2'},
    {identity: passwordOf({id: 'u1'}), scope: {project: {name: 'web', domain: {id: 'd2'}}}},
  ],
  [
    'a domain by id',
    {'os-user-id': 'u1', 'os-domain-id': 'd1'},
    {identity: passwordOf({id: 'u1'}), scope: {domain: {id: 'd1'}}},
  ],
  [
    'a domain by name',
    {'os-user-id': 'u1', 'os-domain-name': 'D'},
    {identity: passwordOf({id: 'u1'}), scope: {domain: {name: 'D'}}},
  ],
  [
    'the system',
    {'os-user-id': 'u1', 'os-system-scope': 'all'},
    {identity: passwordOf({id: 'u1'}), scope: {system: {all: true}}},
  ],
] as [string, Values, object][])
  for (const type of ['password', 'v3password'] as const)
    test(`${type}: ${name}`, () => assert.deepEqual(auth(type, {'os-password': 'p', ...values}), expected))

for (const type of ['token', 'v3token'] as const)
  test(`${type}, scoped to a project`, () =>
    assert.deepEqual(auth(type, {'os-token': 't1', 'os-project-id': 'p1'}), {
      identity: {methods: ['token'], token: {id: 't1'}},
      scope: {project: {id: 'p1'}},
    }))

for (const [name, values, which] of [
  ['by id', {'os-application-credential-id': 'a1'}, {id: 'a1'}],
  [
    'by name, with its user',
    {'os-application-credential-name': 'ci', 'os-username': 'ada', 'os-user-domain-name': 'Default'},
    {name: 'ci', user: {name: 'ada', domain: {name: 'Default'}}},
  ],
  [
    'by name, with the id of its user',
    {'os-application-credential-name': 'ci', 'os-user-id': 'u1'},
    {name: 'ci', user: {id: 'u1'}},
  ],
] as [string, Values, object][])
  test(`application credential ${name}: never with a scope, which Keystone refuses`, () =>
    assert.deepEqual(
      auth('v3applicationcredential', {
        'os-application-credential-secret': 's',
        'os-project-id': 'left in the shell',
        ...values,
      }),
      {
        identity: {methods: ['application_credential'], application_credential: {...which, secret: 's'}},
      },
    ))

test('gnocchi-basic: the user, admin when none is given, without a password', () => {
  assert.deepEqual(auth('gnocchi-basic', {'gnocchi-user': 'ada'}), {authorization: `Basic ${btoa('ada:')}`})
  assert.deepEqual(auth('gnocchi-basic', {}), {authorization: `Basic ${btoa('admin:')}`})
})

test('gnocchi-noauth: who one is stands in the headers', () => {
  const values: Values = {
    'gnocchi-user-id': 'u1',
    'gnocchi-project-id': 'p1',
    'os-endpoint-override': 'http://gnocchi:8041',
  }
  const headers = {'x-user-id': 'u1', 'x-project-id': 'p1', 'x-roles': 'admin'}
  assert.deepEqual(auth('gnocchi-noauth', values), headers)
  assert.deepEqual(auth('gnocchi-noauth', {...values, 'gnocchi-roles': 'reader'}), {...headers, 'x-roles': 'reader'})
})

test('a token that was given is not kept on disk; tokens that were fetched are', () => {
  const cacheable = Object.entries(authMethods).map(([type, method]) => [
    type,
    'cacheable' in method && method.cacheable,
  ])
  assert.deepEqual(Object.fromEntries(cacheable), {
    v3password: true,
    password: true,
    v3token: false,
    token: false,
    v3applicationcredential: true,
    'gnocchi-basic': false,
    'gnocchi-noauth': false,
  })
})
