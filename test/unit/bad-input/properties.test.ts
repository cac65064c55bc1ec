import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import fc from 'fast-check'

import {parseDuration} from '../../../src/lib/duration.ts'
import {AppError, AuthError, GnocchiError, HostError, UsageError} from '../../../src/lib/errors.ts'
import {timedeltaSeconds} from '../../../src/lib/gnocchi/timedelta.ts'
import {openGnocchi, type Gnocchi} from '../../../src/lib/gnocchi/client.ts'
import {openTransport} from '../../../src/lib/gnocchi/transport.ts'
import {readHostsFile} from '../../../src/lib/hosts-file/read.ts'
import {openHttp, type Http, type HttpAnswer} from '../../../src/lib/http.ts'
import {resolveCloud} from '../../../src/lib/keystone/cloud.ts'
import {readCloudsYaml} from '../../../src/lib/keystone/clouds-yaml.ts'
import {openSession} from '../../../src/lib/keystone/session.ts'
import {noTokenCache} from '../../../src/lib/keystone/token-cache.ts'
import {clean} from '../../../src/lib/clean.ts'
import {formats, listFormats} from '../../../src/lib/render/formats.ts'
import {samplers} from '../../../src/lib/sampling/samplers.ts'
import {WrongShape} from '../../../src/lib/shape.ts'
import {parseSize} from '../../../src/lib/size.ts'
import {openKnownHosts} from '../../../src/lib/ssh/known-hosts.ts'
import {parseTime} from '../../../src/lib/instant.ts'
import {medium, wireResource} from '../fake-gnocchi.ts'
import {httpServer, setHome, tempFolder} from '../servers.ts'
import {meminfo} from '../ssh-server.ts'

const runs = {numRuns: 300}

/** Runs it; an error must be one of the project's own. */
async function copesWith(action: () => unknown, kind: abstract new (...args: never[]) => Error = AppError) {
  try {
    await action()
  } catch (error) {
    assert.ok(error instanceof kind, error instanceof Error ? error.stack : String(error))
  }
}

/** Text of the letters that mean something to a parser, and any other. */
const textOf = (...words: string[]) =>
  fc.oneof(
    fc.array(fc.constantFrom(...words), {maxLength: 12}).map((all) => all.join('')),
    fc.string({unit: 'binary', maxLength: 60}),
  )

/** A value with something else in one place: what a server of another version, or a proxy, makes of it. */
function damaged(value: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.jsonValue({maxDepth: 2}), fc.constantFrom(undefined, null, '', -1, 1e300, [], {}, 'x'))
  if (typeof value !== 'object' || value === null) return fc.oneof({weight: 4, arbitrary: fc.constant(value)}, anything)
  const inner = Array.isArray(value)
    ? fc.tuple(...value.map(damaged))
    : fc.record(Object.fromEntries(Object.entries(value).map(([key, field]) => [key, damaged(field)])))
  return fc.oneof({weight: 9, arbitrary: inner}, anything)
}

for (const [name, parse, words, kind] of [
  ['durations', parseDuration, ['1', '0', '9'.repeat(9), '.', ' ', '-', 'h', 'm', 's', 'days', 'y', 'minute'], UsageError],
  ['times', (text: string) => parseTime(text, new Date()), ['2026', '-', '11', '24', 'T', ' ', ':', '00', 'Z', '+', '1h', 'now', '9'.repeat(9)], UsageError],
  ['sizes', parseSize, ['1', '0', '9'.repeat(9), '.', ' ', '-', 'k', 'M', 'G', 'T', 'i', 'B'], UsageError],
  ['timespans', timedeltaSeconds, ['1', '0', '59', ':', '.', '-', ' days', ' day', ', ', '9'.repeat(9)], WrongShape],
  ['/proc/meminfo', (text: string) => samplers.memory.parse(text), [...meminfo('linux-6.18').split(/(?<=\n)/).slice(0, 6), 'MemTotal:', ' ', '9'.repeat(25), ' kB', '\n', '\r', '-'], HostError],
] as [string, (text: string) => unknown, string[], typeof UsageError | typeof WrongShape][])
  test(`${name}: any text is read, or refused in words`, () =>
    fc.assert(fc.asyncProperty(textOf(...words), (text) => copesWith(() => parse(text), kind)), runs)) // prettier-ignore

