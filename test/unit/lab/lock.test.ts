import assert from 'node:assert/strict'
import {fork, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'

import {Locked, withLock} from '../../../lab/lock.ts'
import {tempFolder} from '../servers.ts'

const nothing = async () => undefined

/** Processes that wait for the lock, say so when they have it, and let go of it when told. */
function contenders(t: TestContext, name: string, count: number): ChildProcess[] {
  const program = join(tempFolder(t), 'contender.ts')
  const lock = new URL('../../../lab/lock.ts', import.meta.url).href
  writeFileSync(
    program,
    `import {withLock} from ${JSON.stringify(lock)}
    await withLock(${JSON.stringify(name)}, async () => {
      process.send('has it')
      await new Promise((resolve) => process.once('message', resolve))
    }, {waitSeconds: 60})
    process.disconnect()`,
  )
  const children = Array.from({length: count}, () => fork(program, {stdio: ['ignore', 'inherit', 'inherit', 'ipc']}))
  t.after(() => children.forEach((child) => child.kill('SIGKILL')))
  return children
}

test('one process at a time has the lock, and one that is killed has it no longer', async (t) => {
  const name = tempFolder(t)
  const children = contenders(t, name, 4)
  const holders: ChildProcess[] = []
  let most = 0
  const had = children.map(async (child, index) => {
    await once(child, 'message')
    most = Math.max(most, holders.push(child))
    await assert.rejects(withLock(name, nothing), {holder: String(child.pid)})
    holders.pop()
    if (index % 2) child.kill('SIGKILL')
    else child.send('let go')
    await once(child, 'exit')
  })
  await Promise.all(had)
  assert.equal(most, 1)
  await withLock(name, nothing)
})

test('the lock is let go of when what it was held for fails', async (t) => {
  const name = tempFolder(t)
  const failing = withLock(name, async () => {
    await assert.rejects(withLock(name, nothing), Locked)
    throw new Error('no luck')
  })
  await assert.rejects(failing, {message: 'no luck'})
  await withLock(name, nothing)
})
