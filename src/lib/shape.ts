/**
 * A look at what came over the wire: gives it back as what it was taken for.
 * @throws WrongShape when it is something else
 */
export type Shape<T> = (value: unknown) => T

/** The first place of an answer where something else stands than expected. Doors make an error of their own of it. */
export class WrongShape extends Error {
  readonly #place: string
  readonly #what: string

  constructor(what: string, place = '') {
    super(`${place === '' ? 'it' : place.replace(/^\./, '')} ${what}`)
    this.#place = place
    this.#what = what
  }

  within(place: string): WrongShape {
    return new WrongShape(this.#what, place + this.#place)
  }
}

function refuse(value: unknown, wanted: string): never {
  throw new WrongShape(value === undefined ? 'is missing' : `is ${seen(value)}, not ${wanted}`)
}

/** Text in the place of a list or an object may be anything, a token too: it is not shown. */
function refuseTree(value: unknown, wanted: string): never {
  if (typeof value !== 'string') refuse(value, wanted)
  throw new WrongShape(`is ${/^\s*</.test(value) ? 'HTML' : 'text'}, not ${wanted}`)
}

function seen(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function at<T>(place: string, look: () => T): T {
  try {
    return look()
  } catch (error) {
    throw error instanceof WrongShape ? error.within(place) : error
  }
}

export const text: Shape<string> = (value) => (typeof value === 'string' ? value : refuse(value, 'text'))

export const number: Shape<number> = (value) => (Number.isFinite(value) ? (value as number) : refuse(value, 'a number'))

/** A whole number, not below zero. */
export const count: Shape<number> = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : refuse(value, 'a count')

const uuidText = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const uuid: Shape<string> = (value) =>
  typeof value === 'string' && uuidText.test(value) ? value : refuse(value, 'a UUID')

/** The text as Gnocchi writes a UUID, in small letters with hyphens, or undefined where it is none. */
export const asUuid = (given: string): string | undefined =>
  /^[0-9a-f]{8}(-?)([0-9a-f]{4}\1){3}[0-9a-f]{12}$/i.test(given)
    ? given
        .toLowerCase()
        .replaceAll('-', '')
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    : undefined

export const time: Shape<Date> = (value) => {
  const moment = new Date(typeof value === 'string' ? value : Number.NaN)
  return Number.isNaN(moment.getTime()) ? refuse(value, 'a time') : moment
}

/** null, or that. */
export const orNull =
  <T>(of: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : of(value)

/** null or nothing at all, or that. */
export const maybe =
  <T>(of: Shape<T>): Shape<T | undefined> =>
  (value) =>
    value === null || value === undefined ? undefined : of(value)

export const list =
  <T>(of: Shape<T>): Shape<T[]> =>
  (value) =>
    Array.isArray(value) ? value.map((item, index) => at(`[${index}]`, () => of(item))) : refuseTree(value, 'a list')

/** A list in which each place has a meaning of its own. */
export const tuple =
  <T extends unknown[]>(...places: {[Index in keyof T]: Shape<T[Index]>}): Shape<T> =>
  (value) =>
    Array.isArray(value) && value.length === places.length
      ? (places.map((of, index) => at(`[${index}]`, () => of(value[index]))) as T)
      : refuseTree(value, `a list of ${places.length}`)

/** Some fields of an object; it may have others. */
export const object =
  <T extends object>(fields: {[Name in keyof T]: Shape<T[Name]>}): Shape<T> =>
  (value) => {
    const given = tree(value)
    const looks = Object.entries<Shape<unknown>>(fields)
    const found: Record<string, unknown> = Object.fromEntries(
      looks.map(([name, of]) => [name, at(`.${name}`, () => of(given[name]))]),
    )
    return found as T
  }

/** An object whose names are data. */
export const byName =
  <T>(of: Shape<T>): Shape<Record<string, T>> =>
  (value) =>
    Object.fromEntries(Object.entries(tree(value)).map(([name, inner]) => [name, at(`.${name}`, () => of(inner))]))

const tree: Shape<Record<string, unknown>> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : refuseTree(value, 'an object')
