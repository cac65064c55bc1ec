import assert from 'node:assert/strict'
import {test} from 'node:test'

import {fakeGnocchi} from '../../fake-gnocchi.ts'

const rule = {name: 'memory', archive_policy_name: 'medium', metric_pattern: 'memory.*'}
const decoded = {name: 'memory', archivePolicyName: 'medium', metricPattern: 'memory.*'}

test('rules are listed, shown, made, renamed and deleted', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({method, path}) =>
    method === 'DELETE' ? {status: 204} : {body: path.endsWith('rule') && method === 'GET' ? [rule] : rule}
  const {archivePolicyRules} = gnocchi.client
  assert.deepEqual(await archivePolicyRules.list(), [decoded])
  assert.deepEqual(await archivePolicyRules.get('a b?'), decoded)
  assert.deepEqual(await archivePolicyRules.create(decoded), decoded)
  assert.deepEqual(await archivePolicyRules.rename('memory', 'mem'), decoded)
  await archivePolicyRules.delete('memory')
  assert.deepEqual(
    gnocchi.received.map(({method, path, body}) => [`${method} ${path}`, body]),
    [
      ['GET /v1/archive_policy_rule', undefined],
      ['GET /v1/archive_policy_rule/a%20b%3F', undefined],
      ['POST /v1/archive_policy_rule', rule],
      ['PATCH /v1/archive_policy_rule/memory', {name: 'mem'}],
      ['DELETE /v1/archive_policy_rule/memory', undefined],
    ],
  )
})

test('names that Gnocchi would choke on are not sent', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  await assert.rejects(client.archivePolicyRules.create({...decoded, name: 'a/b'}), {
    message: 'the name of an archive policy rule cannot hold a slash: "a/b" could be neither shown nor deleted',
  })
  await assert.rejects(client.archivePolicyRules.rename('memory', ''), {
    message: 'the name of an archive policy rule cannot be empty',
  })
  await assert.rejects(client.archivePolicyRules.create({...decoded, metricPattern: '*'.repeat(256)}), {
    message: 'a pattern has 255 characters at most',
  })
  assert.deepEqual(received, [])
})