test('what durations, times and sizes give is usable', () => {
  fc.assert(
    fc.property(textOf('1', '0', '9', '.', 'h', 'd', 'y', '-', 'now', 'G', 'T'), (text) => {
      const given = (parse: (text: string) => number) => {
        try {
          return parse(text)
        } catch {
          return 1
        }
      }
      assert.ok(Number.isFinite(given(parseDuration)) && given(parseDuration) > 0)
      assert.ok(given((words) => parseTime(words, new Date()).getTime()) >= 0)
      assert.ok(Number.isSafeInteger(given(parseSize)))
    }),
    runs,
  )
})

const file = (t: TestContext, name: string) => join(tempFolder(t), name)

test('hosts file: any JSON and any text is read, or refused in words', async (t) => {
  const path = file(t, 'config.json')
  const good = {hosts: [{ip: 'a', port: 22, name: 'web', user: 'ada', password: {env: 'X'}, agent: true}]}
  const tokens = textOf('{', '}', '[', ']', '"hosts"', ':', ',', '"ip"', '"a"', '1', 'null', '\\', '\n', '//', '\uFEFF')
  const content = fc.oneof(
    tokens,
    damaged(good).map((value) => JSON.stringify(value ?? null)),
    fc.json(),
  )
  await fc.assert(
    fc.asyncProperty(content, async (text) => {
      writeFileSync(path, text)
      await copesWith(() => readHostsFile(path).hosts.map(({label}) => label), UsageError)
    }),
    runs,
  )
})

test('clouds.yaml: any YAML and any text is read, or refused in words', async (t) => {
  setHome(t)
  const path = file(t, 'clouds.yaml')
  const tokens = textOf('clouds:', '\n', '  ', 'lab', ': ', '- ', 'auth', '&a', '*a', '<<: ', '{', '}', '[', ']', '"', "'", '|', '>', '!!', '%', '---', '\t', '#', '?')
  const good = {clouds: {lab: {auth: {username: 'ada', password: 'p'}, regions: ['north'], verify: false, profile: 'v'}}}
  const content = fc.oneof(tokens, damaged(good).map((value) => JSON.stringify(value ?? null)), fc.string().map((text) => `clouds:\n  lab:\n    ${text}\n`))
  await fc.assert(
    fc.asyncProperty(content, async (text) => {
      writeFileSync(path, text)
      await copesWith(() => readCloudsYaml('lab', {OS_CLIENT_CONFIG_FILE: path}), UsageError)
    }),
    runs,
  )
}) // prettier-ignore

test('known_hosts: any text is read', (t) => {
  const path = file(t, 'known_hosts')
  const words = textOf('a', '*', '?', '!', ',', ' ', '\n', '|1|', '=', '@revoked', '@cert-authority', 'ssh-ed25519', 'AAAA', '[', ']:22', '\\', '(')
  fc.assert(
    fc.property(words, fc.string({minLength: 1}), (text, host) => {
      writeFileSync(path, text)
      const known = openKnownHosts([path], path)
      known.check(host, 22, Buffer.from(text))
      known.typesOf(host, 2222)
    }),
    runs,
  )
}) // prettier-ignore

/** Statuses that servers give, and bodies as they are after the door. */
const answers = (good: unknown): fc.Arbitrary<HttpAnswer> =>
  fc.record({
    status: fc.constantFrom(200, 200, 200, 201, 202, 204, 300, 302, 400, 401, 403, 404, 409, 500, 503),
    headers: fc.constantFrom({}, {'x-subject-token': 'token-1'}),
    body: fc.oneof({weight: 3, arbitrary: damaged(good)}, fc.jsonValue(), fc.string()),
  })

const token = {
  token: {
    issued_at: '2026-11-24T10:00:00.000000Z',
    expires_at: '2099-11-24T10:00:00.000000Z',
    catalog: [{type: 'metric', endpoints: [{interface: 'public', region: 'r', region_id: 'r', url: 'http://g'}]}],
    project: {id: 'p'},
  },
}

