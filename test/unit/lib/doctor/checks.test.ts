import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import type {Connection} from '../../../../src/lib/connect.ts'
import {examine, Unmet, type Check, type Examined} from '../../../../src/lib/doctor/check.ts'
import {checks} from '../../../../src/lib/doctor/checks.ts'
import {Examination} from '../../../../src/lib/doctor/examination.ts'
import {judged, misfits} from '../../../../src/lib/doctor/hosts.ts'
import {AuthError} from '../../../../src/lib/errors.ts'
import type {ArchivePolicy} from '../../../../src/lib/gnocchi/archive-policies.ts'
import type {Cloud} from '../../../../src/lib/keystone/cloud.ts'
import type {Session} from '../../../../src/lib/keystone/session.ts'
import {fakeGnocchi, type FakeGnocchi} from '../../fake-gnocchi.ts'

async function all(chosen: readonly Check[], examination: Examination): Promise<Examined[]> {
  const found: Examined[] = []
  for await (const findings of examine(chosen, examination)) found.push(...findings)
  return found
}

/** An examination of a fake Gnocchi, behind a Keystone that is `ahead` seconds behind this machine. */
function of(
  {url, transport, client}: Pick<FakeGnocchi, 'url' | 'transport' | 'client'>,
  ahead = 0,
  broken: Partial<Session> = {},
): Examination {
  const session: Session = {
    endpoint: async () => url,
    credentials: async () => ({headers: {}, ticket: undefined}),
    clockAheadSeconds: () => ahead,
    renew: async () => undefined,
    ...broken,
  }
  const cloud = {method: {kind: 'keystone'}, settings: {}, tls: {}, timeoutSeconds: undefined} as unknown as Cloud
  const connection: Connection = {cloud, session, transport, gnocchi: client, close: () => undefined}
  return new Examination({
    config: undefined,
    env: {},
    spool: undefined,
    intervalSeconds: 10,
    patienceSeconds: 0.05,
    connect: async () => connection,
    checkHosts: async () => [],
  })
}

const only = (...names: string[]) => checks.filter(({name}) => names.includes(name))

/** A Gnocchi of that version whose status is as given, one after the other. */
async function withStatus(t: TestContext, build: string, ...looks: object[]): Promise<FakeGnocchi> {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => {
    if (path === '/') return {body: {build, versions: []}}
    if (!path.startsWith('/v1/status')) return undefined
    return {body: looks.length > 1 ? looks.shift()! : looks[0]!}
  }
  return gnocchi
}

const status = (pending: Record<string, number>, processors = ['a']) => ({
  storage: {summary: {metrics: 0, measures: 0}, measures_to_process: pending},
  metricd: {processors},
})

/** Ids of one heap (their last seven bits are the same) and of another. */
const [first, second, other] = ['80', '00', '05'].map((end) => `00000000-0000-4000-8000-0000000000${end}`) as [
  string,
  string,
  string,
]

const backlogs: [what: string, looks: object[], verdict: string, said: RegExp][] = [
  ['nothing waits', [status({})], 'ok', /^nothing waits$/],
  ['all moves', [status({[first]: 2, [other]: 1}), status({[first]: 1})], 'ok', /^moves: 2 metrics/],
  [
    'a sack has stopped: an empty list of measures was sent',
    [status({[first]: 2, [second]: 1, [other]: 3}), status({[first]: 5, [second]: 1, [other]: 1})],
    'wrong',
    /^stands still: 2 of 3 metrics .* in 1 of 128 sacks \(0\), such as 0+-0000-4000-8000-0+80$/,
  ],
  [
    'one metric is late, its sack is not',
    [status({[first]: 2, [second]: 3}), status({[first]: 2})],
    'wrong',
    /^stands still: 1 of 2 metrics .* in 0 of 128 sacks/,
  ],
  ['no metricd runs', [status({}, [])], 'wrong', /^no metricd runs/],
]

for (const [what, looks, verdict, said] of backlogs)
  test(`backlog: ${what}`, async (t) => {
    const [found] = await all(only('backlog'), of(await withStatus(t, '4.6.5', ...looks)))
    assert.equal(found?.verdict, verdict)
    assert.match(found.what, said)
    assert.equal(found.code, 4)
  })

for (const [build, verdict] of [
  ['4.3.9', 'warning'],
  ['4.4.0', 'ok'],
  ['4.7.3', 'ok'],
  ['4.8.0', 'warning'],
  ['10.0', 'warning'],
  ['', 'warning'],
] as const)
  test(`Gnocchi ${build || 'of no version'}: ${verdict}`, async (t) => {
    const [found] = await all(only('gnocchi'), of(await withStatus(t, build, status({}))))
    assert.equal(found?.verdict, verdict)
  })

for (const [ahead, verdict, said] of [
  [0, 'ok', /^agrees/],
  [-5, 'ok', /^agrees/],
  [90, 'wrong', /^this machine's is 90 s ahead of Keystone's: a measure from the future/],
  [-90, 'wrong', /^this machine's is 90 s behind Keystone's/],
] as const)
  test(`a clock ${ahead} s ahead: ${verdict}`, async (t) => {
    const [found] = await all(only('clock'), of(await withStatus(t, '4.6.5', status({})), ahead))
    assert.equal(found?.verdict, verdict)
    assert.match(found.what, said)
  })

