import pMap from 'p-map'

import {AppError, AuthError} from '../errors.ts'
import type {Report} from '../log.ts'

/** What became of one of several things that were to be deleted. */
export interface Outcome {
  /** As it was asked for. */
  given: string
  id: string | null
  error: AppError | null
}

/**
 * Deletes several things, eight at a time, and goes on after a failure. All are found before the first is deleted, so
 * that one which is named twice is deleted once. Without `remove`, they are only found.
 * @throws AuthError: no other will fare better
 */
export async function deleteEach(
  given: readonly string[],
  find: (given: string) => Promise<string>,
  remove: (id: string) => Promise<void> = () => Promise.resolve(),
): Promise<Outcome[]> {
  const found = await attemptAll(
    [...new Set(given)].map((name) => ({given: name, id: null, error: null})),
    ({given: name}) => find(name),
  )
  const once = found.filter(({id}, index) => id === null || found.findIndex((other) => other.id === id) === index)
  return attemptAll(once, async ({id, error}) => {
    if (error) throw error
    await remove(id!)
    return id!
  })
}

/**
 * Says of each what became of it.
 * @throws the error of the only one there was, or how many of several failed
 */
export function tellDeleted(outcomes: readonly Outcome[], dryRun: boolean, report: Report): void {
  const failed = outcomes.flatMap(({error}) => error ?? [])
  if (failed.length === 1 && outcomes.length === 1) throw failed[0]!
  for (const {given, id, error} of outcomes)
    if (error) report(`error: ${given}: ${error.message}`, {level: 'error'})
    else report(`${dryRun ? 'would delete' : 'deleted'} ${given}${id === given ? '' : ` (${id})`}`)
  if (failed.length > 0)
    throw new AppError(`${failed.length} of ${outcomes.length} could not be deleted`, failed[0]!.exitCode)
}

/** Each with the id that `action` gives, or the error that it ends with. */
const attemptAll = (outcomes: readonly Outcome[], action: (outcome: Outcome) => Promise<string>): Promise<Outcome[]> =>
  pMap(
    outcomes,
    async (outcome) => {
      try {
        return {...outcome, id: await action(outcome)}
      } catch (error) {
        if (error instanceof AppError && !(error instanceof AuthError)) return {...outcome, error}
        throw error
      }
    },
    {concurrency: 8},
  )
