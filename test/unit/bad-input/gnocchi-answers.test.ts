import assert from 'node:assert/strict'
import {test} from 'node:test'

import {GnocchiError} from '../../../src/lib/errors.ts'
import type {Gnocchi} from '../../../src/lib/gnocchi/client.ts'
import {fakeGnocchi, medium, wireResource} from '../fake-gnocchi.ts'
import type {Answer} from '../servers.ts'
import {said} from './said.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const at = new Date('2020-11-24T10:00:00Z')
const memory = {name: 'memory.usage', unit: '%', archivePolicyName: 'medium'}

const calls = {
  policies: ({archivePolicies}) => archivePolicies.list(),
  policy: ({archivePolicies}) => archivePolicies.get('medium'),
  metric: ({metrics}) => metrics.get('m'),
  measures: ({measures}) => measures.get('m', {method: 'mean', granularitySeconds: 60}),
  aggregates: ({aggregates}) =>
    aggregates.ofMetrics([id], {method: 'mean', granularitySeconds: 60, start: at, stop: at}),
  resource: ({resources}) => resources.metricsOf('web'),
  create: ({resources}) => resources.create({id: 'web'}),
  add: ({metrics}) => metrics.createNamed('web', memory),
  send: ({measures}) => measures.send(new Map([[id, [{at, value: 1}]]])),
} satisfies Record<string, (gnocchi: Gnocchi) => Promise<unknown>>

/** What each call asks, and what it takes for an answer. */
const asked: Record<keyof typeof calls, string> = {
  policies: 'GET /v1/archive_policy answered 200 with something else than a list of archive policies: ',
  policy: 'GET /v1/archive_policy/medium answered 200 with something else than an archive policy: ',
  metric: 'GET /v1/metric/m answered 200 with something else than a metric: ',
  measures: 'GET /v1/metric/m/measures answered 200 with something else than a list of aggregates: ',
  aggregates: 'POST /v1/aggregates answered 200 with something else than aggregates by metric: ',
  resource: 'GET /v1/resource/generic/web answered 200 with something else than a resource: ',
  create: 'POST /v1/resource/generic answered 200 with something else than a resource: ',
  add: 'POST /v1/resource/generic/web/metric answered 200 with something else than a list of metrics: ',
  send: 'POST /v1/batch/metrics/measures answered ',
}

const page = '<html><head><title>Sign in</title></head></html>'
const row = ['2026-11-24T10:00:00+00:00', 60, 35.5]
const metric = {id, name: 'memory.usage', unit: '%', archive_policy: medium, resource: null}
const line = medium.definition[0]!
const policyWith = (change: object) => ({...medium, ...change})
const lineWith = (change: object) => policyWith({definition: [{...line, ...change}]})
const aggregatesOf = (rows: unknown) => ({measures: {[id]: {mean: rows}}})

