import {GnocchiError} from '../errors.ts'

/**
 * For `catch` of a DELETE: says that something is in use also where Gnocchi fails on that. PostgreSQL 18 refuses with
 * another code than those before it (23001 restrict_violation, not 23503), which oslo.db does not know: the refusal
 * becomes an exception inside Gnocchi, and uwsgi sends nothing.
 * @param isInUse asked only then; where that fails too, the error stays what it was
 */
export const sayingInUse =
  (what: string, isInUse: () => Promise<boolean>, suggestions: string[] = []) =>
  async (error: unknown): Promise<never> => {
    const failedInside = error instanceof GnocchiError && (error.status ?? 500) >= 500
    if (!failedInside || !(await isInUse().catch(() => false))) throw error
    throw new GnocchiError(`${what} is still in use (Gnocchi failed instead of saying so)`, error, suggestions)
  }
