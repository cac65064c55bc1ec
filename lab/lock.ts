// One process of this machine at a time: for `lab up`, and for tests that stop or install what others use.
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {connect, createServer, type Server} from 'node:net'
import {text} from 'node:stream/consumers'
import {setTimeout as sleep} from 'node:timers/promises'

/** Another process has the lock. */
export class Locked extends Error {
  /** Its number, or a question mark where it does not answer. */
  readonly holder: string

  constructor(holder: string) {
    super(`process ${holder} has the lock`)
    this.holder = holder
  }
}

/**
 * Runs `work` while no other process does under that name, waiting for it up to `waitSeconds`. The lock is a name in
 * Linux's abstract socket namespace (unix(7)): the kernel gives it to one process, and takes it back when that ends,
 * however it ends. A file with a process number in it would outlive its holder, and two who find it so would both win.
 * @throws Locked
 */
export async function withLock<T>(name: string, work: () => Promise<T>, {waitSeconds = 0} = {}): Promise<T> {
  const address = `\0gnocchictl-${createHash('sha256').update(name).digest('hex')}`
  const deadline = Date.now() + waitSeconds * 1000
  let lock = await take(address)
  while (!lock) {
    if (Date.now() >= deadline) throw new Locked(await holderOf(address))
    await sleep(100)
    lock = await take(address)
  }
  try {
    return await work()
  } finally {
    lock.close()
  }
}

async function take(address: string): Promise<Server | undefined> {
  const server = createServer((asking) => asking.end(String(process.pid)))
  server.listen(address)
  try {
    await once(server, 'listening')
    return server.unref()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function holderOf(address: string): Promise<string> {
  try {
    return await text(connect({path: address, signal: AbortSignal.timeout(1000)}))
  } catch {
    return '?'
  }
}
