import assert from 'node:assert/strict'
import {chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {readHostsFile} from '../../../../src/lib/hosts-file/read.ts'
import {writeMetricIds} from '../../../../src/lib/hosts-file/write.ts'
import {tempFolder} from '../../servers.ts'

const id = 'a657d89e-a2d0-458b-b457-d600a7e95ca6'
const other = 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4'

/** Two hosts as people indent them, the first with a key after which the id is put. */
const file = (indent: string, eol: string, metrics: readonly (string | undefined)[]): string => {
  const host = (ip: string, metric: string | undefined) => [
    `${indent.repeat(2)}{`,
    `${indent.repeat(3)}"user": "root",`,
    `${indent.repeat(3)}"ip": "${ip}"${metric ? ',' : ''}`,
    ...(metric ? [`${indent.repeat(3)}"metric": "${metric}"`] : []),
  ]
  return [
    '{',
    `${indent}"$schema": "./config.schema.json",`,
    `${indent}"hosts": [`,
    ...host('a', metrics[0]),
    `${indent.repeat(2)}},`,
    ...host('b', metrics[1]),
    `${indent.repeat(2)}}`,
    `${indent}]`,
    '}',
  ].join(eol)
}

for (const [name, indent, eol, end] of [
  ['two spaces', '  ', '\n', '\n'],
  ['four spaces', '    ', '\n', '\n'],
  ['tabs', '\t', '\n', '\n'],
  ['Windows line ends', '  ', '\r\n', '\r\n'],
  ['no line end at its end', '  ', '\n', ''],
] as const)
  test(`a file with ${name} keeps them, and its order`, (t) => {
    const path = join(tempFolder(t), 'config.json')
    writeFileSync(path, file(indent, eol, []) + end)
    writeMetricIds(path, new Map([['b', other]]))
    assert.equal(readFileSync(path, 'utf8'), file(indent, eol, [undefined, other]) + end)
    writeMetricIds(path, new Map([['a', id]]))
    assert.equal(readFileSync(path, 'utf8'), file(indent, eol, [id, other]) + end)
  })

for (const [name, before, after] of [
  [
    'hosts on one line each',
    '{\n  "hosts": [\n    {"ip": "a", "user": "root"},\n    {"ip": "b"}\n  ]\n}\n',
    `{\n  "hosts": [\n    {"ip": "a", "user": "root", "metric": "${id}"},\n    {"ip": "b"}\n  ]\n}\n`,
  ],
  [
    'everything on one line',
    '{"hosts":[{"ip":"a"},{"ip":"b"}]}',
    `{"hosts":[{"ip":"a", "metric": "${id}"},{"ip":"b"}]}`,
  ],
  [
    'an old id',
    `{"hosts": [{"ip": "a", "metric": "${other}", "user": "root"}]}`,
    `{"hosts": [{"ip": "a", "metric": "${id}", "user": "root"}]}`,
  ],
  ['a byte order mark', '\uFEFF{"hosts":[{"ip":"a"}]}', `\uFEFF{"hosts":[{"ip":"a", "metric": "${id}"}]}`],
] as const)
  test(`a file with ${name} gets the id, and nothing else changes`, (t) => {
    const path = join(tempFolder(t), 'config.json')
    writeFileSync(path, before)
    writeMetricIds(path, new Map([['a', id]]))
    const written = readFileSync(path, 'utf8')
    assert.equal(written, after)
    assert.equal(readHostsFile(path).hosts[0]!.metric, id)
  })

for (const mode of [0o600, 0o640, 0o644])
  test(`the mode ${mode.toString(8)} stays`, (t) => {
    const folder = tempFolder(t)
    const path = join(folder, 'config.json')
    writeFileSync(path, '{"hosts": [{"ip": "a"}]}')
    chmodSync(path, mode)
    writeMetricIds(path, new Map([['a', id]]))
    assert.equal(statSync(path).mode & 0o777, mode)
    assert.deepEqual(readdirSync(folder), ['config.json'])
  })

test('a link stays a link, and the file it names is written', (t) => {
  const folder = tempFolder(t)
  mkdirSync(join(folder, 'real'))
  const real = join(folder, 'real/hosts.json')
  const link = join(folder, 'config.json')
  writeFileSync(real, '{"hosts": [{"ip": "a"}]}')
  symlinkSync(real, link)
  writeMetricIds(link, new Map([['a', id]]))
  assert.ok(lstatSync(link).isSymbolicLink())
  assert.equal(readHostsFile(real).hosts[0]!.metric, id)
})

test('a host of another name is no reason to write', (t) => {
  const path = join(tempFolder(t), 'config.json')
  writeFileSync(path, '{"hosts": [{"ip": "a"}]}')
  const {ino} = statSync(path)
  writeMetricIds(path, new Map([['c', id]]))
  assert.equal(statSync(path).ino, ino)
})
