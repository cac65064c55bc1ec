import assert from 'node:assert/strict'

import type {AppError} from '../../../src/lib/errors.ts'

/** What an action that must fail says: its whole message. The error must be one of the project's own, of this kind. */
export async function said(kind: new (message: string) => AppError, action: () => unknown): Promise<string> {
  try {
    await action()
  } catch (error) {
    assert.ok(error instanceof kind, error instanceof Error ? error.stack : String(error))
    return error.message
  }
  return 'nothing: it went well'
}
