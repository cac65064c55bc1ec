import {UsageError} from '../errors.ts'
import {asUuid} from '../shape.ts'

/** In the words of Gnocchi's API: `project_id = "x" and not started_at < "-1h"`, or the same as an object of JSON. */
export type ResourceQuery = string | Readonly<Record<string, unknown>>

/** The query that a text is: JSON where it begins as such. @throws UsageError for none, and for JSON that is broken */
export function parseQuery(text: string): ResourceQuery {
  const trimmed = text.trim()
  if (trimmed === '') throw new UsageError('the query is empty', ['write one such as \'project_id = "x"\''])
  if (!trimmed.startsWith('{')) return trimmed
  if (/^\{\s*\}$/.test(trimmed)) throw new UsageError('the query is empty: it would find everything')
  try {
    return JSON.parse(trimmed) as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`the query begins as JSON and is none: ${(error as Error).message}`)
  }
}

/** A marker as Gnocchi takes it: it answers others with silence. @throws UsageError */
export function checkResourceMarker(given: string | undefined, history: boolean): string | undefined {
  if (given === undefined || history) return given
  const id = asUuid(given)
  if (id === undefined) throw new UsageError(`--marker: "${given}" is no UUID of a resource`)
  return id
}
