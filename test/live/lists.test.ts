import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {test, type TestContext} from 'node:test'
import {promisify} from 'node:util'

import {fakeGnocchi} from '../unit/fake-gnocchi.ts'
import {httpServer, type Answer} from '../unit/servers.ts'
import {person, program, type Person} from './person.ts'

const run = promisify(execFile)

const perPage = 1000
const archivePolicy = {
  name: 'low',
  back_window: 0,
  aggregation_methods: ['mean'],
  definition: [{granularity: '0:05:00', points: 8640, timespan: '30 days, 0:00:00'}],
}
const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
/** Long enough that a page is more than a pipe holds. */
const name = (n: number) => `metric.${'x'.repeat(100)}.${n}`

/** A Gnocchi of so many full pages of metrics, and someone who lists them; `instead` answers in place of a page, by its number. */
async function lister(t: TestContext, pages: number, instead: (page: number) => Promise<void> | Answer | undefined) {
  const {url, received} = await httpServer(t, async ({path}) => {
    const marker = new URL(path, 'http://gnocchi').searchParams.get('marker')
    const first = marker === null ? 0 : Number(marker.slice(-12)) + 1
    const other = await instead(first / perPage)
    if (other) return other
    const body = Array.from({length: first < pages * perPage ? perPage : 0}, (_, index) => ({
      ...{id: id(first + index), name: name(first + index), unit: null, creator: 'a:b', resource_id: null},
      archive_policy: archivePolicy,
    }))
    const link = `<http://internal/v1/metric?marker=${body.at(-1)?.id}>; rel="next"`
    return {body, headers: body.length > 0 ? {link} : {}}
  })
  return {who: person(t, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: url}), received}
}

/** The first line of what a command prints, its exit code below. */
const firstLine = ({env, home}: Person, line: string) =>
  run('bash', ['-c', `"$0" "$1" ${line} | head -n 1; echo "\${PIPESTATUS[0]}"`, process.execPath, program], {
    env,
    cwd: home,
  })

for (const format of ['csv', 'json', 'ndjson', 'value', 'yaml'])
  test(`-f ${format} writes a page of a list before the last one has come`, async (t) => {
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const {who} = await lister(t, 2, (page) => (page === 1 ? held : undefined))
    const running = who.start(['metric', 'list', '-f', format, '-c', 'id', '-c', 'name'])
    await running.says(({stdout}) => stdout.includes(name(perPage - 1)))
    release()
    const {stdout, stderr, code} = await running.ended
    assert.deepEqual({stderr, code}, {stderr: '', code: 0})
    assert.equal(stdout.match(/metric\.x+\.\d+/g)?.length, 2 * perPage)
  })

test('a page that fails ends the list where it is, with an error', async (t) => {
  const failure = {status: 503, body: {code: 503, title: 'Service Unavailable', description: 'Unable to lock'}}
  const {who} = await lister(t, 3, (page) => (page === 2 ? failure : undefined))
  const {stdout, stderr, code} = await who.cli(['metric', 'list', '-f', 'json', '-c', 'id'])
  const rows = Array.from({length: 2 * perPage}, (_, n) => ({id: id(n)}))
  assert.equal(stdout, JSON.stringify(rows, null, 2).slice(0, -'\n]'.length))
  assert.deepEqual(
    {stderr, code},
    {
      stderr:
        'error: GET /v1/metric answered 503: Unable to lock\n  try: Gnocchi, or the Keystone or proxy it needs, is not ready: try again\n',
      code: 4,
    },
  )
})

test('a list that is read no further (| head) ends well, and asks for no more pages than the next', async (t) => {
  const {who, received} = await lister(t, 50, () => undefined)
  assert.deepEqual(await firstLine(who, 'metric list -f value -c name'), {stdout: `${name(0)}\n0\n`, stderr: ''})
  assert.ok(received.length <= 2, `${received.length} pages`)
})

test('an export that is read no further ends well too', async (t) => {
  const rows = Array.from(
    {length: 50_000},
    (_, n) => [new Date(n * 60_000).toISOString(), 60, n] as [string, number, number],
  )
  const {url} = await fakeGnocchi(t, {[id(1)]: {aggregates: {mean: rows}}})
  const who = person(t, {OS_AUTH_TYPE: 'gnocchi-basic', OS_ENDPOINT_OVERRIDE: url})
  assert.deepEqual(await firstLine(who, `measures export ${id(1)} --start 1970-01-01 --stop 1970-02-01`), {
    stdout: 'metric,timestamp,value\n0\n',
    stderr: '',
  })
})

test('a list may be longer than memory', async (t) => {
  const {who} = await lister(t, 100, () => undefined)
  const env = {NODE_OPTIONS: '--max-old-space-size=32'}
  const {stdout, stderr, code} = await who.cli(['metric', 'list', '-f', 'json'], {env})
  assert.deepEqual({stderr, code}, {stderr: '', code: 0})
  assert.equal((JSON.parse(stdout) as unknown[]).length, 100 * perPage)
})