test("Keystone's answers: any is understood, or refused in words", async () => {
  const cloud = await resolveCloud({}, {OS_AUTH_URL: 'http://k', OS_USER_ID: 'u', OS_PASSWORD: 'p', OS_PROJECT_ID: 'p'})
  await fc.assert(
    fc.asyncProperty(answers(token), (answer) =>
      copesWith(async () => {
        const http: Http = async () => ({...answer, status: answer.status === 200 ? 201 : answer.status})
        const session = openSession(cloud, http, noTokenCache)
        assert.equal(typeof (await session.credentials()).headers['x-auth-token'], 'string')
        assert.equal(typeof (await session.endpoint()), 'string')
      }, AuthError),
    ),
    runs,
  )
})

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const at = new Date('2020-11-24T10:00:00Z')
const rows = [['2020-11-24T10:00:00+00:00', 60, 1.5]]
const reading = {method: 'mean', granularitySeconds: 60, start: at, stop: at}
const memory = {name: 'memory.usage', unit: '%', archivePolicyName: 'medium'}

for (const [name, good, call] of [
  ['archive policies', [medium], ({archivePolicies}) => archivePolicies.list()],
  ['an archive policy', medium, ({archivePolicies}) => archivePolicies.get('medium')],
  ['a metric', {id, name: 'm', unit: '%', archive_policy: medium, resource: {original_resource_id: 'web'}}, ({metrics}) => metrics.get(id)],
  ['measures', rows, ({measures}) => measures.get(id, reading)],
  ['aggregates', {measures: {[id]: {mean: rows}}}, ({aggregates}) => aggregates.ofMetrics([id], reading)],
  ['a resource', {metrics: {'memory.usage': id}}, ({resources}) => resources.metricsOf('web')],
  ['a new resource', wireResource('web', {metrics: {'memory.usage': id}}), ({resources}) => resources.create({id: 'web'})],
  ['a new metric', [{id, name: 'memory.usage', unit: '%', archive_policy: medium}], ({metrics}) => metrics.createNamed('web', memory)],
  ['a batch', {description: {cause: 'Unknown metrics', detail: [id]}}, ({measures}) => measures.send(new Map([[id, [{at, value: 1}]]]))],
] as [string, unknown, (gnocchi: Gnocchi) => Promise<unknown>][])
  test(`Gnocchi's answers: any to ${name} is understood, or refused in words`, async () => {
    const cloud = await resolveCloud({}, {OS_AUTH_TYPE: 'gnocchi-basic'})
    await fc.assert(
      fc.asyncProperty(answers(good), (answer) =>
        copesWith(async () => {
          const http: Http = async () => answer
          // What was decoded can be shown: no time that is none, no number that is none.
          JSON.stringify(await call(openGnocchi(openTransport(http, openSession(cloud, http, noTokenCache)))))
        }, GnocchiError),
      ),
      runs,
    )
  }) // prettier-ignore

test('bodies: any text is decoded, and JSON as what it is', async (t) => {
  let sent = ''
  const {url} = await httpServer(t, () => ({body: sent}))
  const http = openHttp({})
  const body = fc.oneof(fc.json(), textOf('[', ']', '{', '}', '"', ':', ',', 'NaN', '-Infinity', 'Infinity', '\\', '1', 'null', ' '))
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      sent = text
      const {body: decoded} = await http({method: 'GET', url})
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        return
      }
      assert.deepEqual(decoded, expected)
    }),
    {numRuns: 200},
  )
}) // prettier-ignore

/** RFC 4180, read back by other means than it was written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end === '\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const cells = fc.array(fc.tuple(fc.string({unit: 'binary'}), textOf('"', ',', '\n', '\r', ' ', 'a')), {maxLength: 5})
const columns = [
  {name: 'first', value: (row: [string, string]) => row[0]},
  {name: 'second', value: (row: [string, string]) => row[1]},
]

test('csv: what is written is read back', () =>
  fc.assert(
    fc.property(cells, (rows) => assert.deepEqual(readCsv(formats.csv.list(rows, columns)), [['first', 'second'], ...rows])),
    runs,
  )) // prettier-ignore

test('every format writes any text, and to people no control character', () => {
  fc.assert(
    fc.property(cells, (rows) => {
      for (const format of listFormats) void formats[format].list(rows, columns)
      for (const name of ['table', 'value'] as const)
        assert.doesNotMatch(formats[name].list(rows, columns), /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
    }),
    runs,
  )
})

test('clean: no control character is left, and nothing is done twice', () =>
  fc.assert(
    fc.property(fc.string({unit: 'binary'}), (text) => {
      assert.doesNotMatch(clean(text), /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
      assert.equal(clean(clean(text)), clean(text))
    }),
    runs,
  ))
