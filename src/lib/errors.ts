/**
 * Exit codes: what kind of thing went wrong, for scripts. Documented in docs/reference/output.md.
 * 0 is success, and also "ended by a signal, as designed"; 1 is a bug in gnocchictl; 130 is what shells give for Ctrl-C.
 */
export const exitCodes = {bug: 1, usage: 2, auth: 3, gnocchi: 4, hosts: 5, timeout: 6, interrupted: 130} as const

/** An expected failure: what happened and where, and what to try. */
export class AppError extends Error {
  readonly exitCode: number
  readonly suggestions: string[]

  constructor(message: string, exitCode: number, suggestions: string[] = []) {
    super(message)
    this.name = new.target.name
    this.exitCode = exitCode
    this.suggestions = suggestions
  }
}

/** The command line, the environment or a file of the user's says something that cannot be. */
export class UsageError extends AppError {
  constructor(message: string, suggestions: string[] = []) {
    super(message, exitCodes.usage, suggestions)
  }
}

/** Keystone refused, could not be reached, or offers no way to Gnocchi. */
export class AuthError extends AppError {
  constructor(message: string, suggestions: string[] = []) {
    super(message, exitCodes.auth, suggestions)
  }
}

/** Keystone let us in, and its catalogue has no way to Gnocchi. */
export class CatalogueError extends AuthError {}

/** Gnocchi answered with an error, or did not answer at all (then `status` is undefined). */
export class GnocchiError extends AppError {
  readonly status: number | undefined
  /** What Gnocchi said: a string, an object such as `{cause, detail}`, or nothing. */
  readonly said: unknown

  constructor(
    message: string,
    {status, said}: {status?: number | undefined; said?: unknown} = {},
    suggestions: string[] = [],
  ) {
    super(message, exitCodes.gnocchi, suggestions)
    this.status = status
    this.said = said
  }
}

/** A host could not be reached, refused us, or answered nonsense. */
export class HostError extends AppError {
  constructor(message: string, suggestions: string[] = []) {
    super(message, exitCodes.hosts, suggestions)
  }
}
