// `npm test`: checks, unit tests, then the lab and the live tests, then the fault tests, which stop the lab's servers and
// so run alone; what was started is stopped.
//
//   node tools/test.ts [--fast] [--keep-lab] [--suite SUITE] [FILE…]
//     --fast     only what needs no lab (npm run check)
//     --suite    on the lab of this Debian (and of another one, where it is given again) instead of trixie and bookworm
import {spawn} from 'node:child_process'
import {globSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'

import {down} from '../lab/down.ts'
import {suiteNamed, type Suite} from '../lab/ports.ts'
import {LabError} from '../lab/process.ts'
import {readLab} from '../lab/state.ts'
import {up} from '../lab/up.ts'
import {suites, suitesVariable} from '../test/suites.ts'

const {values: options, positionals: named} = parseArgs({
  allowPositionals: true,
  options: {
    fast: {type: 'boolean', default: false},
    'keep-lab': {type: 'boolean', default: false},
    suite: {type: 'string', multiple: true, default: [...suites]},
  },
})
const fast = ['test/checks/**/*.test.ts', 'test/unit/**/*.test.ts']
const patterns =
  named.length > 0 ? named : options.fast ? fast : [...fast, 'test/live/**/*.test.ts', 'test/faults/**/*.test.ts']
const files = globSync(patterns).sort()
if (files.length === 0) {
  console.error(`error: no test is called ${patterns.join(' or ')}`)
  process.exit(2)
}

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort())
const started: Suite[] = []
try {
  const within = (...folders: string[]) => files.filter((file) => folders.some((folder) => file.startsWith(folder)))
  // Two files at a time: the machine that CI has has two cores. Fault tests stop servers, and run alone.
  const counts = [await runTests(within('test/checks/', 'test/unit/'), 2, 240)]
  const [live, faults] = [within('test/live/'), within('test/faults/')]
  const wanted = options.suite.map(suiteNamed)
  if (live.length > 0) await start(...wanted)
  else if (faults.length > 0) await start(wanted[0]!)
  counts.push(await runTests(live, 2, 180), await runTests(faults, 1, 300))
  const sum = (key: 'passed' | 'failed') => counts.reduce((total, count) => total + count[key], 0)
  const failures = counts.flatMap((count) => count.failures)
  if (failures.length > 0) console.log(`\nfailed:\n${failures.join('')}`)
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`)
  process.exitCode = counts.some(({code}) => code !== 0) || sum('failed') > 0 ? 1 : 0
} catch (error) {
  if (!(error instanceof LabError)) throw error
  console.error(`error: ${error.message}`)
  process.exitCode = error.exitCode
} finally {
  if (!options['keep-lab']) for (const suite of started) await down({suite})
}

async function start(...suites: Suite[]): Promise<void> {
  for (const suite of suites) {
    if (readLab(suite) || interrupted.signal.aborted) continue
    started.push(suite)
    await up({suite, storage: 'ceph', signal: interrupted.signal})
  }
}

interface Counts {
  passed: number
  failed: number
  failures: string[]
  code: number
}

/** Runs files, so many at a time; what the reporter counted comes back in a file. */
async function runTests(files: string[], concurrency: number, timeoutSeconds: number): Promise<Counts> {
  if (files.length === 0 || interrupted.signal.aborted)
    return {passed: 0, failed: 0, failures: [], code: files.length === 0 ? 0 : 130}
  const folder = mkdtempSync(join(tmpdir(), 'gnocchictl-test-'))
  const countsFile = join(folder, 'counts.json')
  const limits = [`--test-concurrency=${concurrency}`, `--test-timeout=${timeoutSeconds * 1000}`]
  const child = spawn(process.execPath, ['--test', '--test-reporter=./test/reporter.ts', ...limits, ...files], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {...process.env, TEST_COUNTS_FILE: countsFile, [suitesVariable]: options.suite.join(' ')},
  })
  const stop = () => child.kill('SIGTERM')
  interrupted.signal.addEventListener('abort', stop)
  try {
    const code = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)))
    return {...(JSON.parse(readFileSync(countsFile, 'utf8')) as Omit<Counts, 'code'>), code}
  } catch (error) {
    console.error(`error: the tests ended without a count: ${(error as Error).message}`)
    return {passed: 0, failed: 1, failures: [], code: 1}
  } finally {
    interrupted.signal.removeEventListener('abort', stop)
    rmSync(folder, {recursive: true, force: true})
  }
}
