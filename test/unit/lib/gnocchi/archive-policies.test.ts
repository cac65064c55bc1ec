import assert from 'node:assert/strict'
import {test} from 'node:test'

import {
  decodeArchivePolicy,
  oldestTakenAt,
  rawOnDisk,
  sizeOnDisk,
  type ArchivePolicy,
} from '../../../../src/lib/gnocchi/archive-policies.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const decoded: ArchivePolicy = {
  name: 'medium',
  backWindow: 0,
  aggregationMethods: ['count', 'max', 'mean', 'min'],
  definition: [
    {granularitySeconds: 60, points: 10_080, timespanSeconds: 604_800},
    {granularitySeconds: 3600, points: 8760, timespanSeconds: 31_536_000},
  ],
}

test('a policy is decoded: methods sorted, finest granularity first, whatever order it comes in', () => {
  assert.deepEqual(decodeArchivePolicy({...medium, definition: medium.definition.toReversed()}), decoded)
})

test('a policy that keeps for ever has no points and no timespan', () => {
  const definition = [{granularity: '0:00:00.500000', points: null, timespan: null}]
  assert.deepEqual(decodeArchivePolicy({...medium, definition}).definition, [
    {granularitySeconds: 0.5, points: null, timespanSeconds: null},
  ])
})

test('one policy, all policies, and one that there is not', async (t) => {
  const {client, received} = await fakeGnocchi(t)
  assert.deepEqual(await client.archivePolicies.get('medium'), decoded)
  assert.deepEqual(await client.archivePolicies.list(), [decoded])
  await assert.rejects(client.archivePolicies.get('a b?'), {
    status: 404,
    message: 'Archive policy a b? does not exist (HTTP 404)',
  })
  assert.deepEqual(
    received.map(({method, path}) => `${method} ${path}`),
    ['GET /v1/archive_policy/medium', 'GET /v1/archive_policy', 'GET /v1/archive_policy/a%20b%3F'],
  )
})

for (const [backWindow, oldest] of [
  [0, '2026-11-24T10:00:00.000Z'],
  [2, '2026-11-24T08:00:00.000Z'],
] as const)
  test(`with a back window of ${backWindow}, measures are taken from ${oldest} on`, () => {
    const taken = oldestTakenAt({...decoded, backWindow}, new Date('2026-11-24T10:59:59.999Z'))
    assert.equal(taken.toISOString(), oldest)
  })

test('where rates are computed, measures are taken for one period more', () => {
  const aggregationMethods = ['mean', 'rate:mean']
  const taken = oldestTakenAt({...decoded, aggregationMethods, backWindow: 1}, new Date('2026-11-24T10:59:59.999Z'))
  assert.equal(taken.toISOString(), '2026-11-24T08:00:00.000Z')
})

// The largest that was seen in Ceph while 25,200 random values came, one a second, and were processed each 3 minutes.
for (const [points, backWindow, measured, most] of [
  [600, 0, 61_354, 61_911],
  [5000, 5, 91_928, 93_591],
] as const)
  test(`${points} points take no more on disk than is said: ${measured} of ${most} bytes`, () => {
    const seconds = {granularitySeconds: 1, points, timespanSeconds: points}
    const minutes = {granularitySeconds: 60, points: 600, timespanSeconds: 36_000}
    const both = sizeOnDisk({aggregationMethods: ['mean'], backWindow, definition: [seconds, minutes]})!
    // Those of the minutes, which are no more than a split that is written and one that is packed.
    const ofMinutes = 3600 * 8.05 + (3600 + backWindow) * 9
    assert.equal(Math.round(both.mostBytes - ofMinutes), most)
    assert.ok(measured <= most && measured > 0.95 * most)
  })

test('raw measures take no more than is said: 2929 of 5802 bytes', () => {
  const minutes = {granularitySeconds: 60, points: 600, timespanSeconds: 36_000}
  const policy = {name: 'p', aggregationMethods: ['mean'], backWindow: 5, definition: [minutes]}
  assert.deepEqual(rawOnDisk(policy, 1), {measures: 360, mostBytes: 5802})
})

/** What was sent, in answer to which Gnocchi gives `medium`, or `refusal` where there is one. */
async function changing(t: Parameters<typeof fakeGnocchi>[0], refusal?: object) {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({method}) =>
    method === 'GET'
      ? undefined
      : refusal
        ? {status: 400, body: {code: 400, ...refusal}}
        : method === 'DELETE'
          ? {status: 204}
          : {body: medium}
  return {
    policies: gnocchi.client.archivePolicies,
    sent: () => gnocchi.received.map(({method, path, body}) => [`${method} ${path}`, body]),
  }
}

