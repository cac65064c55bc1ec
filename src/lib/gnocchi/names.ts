import {UsageError} from '../errors.ts'

/**
 * A name that Gnocchi takes and can be asked for afterwards: with a slash in it, a thing is made that no path leads to; a
 * longer one than the database holds is an error inside the server, a minute of silence.
 * @throws UsageError
 * @see gnocchi/indexer/sqlalchemy_base.py: name = String(255)
 */
export function checkName(what: string, name: string): void {
  const problem =
    name === ''
      ? 'cannot be empty'
      : name.includes('/')
        ? `cannot hold a slash: "${name}" could be neither shown nor deleted`
        : name.length > 255
          ? 'has 255 characters at most'
          : undefined
  if (problem !== undefined) throw new UsageError(`the name of ${what} ${problem}`)
}
