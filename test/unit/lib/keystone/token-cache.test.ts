import assert from 'node:assert/strict'
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {noTokenCache, openTokenCache} from '../../../../src/lib/keystone/token-cache.ts'
import {setEnv, tempFolder} from '../../servers.ts'

const login = {token: 'token-1', useUntil: '2026-11-24T10:00:00.000Z', endpoint: 'http://gnocchi:8041'}

test('what is kept is there for the next run, in a file that only its owner may read', (t) => {
  const folder = tempFolder(t)
  setEnv(t, {XDG_CACHE_HOME: folder})
  const cache = openTokenCache()
  cache.set('a', login)
  cache.set('b.with.dots', {...login, token: 'token-2'})
  const file = join(folder, 'gnocchictl/tokens.json')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const next = openTokenCache()
  assert.deepEqual([next.get('a'), next.get('b.with.dots')?.token, next.get('b')], [login, 'token-2', undefined])
  next.delete('a')
  assert.equal(openTokenCache().get('a'), undefined)
})

test('a file that others could read becomes private with the next token', (t) => {
  const folder = tempFolder(t)
  setEnv(t, {XDG_CACHE_HOME: folder})
  mkdirSync(join(folder, 'gnocchictl'))
  const file = join(folder, 'gnocchictl/tokens.json')
  writeFileSync(file, '{}', {mode: 0o644})
  openTokenCache().set('a', login)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

for (const [name, text] of [
  ['damaged', '{"a": {"tok'],
  ['empty', ''],
  ['a list', '[1, 2]'],
] as const)
  test(`a file that is ${name} is an empty cache`, (t) => {
    const folder = tempFolder(t)
    setEnv(t, {XDG_CACHE_HOME: folder})
    mkdirSync(join(folder, 'gnocchictl'))
    writeFileSync(join(folder, 'gnocchictl/tokens.json'), text)
    const cache = openTokenCache()
    assert.equal(cache.get('a'), undefined)
    cache.set('a', login)
    assert.deepEqual(openTokenCache().get('a'), login)
  })

test('a folder that cannot be made is no failure', (t) => {
  const file = join(tempFolder(t), 'a file')
  writeFileSync(file, 'kept')
  setEnv(t, {XDG_CACHE_HOME: file})
  const cache = openTokenCache()
  cache.set('a', login)
  cache.delete('a')
  assert.equal(cache.get('a'), undefined)
  assert.equal(readFileSync(file, 'utf8'), 'kept')
})

test('no cache keeps nothing', () => {
  noTokenCache.set('a', login)
  assert.equal(noTokenCache.get('a'), undefined)
})
