import {AppError, exitCodes} from '../errors.ts'
import type {Examination} from './examination.ts'

/** `skipped`: it could not be looked at, or there is nothing to look at. */
export type Verdict = 'ok' | 'warning' | 'wrong' | 'skipped'

export interface Finding {
  verdict: Verdict
  /** What was seen. */
  what: string
  /** The command that mends it. */
  mend?: string
}

/** One thing that is looked at. */
export interface Check {
  name: string
  /** The exit code when it is wrong. */
  code: Exclude<keyof typeof exitCodes, 'bug' | 'interrupted'>
  examine: (examination: Examination) => Promise<Finding | Finding[]>
}

export interface Examined extends Finding {
  check: string
  code: number
}

/** Cannot be looked at while something else is wrong, which is said there. */
export class Unmet extends Error {
  constructor(needed: string) {
    super(`needs ${needed}`)
  }
}

/** Every check at once; the findings in the order of the checks, each check's as soon as those before it are there. */
export async function* examine(checks: readonly Check[], examination: Examination): AsyncGenerator<Examined[]> {
  const all = checks.map(async ({name: check, code, examine}) => {
    const findings = await examine(examination).catch(asFinding)
    return [findings].flat().map((finding) => ({check, code: exitCodes[code], ...finding}))
  })
  // One that fails by a bug before its turn must not end the program unseen.
  for (const one of all) one.catch(() => undefined)
  for (const one of all) yield await one
}

function asFinding(error: unknown): Finding {
  if (error instanceof Unmet) return {verdict: 'skipped', what: error.message}
  if (!(error instanceof AppError)) throw error
  const mend = error.suggestions.join('; ')
  return {verdict: 'wrong', what: error.message, ...(mend ? {mend} : {})}
}
