import type {Gnocchi} from '../gnocchi/client.ts'
import {allOf} from '../gnocchi/pages.ts'
import type {ResourceQuery} from '../gnocchi/resource-query.ts'

/** Ids in one request. */
const most = 500

/**
 * Deletes all resources of a type that a query finds, and their metrics; resolves with how many.
 * Those of a type of its own are found first, and deleted as generic ones: asked to delete them of their type, Gnocchi
 * deletes the row of their attributes alone. They stay in lists, without their metrics, and their type stays in use for ever.
 * @see gnocchi/indexer/sqlalchemy.py delete_resources (to 4.7): target_cls is the table of the type
 */
export async function deleteFound(
  {resources}: Pick<Gnocchi, 'resources'>,
  query: ResourceQuery,
  type: string,
): Promise<number> {
  if (type === 'generic') return resources.deleteBatch(query)
  const ids = (await allOf(resources.search(query, {type}))).map(({id}) => id)
  let deleted = 0
  for (let begin = 0; begin < ids.length; begin += most)
    deleted += await resources.deleteBatch({in: {id: ids.slice(begin, begin + most)}})
  return deleted
}
