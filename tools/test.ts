// `npm test`: checks, unit tests, then the lab and the live tests; what was started is stopped.
//
//   node tools/test.ts [--fast] [--keep-lab] [FILE…]     --fast: only what needs no lab (npm run check)
import {spawn} from 'node:child_process'
import {globSync} from 'node:fs'

import {down} from '../lab/down.ts'
import {LabError} from '../lab/process.ts'
import {readLab} from '../lab/state.ts'
import {up} from '../lab/up.ts'

const options = process.argv.slice(2).filter((word) => word.startsWith('--'))
const named = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const fast = ['test/checks/**/*.test.ts', 'test/unit/**/*.test.ts']
const patterns = named.length > 0 ? named : options.includes('--fast') ? fast : [...fast, 'test/live/**/*.test.ts']
const files = globSync(patterns).sort()
if (files.length === 0) {
  console.error(`error: no test is called ${patterns.join(' or ')}`)
  process.exit(2)
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
const started: ('trixie' | 'bookworm')[] = []
try {
  if (files.some((file) => file.startsWith('test/live/'))) {
    for (const suite of ['trixie', 'bookworm'] as const) {
      if (readLab(suite)) continue
      started.push(suite)
      await up({suite, storage: 'ceph', signal: interrupted.signal})
    }
  }
  process.exitCode = await runTests()
} catch (error) {
  if (!(error instanceof LabError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = error.exitCode
} finally {
  if (!options.includes('--keep-lab')) for (const suite of started) await down({suite})
}

/** Files run two at a time: the machine that CI has has two cores. */
function runTests(): Promise<number> {
  const runner = ['--test', '--test-reporter=./test/reporter.ts', '--test-concurrency=2', '--test-timeout=120000', '--test-force-exit']
  const child = spawn(process.execPath, [...runner, ...files], {stdio: ['ignore', 'inherit', 'inherit']})
  interrupted.signal.addEventListener('abort', () => child.kill('SIGTERM'))
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))
}