for (const [call, name, body, message] of [
  ['policies', 'a page', page, 'it is HTML, not a list'],
  ['policies', 'nothing', undefined, 'nothing'],
  ['policies', 'null', 'null', 'it is null, not a list'],
  ['policies', 'one policy, not in a list', medium, 'it is an object, not a list'],
  ['policies', 'names', ['medium'], '[0] is text, not an object'],
  ['policies', 'a bad one among the good', [medium, policyWith({name: null})], '[1].name is null, not text'],
  ['policies', 'a cut answer', '[{"name": "medium", "def', 'it is text, not a list'],
  ['policies', 'a number', '7', 'it is 7, not a list'],

  ['policy', 'a page', page, 'it is HTML, not an object'],
  ['policy', 'nothing', undefined, 'nothing'],
  ['policy', 'a list', [medium], 'it is a list of 1, not an object'],
  ['policy', 'an empty object', {}, 'name is missing'],
  ['policy', 'no definition', policyWith({definition: undefined}), 'definition is missing'],
  ['policy', 'an empty definition', policyWith({definition: []}), 'definition is empty'],
  ['policy', 'a definition in an object', policyWith({definition: line}), 'definition is an object, not a list'],
  ['policy', 'a definition of nothing', policyWith({definition: [null]}), 'definition[0] is null, not an object'],
  [
    'policy',
    'a granularity in letters',
    lineWith({granularity: 'abc'}),
    'definition[0].granularity is "abc", not a timespan',
  ],
  ['policy', 'a granularity in numbers', lineWith({granularity: 60}), 'definition[0].granularity is 60, not text'],
  [
    'policy',
    'a granularity of nothing',
    lineWith({granularity: '0:00:00'}),
    'definition[0].granularity is "0:00:00", not a granularity',
  ],
  [
    'policy',
    'a negative granularity',
    lineWith({granularity: '-1 day, 0:00:00'}),
    'definition[0].granularity is "-1 day, 0:00:00", not a granularity',
  ],
  [
    'policy',
    'a granularity of 70 minutes and 61 seconds',
    lineWith({granularity: '0:70:61'}),
    'definition[0].granularity is "0:70:61", not a timespan',
  ],
  [
    'policy',
    'a granularity longer than time',
    lineWith({granularity: '99999999999 days, 0:00:00'}),
    'definition[0].granularity is "99999999999 days, 0:00:00", not a timespan',
  ],
  ['policy', 'no granularity', lineWith({granularity: undefined}), 'definition[0].granularity is missing'],
  ['policy', 'a timespan of true', lineWith({timespan: true}), 'definition[0].timespan is true, not text'],
  ['policy', 'no timespan', lineWith({timespan: undefined}), 'definition[0].timespan is missing'],
  ['policy', 'points in text', lineWith({points: '10'}), 'definition[0].points is "10", not a count'],
  ['policy', 'half a point', lineWith({points: 1.5}), 'definition[0].points is 1.5, not a count'],
  ['policy', 'fewer points than none', lineWith({points: -1}), 'definition[0].points is -1, not a count'],
  ['policy', 'a back window in text', policyWith({back_window: '0'}), 'back_window is "0", not a count'],
  [
    'policy',
    'a back window of NaN',
    JSON.stringify(medium).replace('"back_window":0', '"back_window":NaN'),
    'back_window is null, not a count',
  ],
  ['policy', 'a negative back window', policyWith({back_window: -1}), 'back_window is -1, not a count'],
  [
    'policy',
    'a back window wider than numbers',
    policyWith({back_window: 1e300}),
    'back_window is 1e+300, not a count',
  ],
  [
    'policy',
    'methods in text',
    policyWith({aggregation_methods: 'mean, max'}),
    'aggregation_methods is text, not a list',
  ],
  [
    'policy',
    'methods in numbers',
    policyWith({aggregation_methods: ['mean', 95]}),
    'aggregation_methods[1] is 95, not text',
  ],
  ['policy', 'no name', policyWith({name: undefined}), 'name is missing'],
  ['policy', 'a name in a list', policyWith({name: ['medium']}), 'name is a list of 1, not text'],

  ['metric', 'a page', page, 'it is HTML, not an object'],
  ['metric', 'nothing', undefined, 'nothing'],
  ['metric', 'a list', [metric], 'it is a list of 1, not an object'],
  ['metric', 'no policy', {...metric, archive_policy: undefined}, 'archive_policy is missing'],
  ['metric', 'the name of a policy', {...metric, archive_policy: 'medium'}, 'archive_policy is text, not an object'],
  [
    'metric',
    'a damaged policy',
    {...metric, archive_policy: policyWith({definition: null})},
    'archive_policy.definition is null, not a list',
  ],
  ['metric', 'no id', {...metric, id: undefined}, 'id is missing'],
  ['metric', 'an id that is none', {...metric, id: '../../etc/passwd'}, 'id is "../../etc/passwd", not a UUID'],
  ['metric', 'a name in numbers', {...metric, name: 7}, 'name is 7, not text'],
  ['metric', 'a unit in a list', {...metric, unit: []}, 'unit is a list of 0, not text'],
  ['metric', 'a resource by its id alone', {...metric, resource: id}, 'resource is text, not an object'],
  ['metric', 'a resource without a type', {...metric, resource: {id}}, 'resource.type is missing'],

  ['measures', 'a page', page, 'it is HTML, not a list'],
  ['measures', 'nothing', undefined, 'nothing'],
  ['measures', 'an object', {measures: [row]}, 'it is an object, not a list'],
  ['measures', 'a text', '"none"', 'it is text, not a list'],
  ['measures', 'a flat list', row, '[0] is text, not a list of 3'],
  ['measures', 'a row that is too short', [row.slice(0, 2)], '[0] is a list of 2, not a list of 3'],
  ['measures', 'a row that is too long', [[...row, 1]], '[0] is a list of 4, not a list of 3'],
  ['measures', 'a row in an object', [{timestamp: row[0], value: 1}], '[0] is an object, not a list of 3'],
  ['measures', 'no row at all', [row, null], '[1] is null, not a list of 3'],
  ['measures', 'a time that is none', [['yesterday', 60, 1]], '[0][0] is "yesterday", not a time'],
  ['measures', 'a time in numbers', [[1_700_000_000, 60, 1]], '[0][0] is 1700000000, not a time'],
  ['measures', 'no time', [[null, 60, 1]], '[0][0] is null, not a time'],
  ['measures', 'a granularity in text', [[row[0], '60', 1]], '[0][1] is "60", not a number'],
  ['measures', 'a granularity of NaN', `[["${row[0]}", NaN, 1]]`, '[0][1] is null, not a number'],
  ['measures', 'a value in text', [[row[0], 60, '35.5']], '[0][2] is "35.5", not a number'],
  ['measures', 'a value of true', [[row[0], 60, true]], '[0][2] is true, not a number'],
  ['measures', 'a value in a list', [[row[0], 60, [1]]], '[0][2] is a list of 1, not a number'],
  ['measures', 'a value larger than numbers', `[["${row[0]}", 60, 1e999]]`, '[0][2] is Infinity, not a number'],
  ['measures', 'a cut answer', `[["${row[0]}", 60, 1], ["2026-`, 'it is text, not a list'],

  ['aggregates', 'a page', page, 'it is HTML, not an object'],
  ['aggregates', 'nothing', undefined, 'nothing'],
  ['aggregates', 'a list', [row], 'it is a list of 1, not an object'],
  ['aggregates', 'no measures', {references: []}, 'measures is missing'],
  ['aggregates', 'measures of null', {measures: null}, 'measures is null, not an object'],
  ['aggregates', 'measures in a list', {measures: [row]}, 'measures is a list of 1, not an object'],
  [
    'aggregates',
    'no methods',
    {measures: {[id]: [row]}},
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6 is a list of 1, not an object',
  ],
  [
    'aggregates',
    'a method without a list',
    aggregatesOf({}),
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6.mean is an object, not a list',
  ],
  [
    'aggregates',
    'a method of null',
    aggregatesOf(null),
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6.mean is null, not a list',
  ],
  [
    'aggregates',
    'a row that is too short',
    aggregatesOf([row, ['2026-11-24T10:00:00Z', 60]]),
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6.mean[1] is a list of 2, not a list of 3',
  ],
  [
    'aggregates',
    'a time that is none',
    aggregatesOf([['2026-13-01T00:00:00+00:00', 60, 1]]),
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6.mean[0][0] is "2026-13-01T00:00:00+00:00", not a time',
  ],
  [
    'aggregates',
    'a value in text',
    aggregatesOf([[row[0], 60, 'NaN']]),
    'measures.a657d89e-a2d0-458b-b457-d600a7e95ca6.mean[0][2] is "NaN", not a number',
  ],

  ['resource', 'a page', page, 'it is HTML, not an object'],
  ['resource', 'nothing', undefined, 'nothing'],
  ['resource', 'no metrics', {id}, 'metrics is missing'],
  ['resource', 'metrics in a list', {id, metrics: [id]}, 'metrics is a list of 1, not an object'],
  [
    'resource',
    'a metric in an object',
    {id, metrics: {'memory.usage': {id}}},
    'metrics.memory.usage is an object, not a UUID',
  ],
  [
    'resource',
    'a metric that is no UUID',
    {id, metrics: {'memory.usage': 'abc'}},
    'metrics.memory.usage is "abc", not a UUID',
  ],

  ['create', 'a page', page, 'it is HTML, not an object'],
  ['create', 'nothing', undefined, 'nothing'],
  ['create', 'a list', [{id}], 'it is a list of 1, not an object'],
  ['create', 'no type', {...wireResource('web'), type: null}, 'type is null, not text'],
  [
    'create',
    'a metric in numbers',
    wireResource('web', {metrics: {'memory.usage': 7}}),
    'metrics.memory.usage is 7, not a UUID',
  ],

  ['add', 'a page', page, 'it is HTML, not a list'],
  ['add', 'nothing', undefined, 'nothing'],
  ['add', 'an object', {id, name: 'memory.usage'}, 'it is an object, not a list'],
  ['add', 'a list of ids', [id], '[0] is text, not an object'],
  ['add', 'a metric without an id', [{name: 'memory.usage'}], '[0].id is missing'],
  ['add', 'a metric without a name', [{id}], '[0].name is missing'],
  ['add', 'none of that name', [{...metric, name: 'cpu'}], 'it has no metric memory.usage'],
  [
    'add',
    'an id that is too short',
    [{id: id.slice(1), name: 'memory.usage'}],
    '[0].id is "657d89e-a2d0-458b-b457-d600a7e95ca6", not a UUID',
  ],
] as [keyof typeof calls, string, unknown, string][])
  test(`${call}: ${name} is said`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => ({body})
    const words = await said(GnocchiError, () => calls[call](gnocchi.client))
    assert.ok(words.startsWith(asked[call]), words)
    assert.equal(words.slice(asked[call].length), message)
  })

