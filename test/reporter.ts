import {writeFileSync} from 'node:fs'
import type {TestEvent} from 'node:test/reporters'

/** What is worth a line of its own in the list of the slow. */
const slowSeconds = 3
const slowestShown = 15

interface Ended {
  name: string
  file: string
  seconds: number
}

/**
 * One line for each test file's end, each failure whole, the slowest tests, and the closing line
 * `N passed, N failed` that CI reads. Skipped tests are listed with their reason: none goes unseen.
 */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string, void, void> {
  const slow: Ended[] = []
  const skipped: string[] = []
  let passed = 0
  let failed = 0
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message
    if (event.type === 'test:diagnostic' && event.data.level === 'error') yield `${event.data.message}\n`
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const {name, file = '', details, skip} = event.data
    // A file that ran without a test of its own is an event too, and so is a suite: only tests count.
    if (details.type === 'suite' || name === file) {
      if (event.type === 'test:fail' && name === file) {
        failed++
        yield `✖ ${short(file)} could not be run\n${explain(event.data.details.error)}\n`
      }
      continue
    }
    const seconds = details.duration_ms / 1000
    if (skip !== undefined) {
      skipped.push(`${name}${typeof skip === 'string' ? `: ${skip}` : ''}`)
      continue
    }
    if (event.type === 'test:pass') passed++
    else {
      failed++
      yield `✖ ${short(file)}: ${name}\n${explain(event.data.details.error)}\n`
    }
    if (seconds >= slowSeconds) {
      slow.push({name, file, seconds})
      yield `${event.type === 'test:pass' ? '✔' : '✖'} ${seconds.toFixed(1)} s  ${short(file)}: ${name}\n`
    }
  }
  if (slow.length > 0) yield '\nslowest:\n'
  for (const {name, file, seconds} of slow.sort((a, b) => b.seconds - a.seconds).slice(0, slowestShown))
    yield `  ${seconds.toFixed(1).padStart(6)} s  ${short(file)}: ${name}\n`
  if (skipped.length > 0) yield `\nskipped:\n${skipped.map((line) => `  ${line}\n`).join('')}`
  yield closing(passed, failed)
}

/** tools/test.ts, which runs the tests in two parts, sums them up and writes the closing line itself. */
function closing(passed: number, failed: number): string {
  const countsFile = process.env['TEST_COUNTS_FILE']
  if (!countsFile) return `\n${passed} passed, ${failed} failed\n`
  writeFileSync(countsFile, JSON.stringify({passed, failed}))
  return ''
}

const short = (file: string): string => file.replace(`${process.cwd()}/`, '')

function explain(error: Error): string {
  const {cause} = error
  const told = cause instanceof Error ? (cause.stack ?? cause.message) : (error.stack ?? error.message)
  return told.replace(/^/gm, '    ')
}
