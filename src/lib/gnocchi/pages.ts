import {list, type Shape} from '../shape.ts'
import {decoded, type GnocchiAnswer, type Query, type Transport} from './transport.ts'

/** How far a list goes, in the words of Gnocchi's API. */
export interface Paging {
  /** How many in all; every one when left out. A page of the server's holds 1000 at most (its `max_limit`). */
  limit?: number | undefined
  /** Begin after the item with this id. */
  marker?: string | undefined
  /** `name`, `name:desc`, `name:desc-nullslast`; the first one counts most. */
  sort?: readonly string[] | undefined
}

/**
 * A list of any length, page by page: each page is asked for when the one before it has been taken.
 * The link to the next page is made of the Host that the server sees, which behind a proxy is neither the address nor
 * the path that a client can reach: only its query is used, on one's own endpoint.
 * @see gnocchi/rest/api.py set_resp_link_hdr (sent whenever a page is full: the last one may be empty)
 */
export async function* pages<T>(
  transport: Transport,
  path: string,
  {
    searchParams,
    json,
    alone,
    method = json === undefined ? 'GET' : 'POST',
    limit = Infinity,
    what,
    shape,
  }: {
    searchParams: Query
    json?: unknown
    alone?: boolean
    method?: 'GET' | 'POST'
    limit?: number | undefined
    what: string
    shape: Shape<T>
  },
): AsyncGenerator<T[]> {
  let query: Query | URLSearchParams | undefined = {...searchParams, ...(limit < Infinity ? {limit} : {})}
  let left = limit
  while (query !== undefined && left > 0) {
    const answer: GnocchiAnswer = await transport(method, path, {
      searchParams: query,
      ...(json === undefined ? {} : {json}),
      ...(alone === undefined ? {} : {alone}),
      ...(method === 'POST' ? {repeatable: true} : {}),
    })
    const page = decoded(answer, `a list of ${what}`, list(shape))
    yield page.slice(0, left)
    left -= page.length
    query = page.length === 0 ? undefined : nextQuery(answer)
  }
}

/** `Link: <http://…/v1/metric?limit=2&marker=…>; rel="next"` */
function nextQuery({headers: {link}}: GnocchiAnswer): URLSearchParams | undefined {
  const next = /<[^>?]*\?([^>]*)>\s*;\s*rel="?next\b/.exec(String(link ?? ''))?.[1]
  return next === undefined ? undefined : new URLSearchParams(next)
}

/** The same pages, once the first has come: what is refused from the start is refused here. */
export async function begun<T>(pagesOfIt: AsyncIterable<T>): Promise<AsyncGenerator<T>> {
  const rest = pagesOfIt[Symbol.asyncIterator]()
  const first = await rest.next()
  return (async function* () {
    for (let page = first; !page.done; page = await rest.next()) yield page.value
  })()
}

/** The same pages, each asked for while the one before it is in use. For who takes them to the end. */
export async function* ahead<T>(pagesOfIt: AsyncIterable<T>): AsyncGenerator<T> {
  const pagesLeft = pagesOfIt[Symbol.asyncIterator]()
  for (let next = pagesLeft.next(); ;) {
    const page = await next
    if (page.done) return
    next = pagesLeft.next()
    // If it fails, that is told in its turn.
    next.catch(() => undefined)
    yield page.value
  }
}

/** All pages as one list. */
export async function allOf<T>(pagesOfIt: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = []
  for await (const page of pagesOfIt) all.push(...page)
  return all
}
