// Our side of contestant.ts: "ready", then the milliseconds of each piece of work that is asked for.
import {createInterface} from 'node:readline'

export async function answer(work: () => unknown): Promise<void> {
  console.log('ready')
  const requests = createInterface({input: process.stdin})[Symbol.asyncIterator]()
  while (!(await requests.next()).done) {
    const started = process.hrtime.bigint()
    await work()
    console.log(Number(process.hrtime.bigint() - started) / 1e6)
  }
}
