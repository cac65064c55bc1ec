import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'

import {allOf} from '../../../../src/lib/gnocchi/pages.ts'
import {pickMetrics, type MetricChoice} from '../../../../src/lib/resources/pick-metrics.ts'
import {fakeGnocchi, medium} from '../../fake-gnocchi.ts'

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const metric = (n: number, user: string, project: string, more: object = {}) => ({
  id: id(n),
  name: `m${n}`,
  unit: null,
  creator: `${user}:${project}`,
  created_by_user_id: user,
  created_by_project_id: project,
  resource_id: id(99),
  archive_policy: medium,
  ...more,
})
const all = [metric(1, 'ada', 'p'), metric(2, 'bob', 'p', {unit: 'B'}), metric(3, 'ada', 'q'), metric(4, 'ada', 'p')]

/** What is picked of these four, two on a page, and what was asked for it. */
async function picked(t: TestContext, choice: MetricChoice) {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = ({path}) => {
    const {searchParams, pathname} = new URL(path, 'http://gnocchi')
    if (pathname.endsWith('/metric') && pathname.includes('resource')) return {body: all}
    const begin = all.findIndex((one) => one.id === searchParams.get('marker')) + 1
    const page = all.slice(begin, begin + 2)
    return {
      body: page,
      headers: page.length === 2 ? {link: `<http://x/v1/metric?marker=${page[1]!.id}>; rel="next"`} : {},
    }
  }
  const metrics = await allOf(pickMetrics(gnocchi.client, choice))
  return {ids: metrics.map((one) => Number(one.id.slice(-2))), asked: gnocchi.received.map(({path}) => path)}
}

test('what Gnocchi can pick, it is asked for', async (t) => {
  const {asked} = await picked(t, {
    name: 'a b',
    unit: '%',
    archivePolicyName: 'low',
    userId: 'ada',
    projectId: 'p',
    sort: ['name:desc', 'id'],
    limit: 1,
  })
  assert.deepEqual(asked, [
    '/v1/metric?name=a+b&unit=%25&creator=ada%3Ap&archive_policy_name=low&sort=name%3Adesc&sort=id&limit=1',
  ])
})

test('a user or a project alone is picked here, from all pages', async (t) => {
  assert.deepEqual((await picked(t, {userId: 'ada'})).ids, [1, 3, 4])
  assert.deepEqual((await picked(t, {projectId: 'p'})).ids, [1, 2, 4])
  const {ids, asked} = await picked(t, {userId: 'ada', limit: 2})
  assert.deepEqual(ids, [1, 3])
  assert.equal(asked.length, 2)
})

test('of the metrics of a resource, those that are meant', async (t) => {
  assert.deepEqual((await picked(t, {resource: 'web 1'})).ids, [1, 2, 3, 4])
  assert.deepEqual((await picked(t, {resource: 'web 1'})).asked, ['/v1/resource/generic/web%201/metric'])
  for (const [choice, ids] of [
    [{unit: 'B'}, [2]],
    [{name: 'm3'}, [3]],
    [{id: id(4)}, [4]],
    [{archivePolicyName: 'low'}, []],
    [{creator: 'ada:p'}, [1, 4]],
    [{userId: 'ada', projectId: 'q'}, [3]],
    [{limit: 2}, [1, 2]],
  ] as const)
    assert.deepEqual((await picked(t, {resource: 'web 1', ...choice})).ids, ids)
})
