import {UsageError} from '../errors.ts'

/** @throws UsageError for a name that is no step of a path, or one to somewhere else: none of Gnocchi's holds a slash */
export function checkPathName(what: string, name: string): void {
  if (name.includes('/')) throw new UsageError(`"${name}" is no ${what}: Gnocchi takes none with a slash`)
  if (['', '.', '..'].includes(name)) throw new UsageError(`"${name}" is no ${what}`)
}

/** A name as a step of a path. @throws UsageError */
export function inPath(what: string, name: string): string {
  checkPathName(what, name)
  return encodeURIComponent(name)
}

/**
 * The name of what is to be made: one that Gnocchi takes and can be asked for afterwards. With a slash in it, or of dots
 * alone, a thing is made that no path leads to; a longer one than the database holds is an error inside the server, a
 * minute of silence.
 * @throws UsageError
 * @see gnocchi/indexer/sqlalchemy_base.py: name = String(255)
 */
export function checkName(what: string, name: string): void {
  if (name === '') throw new UsageError(`the name of ${what} cannot be empty`)
  if (name.length > 255)
    throw new UsageError(`the name of ${what} has 255 characters at most, and this one ${name.length}`)
  const problem = name.includes('/') ? 'hold a slash' : name === '.' || name === '..' ? 'be of dots alone' : undefined
  if (problem !== undefined)
    throw new UsageError(`the name of ${what} cannot ${problem}: "${name}" could be neither shown nor deleted`)
}
