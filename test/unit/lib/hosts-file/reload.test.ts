import assert from 'node:assert/strict'
import {renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {isSameHost, readHostsFile, type Host} from '../../../../src/lib/hosts-file/read.ts'
import {followHostsFile} from '../../../../src/lib/hosts-file/reload.ts'
import {tempFolder} from '../../servers.ts'

const metrics = ['a657d89e-a2d0-458b-b457-d600a7e95ca6', 'b9bfa0f2-8f41-4f9c-9eae-af798ff30ba4']
const webAlone = [{ip: '10.0.0.1', name: 'web', password: 'one', metric: metrics[0]}]
const both = [...webAlone, {ip: '10.0.0.2', name: 'db', password: 'two', metric: metrics[1]}]

/** A followed file, as a run that began with `hosts` has it. */
function following(t: TestContext, hosts: object[]) {
  const folder = tempFolder(t)
  const path = join(folder, 'config.json')
  const put = (content: object[] | string, file = path) =>
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify({hosts: content}), {mode: 0o600})
  put(hosts)
  let labels = readHostsFile(path).hosts.map(({label}) => label)
  const said: string[] = []
  const take = (read: Host[]) => {
    const before = labels
    labels = read.map(({label}) => label)
    return {
      added: labels.filter((label) => !before.includes(label)),
      removed: before.filter((label) => !labels.includes(label)),
      changed: [],
    }
  }
  const follower = followHostsFile(path, take, (line) => said.push(line))
  follower.look()
  return {folder, path, put, said, follower, last: () => said.at(-1) ?? '', labels: () => labels}
}

test('a file that stays as it is, is not talked of', (t) => {
  const {follower, said, labels, put} = following(t, both)
  follower.look()
  put(both) // written again, with the same hosts
  follower.look()
  assert.deepEqual([said, labels()], [[], ['web', 'db']])
})

test('a file that is replaced, or reached by a link put elsewhere, is read again', (t) => {
  const {follower, said, labels, put, folder, path} = following(t, webAlone)
  put(both, join(folder, 'new.json'))
  renameSync(join(folder, 'new.json'), path)
  follower.look()
  assert.deepEqual([said, labels()], [['the hosts file was read again: 1 added (db)'], ['web', 'db']])
  put(webAlone, join(folder, 'other.json'))
  rmSync(path)
  symlinkSync('other.json', path)
  follower.look()
  assert.deepEqual([said.slice(1), labels()], [['the hosts file was read again: 1 removed (db)'], ['web']])
})

test('a broken file is said once, at the second look, with its mistakes, and changes nothing', (t) => {
  const {follower, said, last, labels, put, path} = following(t, both)
  put('{"hosts": [\n{"ip": 1}, {"ip": "10.0.0.1", "prot": 1}]}')
  follower.look()
  assert.deepEqual(said, [], 'it may be half-written')
  for (let looks = 0; looks < 3; looks++) follower.look()
  assert.equal(said.length, 1)
  assert.match(
    said[0]!,
    /^the hosts file cannot be used, the hosts stay as they were: .*config\.json:2: hosts\[0\]\.ip: .*; .*prot.*$/,
  )
  assert.deepEqual(labels(), ['web', 'db'])
  put(both)
  follower.look()
  assert.equal(last(), 'the hosts file was read again: the hosts are as they were')
  rmSync(path)
  follower.look()
  follower.look()
  assert.match(last(), /^the hosts file cannot be used, the hosts stay as they were: .*cannot be read \(ENOENT\)$/)
})

test('a half-written file that is whole at the next look is as if it had never been', (t) => {
  const {follower, said, labels, put} = following(t, webAlone)
  put('{"hosts": [')
  follower.look()
  put(both)
  follower.look()
  assert.deepEqual([said, labels()], [['the hosts file was read again: 1 added (db)'], ['web', 'db']])
})

test('who asks gets an answer each time', (t) => {
  const {follower, said, put} = following(t, both)
  follower.reload()
  assert.deepEqual(said, ['the hosts file was read again: the hosts are as they were'])
  put('x')
  follower.reload()
  follower.reload()
  assert.deepEqual([said.length, said[1]], [3, said[2]])
  assert.match(said[1]!, /^the hosts file cannot be used/)
})

test('hosts without a metric are left out and said; a file without any metric is broken', (t) => {
  const {follower, said, last, labels, put} = following(t, webAlone)
  put([...webAlone, {ip: '10.0.0.3', name: 'new'}, {ip: '10.0.0.4', name: 'newer'}, both[1]!])
  follower.look()
  assert.deepEqual(said, [
    'the hosts file was read again: 1 added (db)',
    'new, newer: left out, without a metric; make it: gnocchictl metrics create',
  ])
  put([{ip: '10.0.0.3', name: 'new'}])
  follower.look()
  follower.look()
  assert.match(last(), /cannot be used, the hosts stay as they were: .*: no host has a metric/)
  assert.deepEqual(labels(), ['web', 'db'])
})

test('a host is the same when all the file says of it is, its secrets too', (t) => {
  const {path, put} = following(t, both)
  const [web, db] = readHostsFile(path).hosts as [Host, Host]
  put([webAlone[0]!, {...both[1], password: 'new'}])
  const [webAgain, dbAgain] = readHostsFile(path).hosts as [Host, Host]
  assert.deepEqual([isSameHost(web, webAgain), isSameHost(db, dbAgain)], [true, false])
  assert.doesNotMatch(JSON.stringify(webAgain), /one/)
})
