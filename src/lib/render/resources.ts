import type {ResourceAttribute, ResourceType} from '../gnocchi/resource-types.ts'
import type {Resource} from '../gnocchi/resources.ts'
import type {Cell, Column} from './formats.ts'
import {pythonText} from './python.ts'

/** As the official client has them, in front of what resources have besides. */
const first = [
  'id',
  'type',
  'project_id',
  'user_id',
  'original_resource_id',
  'started_at',
  'ended_at',
  'revision_start',
  'revision_end',
]

/** What Gnocchi has of a resource is text, but for the attributes of type `number`, which are floats to it. */
const field = (name: string): Column<Resource> => ({
  name,
  value: ({fields}) => (fields[name] ?? null) as Cell,
  python: true,
  ...(name === 'metrics' ? {text: ({metrics}) => metricLines(metrics)} : {}),
})

const metricLines = (metrics: Record<string, string>): string =>
  Object.entries(metrics)
    .map(([name, id]) => `${name}: ${id}`)
    .sort()
    .join('\n')

/** The columns of a list: the same in all, then the attributes that any of them has. */
export function resourceColumns(
  resources: readonly Resource[],
  {withMetrics = false}: {withMetrics?: boolean} = {},
): Column<Resource>[] {
  const names = new Set(first)
  for (const {fields} of resources) for (const name of Object.keys(fields)) names.add(name)
  if (!withMetrics) names.delete('metrics')
  if (names.has('creator')) ['created_by_user_id', 'created_by_project_id'].forEach((name) => names.delete(name))
  return [...names].map(field)
}

/** All that Gnocchi says of one, in its order. */
export const resourceFields = ({fields}: Resource): Column<Resource>[] => Object.keys(fields).map(field)

/** What a type says of an attribute, in the words of Python, which the official client's fields hold. */
const parts = ({type, required, options, floats}: ResourceAttribute): [string, string][] => [
  ['type', type],
  ['required', pythonText(required)],
  ...Object.entries(options).map(([name, value]): [string, string] => [
    name,
    pythonText(value, floats?.includes(name)),
  ]),
]

/** `- name: type: string , required: True , max_length: 255` */
const attributeLines = ({attributes}: ResourceType): string =>
  Object.entries(attributes)
    .map(
      ([name, of]) =>
        `- ${name}: ${parts(of)
          .map(([key, value]) => `${key}: ${value}`)
          .join(' , ')}`,
    )
    .join('\n')

export const resourceTypeColumns: readonly Column<ResourceType>[] = [
  {name: 'name', value: ({name}) => name},
  {name: 'attributes', value: attributeLines},
]

/** One type, each attribute a field: `max_length=255, min_length=0, required=True, type=string`. */
export const resourceTypeFields = ({attributes}: ResourceType): Column<ResourceType>[] => [
  {name: 'name', value: ({name}) => name},
  {name: 'state', value: ({state}) => state},
  ...Object.entries(attributes).map(([name, of]) => ({
    name: `attributes/${name}`,
    value: () =>
      parts(of)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${key}=${value}`)
        .join(', '),
  })),
]

export const deletedColumns: readonly Column<number>[] = [{name: 'deleted', value: (deleted) => deleted}]

/** What a batch would delete. */
export const toDeleteColumns: readonly Column<readonly Resource[]>[] = [
  {name: 'would_delete', title: 'would delete', value: (resources) => resources.length},
  {
    name: 'resources',
    value: (resources) => resources.map(({id}) => id),
    text: (resources) =>
      resources.map(({id, originalId}) => (id === originalId ? id : `${originalId} (${id})`)).join('\n'),
  },
]
