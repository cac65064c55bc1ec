import assert from 'node:assert/strict'
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {test} from 'node:test'

import {openExportFile} from '../../../../src/lib/transfer/export-file.ts'
import {tempFolder} from '../../servers.ts'

async function write(output: string, text: string): Promise<void> {
  const sink = await openExportFile(output)
  assert.equal(await sink.write(Buffer.from(text)), true)
  await sink.close()
  sink.abandon()
}

test('what was there before stays until all is written, and nothing of what is abandoned', async (t) => {
  const folder = tempFolder(t)
  const output = join(folder, 'out.csv')
  writeFileSync(output, 'before')
  const sink = await openExportFile(output)
  await sink.write(Buffer.from('half'))
  sink.abandon()
  assert.deepEqual(readdirSync(folder), ['out.csv'])
  assert.equal(readFileSync(output, 'utf8'), 'before')
  await write(output, 'after')
  assert.equal(readFileSync(output, 'utf8'), 'after')
  assert.deepEqual(readdirSync(folder), ['out.csv'])
})

test('a link stays one, and the file that it points to may be read by whom it was before', async (t) => {
  const folder = tempFolder(t)
  const [real, link] = [join(folder, 'real.csv'), join(folder, 'link.csv')]
  writeFileSync(real, 'before')
  chmodSync(real, 0o640)
  symlinkSync('real.csv', link)
  await write(link, 'after')
  assert.equal(readlinkSync(link), 'real.csv')
  assert.equal(readFileSync(real, 'utf8'), 'after')
  assert.equal(statSync(real).mode & 0o777, 0o640)
})

test('a pipe is written to, not replaced', async (t) => {
  const pipe = join(tempFolder(t), 'pipe')
  execFileSync('mkfifo', [pipe])
  const reading = readFile(pipe, 'utf8')
  await write(pipe, 'rows')
  assert.equal(await reading, 'rows')
  assert.ok(lstatSync(pipe).isFIFO())
})

test('where no file can be, that is said before anything is read', async (t) => {
  const folder = join(tempFolder(t), 'folder')
  mkdirSync(folder)
  await assert.rejects(openExportFile(folder), {message: `${folder} cannot be written: it is a folder`, exitCode: 2})
  await assert.rejects(openExportFile(join(folder, 'no', 'out.csv')), {exitCode: 2})
})

test('a full disk is said', async () => {
  const sink = await openExportFile('/dev/full')
  await assert.rejects(sink.write(Buffer.from('rows')), {
    message: '/dev/full cannot be written: ENOSPC: no space left on device, write',
  })
  sink.abandon()
})

test('a signal ends the program as ever, and leaves no half of a file', async (t) => {
  const folder = tempFolder(t)
  const module = join(import.meta.dirname, '../../../../src/lib/transfer/export-file.ts')
  const script = `
    const {openExportFile} = await import(${JSON.stringify(module)})
    const sink = await openExportFile('out.csv')
    await sink.write(Buffer.from('half'))
    console.log('written')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {cwd: folder})
  await once(child.stdout, 'data')
  assert.equal(readdirSync(folder).length, 1)
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'close'), [null, 'SIGTERM'])
  assert.deepEqual(readdirSync(folder), [])
})

test('a full disk under stdout is a failure, of any command, and said in a line', () => {
  const program = join(import.meta.dirname, '../../../../bin/run.js')
  const {stderr, status} = spawnSync('sh', ['-c', '"$0" "$1" completion bash > /dev/full', process.execPath, program], {
    encoding: 'utf8',
  })
  assert.equal(stderr, 'error: stdout cannot be written: ENOSPC: no space left on device, write\n')
  assert.equal(status, 2)
})
