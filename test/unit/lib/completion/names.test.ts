import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import type {NameIndex} from '../../../../src/lib/completion/index-file.ts'
import {namesFrom} from '../../../../src/lib/completion/names.ts'

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'gnocchictl-names-'))
  t.after(() => rmSync(path, {recursive: true}))
  return path
}

const none = async () => []

async function valuesOf(
  ...[kind, prefix, ...rest]: [
    ...Parameters<ReturnType<typeof namesFrom>>,
    env: Record<string, string>,
    index?: Partial<NameIndex>,
  ]
) {
  const [env, index] = rest
  const names = namesFrom(new Map(), env, async (kind) => index?.[kind] ?? [])
  return (await names(kind, prefix)).map(({value, open}) => (open ? `${value}…` : value))
}

test('metrics of hosts are offered host by host, then by name', async () => {
  const index = {metric: ['db/load', 'lonely', 'web-1/cpu', 'web-1/load', 'web-2/cpu']}
  assert.deepEqual(await valuesOf('metric', '', {}, index), ['db/…', 'lonely', 'web-1/…', 'web-2/…'])
  assert.deepEqual(await valuesOf('metric', 'web', {}, index), ['web-1/…', 'web-2/…'])
  assert.deepEqual(await valuesOf('metric', 'web-1/', {}, index), ['web-1/cpu', 'web-1/load'])
  assert.deepEqual(await valuesOf('metric', '', {}), [])
})

const cloudFiles: [what: string, text: string, names: string[]][] = [
  ['plain', 'clouds:\n  lab:\n    auth:\n      user: x\n  other:\n    a: 1\n', ['lab', 'other']],
  [
    'with comments',
    '# x\nclouds: # mine\n\n  # first\n  lab:\n    auth: {}\n# between\n  "b c":\n    x: 1\n  "b.c":\n',
    ['lab', 'b.c'],
  ],
  ['with more after it', 'clouds:\n    lab:\n        a: 1\ncache:\n    x: 1\n', ['lab']],
  ['JSON', '{"clouds": {"lab": {}, "b": {}}}', ['lab', 'b']],
  ['no file of clouds', 'hello', []],
  ['broken JSON', '{', []],
]

for (const [what, text, names] of cloudFiles)
  test(`clouds of a clouds.yaml: ${what}`, async (t) => {
    const file = join(folder(t), 'clouds.yaml')
    writeFileSync(file, text)
    assert.deepEqual(await valuesOf('cloud', '', {OS_CLIENT_CONFIG_FILE: file}), names)
  })

test('hosts of the hosts file by name, else by address; comments and a file that is none do no harm', async (t) => {
  const file = join(folder(t), 'config.json')
  const env = {GNOCCHICTL_CONFIG: file}
  writeFileSync(file, '// mine\n{"hosts": [{"ip": "10.0.0.1", "name": "web // 1"}, /* b */ {"ip": "10.0.0.2"},]}')
  assert.deepEqual(await valuesOf('host', '', env), ['web // 1', '10.0.0.2'])
  writeFileSync(file, '{"hosts": 5')
  assert.deepEqual(await valuesOf('host', '', env), [])
})

test('files and folders; hidden ones when asked for', async (t) => {
  const path = folder(t)
  mkdirSync(join(path, 'inner'))
  writeFileSync(join(path, 'a.pem'), '')
  writeFileSync(join(path, '.hidden'), '')
  const names = namesFrom(new Map(), {}, none)
  const values = async (prefix: string) => (await names('file', join(path, prefix))).map(({value}) => value).sort()
  assert.deepEqual(await values('/'), [join(path, 'a.pem'), `${join(path, 'inner')}/`])
  assert.deepEqual(await values('.h'), [join(path, '.hidden')])
  assert.deepEqual(await values('nowhere/x'), [])
})