test('a policy is made of what was said, and nothing more', async (t) => {
  const {policies, sent} = await changing(t)
  const definition = [{granularitySeconds: 60, timespanSeconds: 604_800}]
  assert.deepEqual(await policies.create({name: 'fine', definition}), decoded)
  await policies.create({name: 'fine', definition, backWindow: 0, aggregationMethods: ['+last']})
  const wire = {name: 'fine', definition: [{granularity: 60, timespan: 604_800}]}
  assert.deepEqual(sent(), [
    ['POST /v1/archive_policy', wire],
    ['POST /v1/archive_policy', {...wire, back_window: 0, aggregation_methods: ['+last']}],
  ])
})

test('a back window is changed with the definition that there is', async (t) => {
  const {policies, sent} = await changing(t)
  await policies.update('medium', {backWindow: 3})
  await policies.update('medium', {definition: [{granularitySeconds: 60, points: 5}]})
  await policies.delete('medium')
  assert.deepEqual(sent(), [
    ['GET /v1/archive_policy/medium', undefined],
    [
      'PATCH /v1/archive_policy/medium',
      {
        back_window: 3,
        definition: [
          {granularity: 60, points: 10_080},
          {granularity: 3600, points: 8760},
        ],
      },
    ],
    ['PATCH /v1/archive_policy/medium', {definition: [{granularity: 60, points: 5}]}],
    ['DELETE /v1/archive_policy/medium', undefined],
  ])
})

test('a Gnocchi that cannot change a back window is said to be too old', async (t) => {
  const {policies} = await changing(t, {
    description: {
      cause: 'Invalid input',
      reason: "extra keys not allowed @ data['back_window']",
      detail: ['back_window'],
    },
  })
  await assert.rejects(policies.update('medium', {backWindow: 3}), {
    message: 'this Gnocchi cannot change a back window: 4.5 and later can',
    status: 400,
  })
})

test('what is refused says why, and what to look at', async (t) => {
  const changed = await changing(t, {description: 'Archive policy medium does not support change: 1.0'})
  await assert.rejects(changed.policies.update('medium', {definition: []}), {
    message: 'Archive policy medium does not support change: 1.0 (HTTP 400)',
    suggestions: [
      'granularities stay as they are, only what is kept of each can change: gnocchictl archive-policy show medium',
    ],
  })
  const used = await changing(t, {description: 'Archive policy medium is still in use'})
  await assert.rejects(used.policies.delete('medium'), {
    suggestions: [
      'metrics use it (deleted ones too, until Gnocchi expunges them, within 5 minutes), or rules do: gnocchictl archive-policy-rule list',
    ],
  })
})

const rule = (policy: string) => ({name: 'r', metric_pattern: '*', archive_policy_name: policy})

for (const [name, rules, deleted, message] of [
  ['a rule uses', [rule('low'), rule('medium')], [], /^Archive policy medium is still in use \(Gnocchi failed/],
  ['only a deleted metric uses', [rule('low')], [{}], /^Archive policy medium is still in use \(Gnocchi failed/],
  ['nothing uses', [rule('low')], [], /^DELETE \/v1\/archive_policy\/medium answered 500$/],
] as const)
  test(`where Gnocchi fails on a policy that ${name}, what is the matter is found out`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = ({method, path}) =>
      method === 'DELETE'
        ? {status: 500}
        : {body: path === '/v1/archive_policy_rule' ? rules : path.includes('status=delete') ? deleted : []}
    await assert.rejects(gnocchi.client.archivePolicies.delete('medium'), {name: 'GnocchiError', status: 500, message})
  })

test('what would be an error inside the server, or a policy for ever broken, is not sent', async (t) => {
  const {policies, sent} = await changing(t)
  const definition = [{granularitySeconds: 60, points: 5}]
  await assert.rejects(policies.create({name: 'a/b', definition}), {exitCode: 2})
  await assert.rejects(policies.create({name: 'x'.repeat(256), definition}), {exitCode: 2})
  await assert.rejects(policies.create({name: 'a', definition, backWindow: 2 ** 31}), {exitCode: 2})
  await assert.rejects(policies.create({name: 'a', definition: [...definition, ...definition]}), {exitCode: 2})
  await assert.rejects(policies.create({name: 'a', definition, aggregationMethods: ['mean', '+max']}), {exitCode: 2})
  await assert.rejects(policies.update('a', {backWindow: -1}), {exitCode: 2})
  assert.deepEqual(sent(), [])
})
