import assert from 'node:assert/strict'
import {test} from 'node:test'

import {Gnocchi, GnocchiError, UsageError} from '../../src/index.ts'
import {fakeGnocchi} from './fake-gnocchi.ts'

const basic = (url: string) => ({'os-auth-type': 'gnocchi-basic', 'os-endpoint-override': url})

test('settings by hand reach Gnocchi, and requests are told of without their query', async (t) => {
  const server = await fakeGnocchi(t)
  const asked: string[] = []
  await using gnocchi = await Gnocchi.connect({
    settings: {...basic(server.url), 'gnocchi-user': 'eve'},
    env: {},
    onRequest: (line) => asked.push(line.replace(/\d+ ms$/, 'N ms')),
  })
  assert.equal(await gnocchi.endpoint(), server.url)
  assert.equal((await gnocchi.archivePolicies.get('medium')).name, 'medium')
  assert.deepEqual(asked, [`GET ${server.url}/v1/archive_policy/medium answered 200 in N ms`])
  assert.equal(server.received[0]?.headers.authorization, `Basic ${Buffer.from('eve:').toString('base64')}`)
})

test('variables of the caller are read in place of those of the process', async (t) => {
  const {url} = await fakeGnocchi(t)
  const env = {OS_AUTH_TYPE: 'gnocchi-basic', GNOCCHI_ENDPOINT: url}
  const gnocchi = await Gnocchi.connect({env})
  assert.equal(await gnocchi.endpoint(), url)
  await gnocchi.close()
})

test('what is missing is said before anything is sent', async () => {
  await assert.rejects(Gnocchi.connect({env: {}}), (error: unknown) => {
    assert.ok(error instanceof UsageError)
    assert.equal(error.message, 'to authenticate, auth url and password must be given')
    return true
  })
  await assert.rejects(Gnocchi.connect({cloud: 'nosuch', env: {OS_CLIENT_CONFIG_FILE: '/dev/null'}}), UsageError)
})

test("Gnocchi's refusal has its status and words", async (t) => {
  const {url} = await fakeGnocchi(t)
  const gnocchi = await Gnocchi.connect({settings: basic(url), env: {}})
  await assert.rejects(gnocchi.archivePolicies.get('nosuch'), (error: unknown) => {
    assert.ok(error instanceof GnocchiError)
    assert.deepEqual([error.status, error.message], [404, 'Archive policy nosuch does not exist (HTTP 404)'])
    return true
  })
  await gnocchi.close()
})