for (const [call, name, answer, message] of [
  ['policy', 'a 204 where a body is expected', {status: 204}, 'GET /v1/archive_policy/medium answered 204 with something else than an archive policy: nothing'],
  ['policy', 'a redirection', {status: 302, headers: {location: 'https://sso.example/login'}, body: page}, 'GET /v1/archive_policy/medium answered 302: Sign in'],
  ['policy', 'several choices', {status: 300, body: {versions: []}}, 'GET /v1/archive_policy/medium answered 300'],
  ['policy', 'a 304 that nobody asked for', {status: 304}, 'GET /v1/archive_policy/medium answered 304'],
  ['send', 'a page that says yes to all', {status: 200, body: page}, '200, not 202'],
  ['send', 'a 204', {status: 204}, '204, not 202'],
  ['send', 'a redirection', {status: 307, headers: {location: '/login'}}, '307'],
  ['send', 'a 500 in a page of many lines', {status: 500, body: '<html><TITLE>\n Oh\n no </TITLE>'}, '500: Oh no'],
  ['send', 'a 500 that is a list', {status: 500, body: [1, 2]}, '500'],
  ['send', 'a 500 that is null', {status: 500, body: 'null'}, '500'],
  ['send', 'a 500 with a number for words', {status: 500, body: {description: 7}}, '500: 7'],
  ['send', 'a 500 with a title in a list', {status: 500, body: {title: ['a']}}, '500'],
  ['send', 'a 500 with an error in text', {status: 500, body: {error: 'no'}}, '500'],
  ['send', 'a 500 with lines', {status: 500, body: {description: ' a\r\n\tb '}}, '500: a b'],
  ['send', 'a 500 nested ten thousand deep', {status: 500, body: `{"description": ${'['.repeat(1e4)}${']'.repeat(1e4)}}`}, '500'],
  ['send', 'a 500 with a word of a megabyte', {status: 500, body: {description: 'x'.repeat(1e6)}}, `500: ${'x'.repeat(1000)}`],
  ['send', 'a 400 that names no metric', {status: 400, body: {description: {cause: 'Unknown metrics', detail: null}}}, 'nothing: it went well'],
] as [keyof typeof calls, string, Answer, string][])
  test(`${call}: ${name} is said`, async (t) => {
    const gnocchi = await fakeGnocchi(t)
    gnocchi.instead = () => answer
    const words = await said(GnocchiError, () => calls[call](gnocchi.client))
    assert.equal(words.replace(asked.send, ''), message)
  }) // prettier-ignore

test('what answers in the place of Gnocchi is asked about', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: page})
  for (const call of Object.values(calls))
    await assert.rejects(call(gnocchi.client), {
      name: 'GnocchiError',
      exitCode: 4,
      status: 200,
      suggestions: ['is it Gnocchi that answers there, or a proxy in front of it? --debug shows the address'],
    })
})

test('a metric that Gnocchi leaves out of its answer has no aggregates', async (t) => {
  const gnocchi = await fakeGnocchi(t)
  gnocchi.instead = () => ({body: {measures: {}}})
  assert.deepEqual(await calls.aggregates(gnocchi.client), new Map([[id, []]]))
})
