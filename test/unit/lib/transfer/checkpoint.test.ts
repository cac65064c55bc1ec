import assert from 'node:assert/strict'
import {appendFileSync, existsSync, utimesSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {openCheckpoint} from '../../../../src/lib/transfer/checkpoint.ts'
import {tempFolder} from '../../servers.ts'

const metric = {name: 'a', id: 'id of a'}

function brokenOff(t: TestContext) {
  const folder = tempFolder(t)
  const file = join(folder, 'in.csv')
  writeFileSync(file, 'metric,timestamp,value\n')
  const open = (settings = 'as ever') => openCheckpoint(file, join(folder, 'state'), settings)
  const first = open()
  first.keep(5, metric)
  first.keep(10, metric)
  first.close()
  return {file, open}
}

test('an import goes on where the last one was, and not once it has ended', (t) => {
  const {file, open} = brokenOff(t)
  const checkpoint = open()
  assert.equal(checkpoint.resumeAt(), 10)
  // A request of the part before must not set it back.
  checkpoint.keep(7, metric)
  checkpoint.close()
  assert.equal(open().resumeAt(), 10)
  checkpoint.keep(12, metric)
  checkpoint.remove()
  checkpoint.close()
  assert.equal(existsSync(checkpoint.path), false)
  assert.throws(() => open().resumeAt(), {message: `${file}: no import of it was broken off here`})
})

test('a file that has grown is the same; one that has changed is not', (t) => {
  const {file, open} = brokenOff(t)
  appendFileSync(file, 'a,0,1\n')
  assert.equal(open().resumeAt(), 10)
  writeFileSync(file, 'metric,timestamp,VALUE\na,0,1\n')
  assert.throws(() => open().resumeAt(), {message: `${file}: the file has changed since its import was broken off`})
})

test('nor is one of the same size that was written since', (t) => {
  const {file, open} = brokenOff(t)
  utimesSync(file, new Date(0), new Date(0))
  assert.throws(() => open().resumeAt(), {message: `${file}: the file has changed since its import was broken off`})
})

test('an import that would read the file otherwise, or write into another Gnocchi, does not go on', (t) => {
  const {file, open} = brokenOff(t)
  assert.throws(() => open('--metric b').resumeAt(), {
    message: `${file}: the flags have changed since its import was broken off`,
  })
  const checkpoint = open()
  checkpoint.resumeAt()
  assert.throws(() => checkpoint.keep(20, {name: 'a', id: 'another'}), {
    message: 'a is another metric than that of the import to resume',
  })
})

test('where it cannot be kept, the import goes on, and that is said once', (t) => {
  const folder = tempFolder(t)
  const file = join(folder, 'in.csv')
  writeFileSync(file, 'metric,timestamp,value\n')
  const reports: string[] = []
  const checkpoint = openCheckpoint(file, join(file, 'state'), 'as ever', (line) => reports.push(line))
  checkpoint.keep(5, metric)
  checkpoint.keep(10, metric)
  checkpoint.close()
  assert.equal(checkpoint.isKept(), false)
  checkpoint.remove()
  const place = join(file, 'state')
  assert.deepEqual(reports, [
    `warning: --resume will not know how far this import got: ENOTDIR: not a directory, mkdir '${place}'`,
  ])
})
