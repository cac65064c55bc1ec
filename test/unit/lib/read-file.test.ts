import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'

import {readFileOrStdin} from '../../../src/lib/read-file.ts'
import {tempFolder} from '../servers.ts'

test('a byte order mark is none of the text', async (t) => {
  const file = join(tempFolder(t), 'in.json')
  writeFileSync(file, '\uFEFF{"a": "\uFEFF"}')
  assert.deepEqual(await readFileOrStdin(file), {name: file, text: '{"a": "\uFEFF"}'})
})

test('a file that there is not, or that is a folder, is said', async (t) => {
  const folder = tempFolder(t)
  await assert.rejects(readFileOrStdin(join(folder, 'a')), {message: `there is no file ${join(folder, 'a')}`})
  await assert.rejects(readFileOrStdin(folder), {message: `${folder} cannot be read (EISDIR)`})
})

/** Gives a program a stdin that nobody waits for, as a terminal or a parent may, and writes to it later. */
const unwaited = `
import fcntl, os, subprocess, sys, time
reader, writer = os.pipe()
fcntl.fcntl(reader, fcntl.F_SETFL, os.O_NONBLOCK)
program = subprocess.Popen(sys.argv[1:], stdin=reader, stdout=subprocess.PIPE)
program.stdout.readline()
os.write(writer, b'{}')
os.close(writer)
print(program.stdout.read().decode(), end='')`

test('stdin is waited for, though it says that it is not to be', {skip: !hasPython()}, () => {
  const module = join(import.meta.dirname, '../../../src/lib/read-file.ts')
  const script = `
    const {readFileOrStdin} = await import(${JSON.stringify(module)})
    const reading = readFileOrStdin('-')
    console.log('reading')
    console.log(JSON.stringify(await reading))`
  const args = ['-c', unwaited, process.execPath, '--input-type=module', '-e', script]
  const {stdout} = spawnSync('python3', args, {encoding: 'utf8'})
  assert.equal(stdout, '{"name":"stdin","text":"{}"}\n')
})

function hasPython(): boolean {
  return spawnSync('python3', ['-c', 'import fcntl']).status === 0
}