const now = new Date('2026-11-24T10:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)

const newest: [what: string, at: Date | undefined, sent: Date | undefined, verdict: string | undefined][] = [
  ['of this minute', ago(30), ago(5), undefined],
  ['none, and none was sent', undefined, undefined, 'warning'],
  ['none, though one was taken', undefined, ago(5), 'wrong'],
  ['older than what was taken', ago(300), ago(5), 'wrong'],
  ['of the minute before what was taken', ago(65), ago(5), 'wrong'],
  ['of the minute of what was taken', ago(59), ago(5), undefined],
  ['an hour old', ago(3600), ago(3590), 'warning'],
  ['of the next hour', ago(-3600), ago(5), 'wrong'],
]

for (const [what, at, sent, verdict] of newest)
  test(`a newest measure ${what}: ${verdict ?? 'well'}`, () => {
    assert.equal(judged('web-1', 'id', {at, seconds: 60}, sent, now, 10)?.verdict, verdict)
  })

const policy: ArchivePolicy = {
  name: 'p',
  backWindow: 0,
  aggregationMethods: ['max', 'mean', 'min'],
  definition: [{granularitySeconds: 60, points: 10, timespanSeconds: 600}],
}

for (const [what, change, late, said] of [
  ['that fits', {}, 0, ['p fits samples of every 60 s']],
  [
    'finer than the samples',
    {definition: [{granularitySeconds: 1, points: 10, timespanSeconds: 10}]},
    0,
    ['p keeps a point every 1 s, but hosts are sampled every 60 s: most of its points stay empty'],
  ],
  ['without what consume shows', {aggregationMethods: ['mean', 'min']}, 0, ['p keeps no max: consume cannot show it']],
  ['that lost late samples', {}, 1, ['p has a back window of 0, and 1 sample came too late for it']],
  ['that takes late samples', {backWindow: 1}, 3, ['p fits samples of every 60 s']],
] as const)
  test(`a policy ${what}`, () => {
    const found = misfits({...policy, ...(change as Partial<ArchivePolicy>)}, 60, late)
    assert.deepEqual(
      found.map(({what: words}) => words),
      said,
    )
  })

test('what is skipped names the check that is wrong', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const refused = async () => Promise.reject(new AuthError('Keystone does not know you'))
  for (const broken of [{credentials: refused}, {endpoint: refused}]) {
    const found = await all(only('keystone', 'catalogue', 'gnocchi', 'backlog'), of(gnocchi, 0, broken))
    assert.equal(found.filter(({verdict}) => verdict === 'wrong').length, 1)
    const skipped = found.filter(({verdict}) => verdict === 'skipped')
    assert.ok(skipped.length > 0)
    for (const {what} of skipped)
      assert.ok(
        checks.some(({name}) => what === `needs ${name}`),
        what,
      )
  }
})

test('findings come in the order of the checks; what throws is wrong, and what needs it is skipped', async (t) => {
  const examination = of(await fakeGnocchi(t))
  const chosen: Check[] = [
    {
      name: 'slow',
      code: 'usage',
      examine: () => new Promise((resolve) => setTimeout(() => resolve({verdict: 'ok', what: 'late'}), 20)),
    },
    {name: 'bad', code: 'auth', examine: () => Promise.reject(new AuthError('no', ['do this', 'or that']))},
    {name: 'needy', code: 'hosts', examine: () => Promise.reject(new Unmet('bad'))},
    {
      name: 'two',
      code: 'gnocchi',
      examine: async () => [
        {verdict: 'ok', what: 'one'},
        {verdict: 'warning', what: 'two'},
      ],
    },
  ]
  assert.deepEqual(await all(chosen, examination), [
    {check: 'slow', code: 2, verdict: 'ok', what: 'late'},
    {check: 'bad', code: 3, verdict: 'wrong', what: 'no', mend: 'do this; or that'},
    {check: 'needy', code: 5, verdict: 'skipped', what: 'needs bad'},
    {check: 'two', code: 4, verdict: 'ok', what: 'one'},
    {check: 'two', code: 4, verdict: 'warning', what: 'two'},
  ])
})

test('a thing is fetched once, however many ask for it', async (t) => {
  const gnocchi = await withStatus(t, '4.6.5', status({}))
  await all(only('gnocchi', 'backlog', 'catalogue'), of(gnocchi))
  assert.deepEqual(gnocchi.received.map(({path}) => path).sort(), [
    '/',
    '/v1/archive_policy',
    '/v1/status?details=true',
  ])
})

test('a bug in a check is a bug, not a finding', async (t) => {
  const examination = of(await fakeGnocchi(t))
  const buggy: Check = {name: 'buggy', code: 'usage', examine: () => Promise.reject(new TypeError('oops'))}
  await assert.rejects(all([buggy], examination), TypeError)
})
