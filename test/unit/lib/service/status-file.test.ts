import assert from 'node:assert/strict'
import {readdirSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {readStatus, statusFile, writeStatus} from '../../../../src/lib/service/status-file.ts'
import {StatusKeeper} from '../../../../src/lib/service/status.ts'
import {tempFolder} from '../../servers.ts'

const keeper = new StatusKeeper({
  intervalSeconds: 10,
  hosts: () => ['web'],
  backlog: () => ({waiting: 0, parked: 0, oldest: undefined}),
  clockAheadSeconds: () => 0,
})

test('a status is written in one step, for its owner only, and read back as it was', (t) => {
  const folder = tempFolder(t)
  const file = statusFile(join(folder, 'x.sqlite'))
  const written = keeper.status()
  writeStatus(file, written)
  writeStatus(file, written)
  assert.deepEqual(readStatus(file), written)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['x.sqlite.status.json'])
})

test('no file is no status; what is no status is said', (t) => {
  const file = join(tempFolder(t), 'x.status.json')
  assert.equal(readStatus(file), undefined)
  for (const content of ['', '{', 'null', '[]', '{"pid": "1"}', '{"pid": 1}']) {
    writeFileSync(file, content)
    assert.throws(() => readStatus(file), {name: 'UsageError'}, content)
  }
})
