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

type Result = Extract<TestEvent, {type: 'test:pass' | 'test:fail'}>

interface Tally {
  passed: number
  failed: number
  /** Each as it was said when it ended. */
  failures: string[]
  slow: Ended[]
  skipped: string[]
}

/**
 * Each failure whole and each slow test as it ends; then the slowest, what was skipped and why, every failure once
 * more, since who reads a long log reads its end, and the closing line `N passed, N failed` that CI reads.
 */
export default async function* reporter(source: AsyncIterable<TestEvent>): AsyncGenerator<string, void, void> {
  const tally: Tally = {passed: 0, failed: 0, failures: [], slow: [], skipped: []}
  for await (const event of source) {
    if (event.type === 'test:stderr' || event.type === 'test:stdout') yield event.data.message
    if (event.type === 'test:pass' || event.type === 'test:fail') yield said(event, tally)
  }
  const slowest = tally.slow.sort((a, b) => b.seconds - a.seconds).slice(0, slowestShown)
  if (slowest.length > 0) yield `\nslowest:\n${slowest.map((ended) => `  ${took(ended)}`).join('')}`
  if (tally.skipped.length > 0) yield `\nskipped:\n${tally.skipped.map((line) => `  ${line}\n`).join('')}`
  yield closing(tally)
}

/** Counts a result, and says what is to be said of it at once. */
function said(event: Result, tally: Tally): string {
  const failed = event.type === 'test:fail' && !isOnlyOfOthers(event)
  if (failed) tally.failures.push(failure(event))
  if (!isTest(event)) {
    if (failed) tally.failed++
    return failed ? failure(event) : ''
  }
  const {name, file = '', details, skip} = event.data
  if (skip !== undefined) {
    tally.skipped.push(typeof skip === 'string' ? `${name}: ${skip}` : name)
    return ''
  }
  tally[failed ? 'failed' : 'passed']++
  const ended = {name, file, seconds: details.duration_ms / 1000}
  const isSlow = ended.seconds >= slowSeconds
  if (isSlow) tally.slow.push(ended)
  return `${failed ? failure(event) : ''}${isSlow ? `${failed ? '✖' : '✔'} ${took(ended)}` : ''}`
}

/** A file and a suite are events too: only tests count. */
const isTest = ({data: {name, file, details}}: Result): boolean => details.type !== 'suite' && !isFile(name, file)

/** A file's own event bears its path as its name, from the current folder or whole. */
const isFile = (name: string, file: string | undefined): boolean =>
  file !== undefined && (name === file || file.endsWith(`/${name}`))

/** A suite or file whose tests failed is not counted again; one that broke outside of them is. */
const isOnlyOfOthers = ({data: {details}}: Result): boolean =>
  'error' in details && (details.error as Error & {failureType?: string}).failureType === 'subtestsFailed'

const failure = ({data: {name, file = '', details}}: Result): string =>
  `✖ ${short(file)}: ${name}\n${'error' in details ? explain(details.error) : ''}\n`

const took = ({name, file, seconds}: Ended): string => `${seconds.toFixed(1).padStart(6)} s  ${short(file)}: ${name}\n`

/** tools/test.ts, which runs the tests in parts, sums them up and writes the closing line itself. */
function closing({passed, failed, failures}: Tally): string {
  const countsFile = process.env['TEST_COUNTS_FILE']
  if (!countsFile) return `\n${failures.join('')}\n${passed} passed, ${failed} failed\n`
  writeFileSync(countsFile, JSON.stringify({passed, failed, failures}))
  return ''
}

const short = (file: string): string => file.replace(`${process.cwd()}/`, '')

function explain(error: Error): string {
  const {cause} = error
  const told = cause instanceof Error ? (cause.stack ?? cause.message) : (error.stack ?? error.message)
  return told.replace(/^/gm, '    ')
}
