import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, statSync, utimesSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {indexFile, indexKey, namesOf, type NameIndex} from '../../../../src/lib/completion/index-file.ts'
import {readNames} from '../../../../src/lib/completion/refresh-index.ts'
import {fakeGnocchi} from '../../fake-gnocchi.ts'

const names: NameIndex = {metric: ['a/b'], resource: ['a'], policy: ['low'], rule: [], 'resource-type': [], method: []}

function inFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'gnocchictl-index-'))
  t.after(() => rmSync(folder, {recursive: true}))
  return folder
}

test('one at a time makes the index; when it is made it is fresh, and for its owner alone', (t) => {
  const folder = inFolder(t)
  const [mine, theirs] = [indexFile('k', folder), indexFile('k', folder)]
  assert.deepEqual([mine.read(), mine.isFresh()], [undefined, false])
  assert.deepEqual([mine.claim(), theirs.claim(), theirs.isClaimed()], [true, false, true])
  mine.write(names)
  assert.deepEqual([theirs.read(), theirs.isFresh(), theirs.isClaimed()], [names, true, false])
  assert.equal(statSync(join(folder, 'k.json')).mode & 0o777, 0o600)
  const old = new Date(Date.now() - 301_000)
  utimesSync(join(folder, 'k.json'), old, old)
  assert.deepEqual([mine.isFresh(), mine.read(), mine.claim()], [false, names, true])
})

test('what failed is not tried again for a minute; a claim that was left behind lapses', (t) => {
  const folder = inFolder(t)
  const file = indexFile('k', folder)
  assert.ok(file.claim())
  file.fail()
  assert.deepEqual([file.isClaimed(), file.claim()], [false, false])
  const before = new Date(Date.now() - 61_000)
  utimesSync(join(folder, 'k.json.failed'), before, before)
  assert.ok(file.claim())
  utimesSync(join(folder, 'k.json.claimed'), before, before)
  assert.ok(!file.isClaimed())
  assert.ok(file.claim())
})

test('the first press waits for the names it is about, no longer; the next ones wait for nothing', async (t) => {
  const file = indexFile('k', inFolder(t))
  let refreshes = 0
  const refresh = () => {
    refreshes++
    setImmediate(() => file.begin({policy: ['low']}))
  }
  const soon = 60_000
  assert.deepEqual(await namesOf(file, 'policy', refresh, soon), ['low'])
  const metrics = namesOf(file, 'metric', refresh, soon)
  setImmediate(() => file.write({...names, metric: ['a/b']}))
  assert.deepEqual(await metrics, ['a/b'])
  assert.deepEqual(await namesOf(file, 'rule', refresh, soon), [])
  assert.equal(refreshes, 1)
})

test('a press waits for nobody: not for one that failed, nor longer than it may', async (t) => {
  const [failing, hanging] = [indexFile('a', inFolder(t)), indexFile('b', inFolder(t))]
  assert.deepEqual(await namesOf(failing, 'metric', () => setImmediate(() => failing.fail()), 60_000), [])
  assert.deepEqual(await namesOf(failing, 'metric', () => assert.fail('it has just failed'), 60_000), [])
  assert.deepEqual(await namesOf(hanging, 'metric', () => undefined, 30), [])
})

test('what is known of a first index counts as old, and replaces none', (t) => {
  const file = indexFile('k', inFolder(t))
  assert.ok(file.claim())
  file.begin({policy: ['low']})
  assert.deepEqual([file.read(), file.isFresh(), file.isClaimed()], [{policy: ['low']}, false, true])
  file.write(names)
  file.begin({policy: ['high']})
  assert.deepEqual([file.read(), file.isFresh()], [names, true])
})

test('another cloud, user or project is another index; another password or timeout is not', () => {
  const env = {OS_AUTH_URL: 'http://a', OS_USERNAME: 'alice', OS_PASSWORD: 'x', OS_PROJECT_NAME: 'p'}
  const key = (more: Record<string, string>, flags: Record<string, string> = {}) =>
    indexKey(new Map(Object.entries(flags)), {...env, ...more})
  assert.equal(key({}), key({OS_PASSWORD: 'y', OS_TIMEOUT: '5'}))
  assert.equal(key({OS_PROJECT_NAME: 'q'}), key({}, {'os-project-name': 'q'}))
  assert.equal(key({OS_CLOUD: 'lab'}), key({}, {'os-cloud': 'lab'}))
  const keys = [key({}), key({OS_PROJECT_NAME: 'q'}), key({OS_USERNAME: 'bob'}), key({OS_CLOUD: 'lab'})]
  assert.equal(new Set(keys).size, keys.length)
  assert.ok(keys.every((one) => /^[a-z0-9]+$/.test(one)))
})

test('the index has the names of everything, each once, and none that a terminal would obey', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  const id = '00000000-0000-4000-8000-000000000001'
  const lists: Record<string, object[]> = {
    '/v1/archive_policy': [
      {name: 'low', aggregation_methods: ['mean', 'max']},
      {name: 'high', aggregation_methods: ['mean', 'min']},
    ],
    '/v1/archive_policy_rule': [{name: 'default'}],
    '/v1/resource_type': [{name: 'generic'}],
    '/v1/resource/generic': [
      {id, original_resource_id: 'web-1', metrics: {cpu: id, '\u001b[2Jx': id}},
      {id, original_resource_id: null, metrics: {}},
    ],
    '/v1/metric': [
      {name: 'lonely', resource_id: null},
      {name: 'cpu', resource_id: id},
      {name: null, resource_id: null},
    ],
  }
  gnocchi.instead = ({path}) => ({body: lists[path.replace(/\?.*/, '')]!})
  const early: object[] = []
  const few = {policy: ['high', 'low'], rule: ['default'], 'resource-type': ['generic'], method: ['max', 'mean', 'min']}
  const all = await readNames(gnocchi.transport, (some) => early.push(some))
  assert.deepEqual(early, [few])
  assert.deepEqual(all, {
    metric: ['lonely', 'web-1/cpu'],
    resource: [id, 'web-1'],
    ...few,
  })
})
