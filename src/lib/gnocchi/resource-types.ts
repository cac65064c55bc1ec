import {byName, list, object, text, type Shape} from '../shape.ts'
import {sayingInUse} from './in-use.ts'
import {checkName, inPath} from './names.ts'
import {decoded, type Transport} from './transport.ts'

/** In Gnocchi's words: `min` and `max` of a number, `min_length` and `max_length` of a string. */
export type AttributeOptions = Record<string, string | number | null>

export interface ResourceAttribute {
  /** string, uuid, number, bool or datetime. */
  type: string
  required: boolean
  options: AttributeOptions
  /** Options that are floats to Gnocchi, which writes 2.0 where it was given that; none when left out. */
  floats?: readonly string[]
}

export interface ResourceType {
  name: string
  /** `active`; else it is being made or changed, or that has failed. */
  state: string
  attributes: Record<string, ResourceAttribute>
}

/** An attribute to be made. What is left out, Gnocchi decides: attributes are required. */
export interface NewAttribute {
  type: string
  required?: boolean | undefined
  /** `fill`: the value that resources have which are there already. */
  options?: AttributeOptions
  /** Options to be sent as floats: 2 as 2.0. */
  floats?: readonly string[]
}

/** Since ES2026; Node 24 has them, TypeScript does not know them yet. */
const {rawJSON} = JSON as unknown as {rawJSON: (text: string) => unknown}

/** A mark of ours on what was read. */
const floats: unique symbol = Symbol('floats')

/** A reviver for JSON.parse, which keeps what it would lose: that a number was written as `2.0`. */
function markFloats(this: {[floats]?: string[]}, key: string, value: unknown, context?: {source?: string}): unknown {
  if (typeof value === 'number' && /[.e]/i.test(context?.source ?? ''))
    this[floats] = this[floats] === undefined ? [key] : [...this[floats], key]
  return value
}

/** undefined for what is no JSON */
function readTypes(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString(), markFloats)
  } catch {
    return undefined
  }
}

const decodeAttribute: Shape<ResourceAttribute> = (value) => {
  const wire = value as Record<string, string | number | null> & {[floats]?: string[]}
  const {type, required} = object({type: text, required: (given: unknown) => given === true})(value)
  const options = Object.entries(wire).filter(([name]) => !['type', 'required'].includes(name))
  return {type, required, options: Object.fromEntries(options), ...(wire[floats] ? {floats: wire[floats]} : {})}
}

/** @see gnocchi/resource_type.py ResourceType.jsonify */
const decodeType: Shape<ResourceType> = object({name: text, state: text, attributes: byName(decodeAttribute)})

function wireAttribute({type, required, options: given = {}, floats: asFloats = []}: NewAttribute) {
  const written = ([name, value]: [string, unknown]) =>
    asFloats.includes(name) && Number.isInteger(value) ? [name, rawJSON(`${value as number}.0`)] : [name, value]
  const {fill, ...options} = Object.fromEntries(Object.entries(given).map(written)) as Record<string, unknown>
  return {
    type,
    ...(required === undefined ? {} : {required}),
    ...options,
    ...(fill === undefined ? {} : {options: {fill}}),
  }
}

/** A step of a JSON pointer: RFC 6901. */
const step = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

const path = (name: string): string => `v1/resource_type/${inPath('resource type', name)}`

export const resourceTypes = (transport: Transport) => ({
  /**
   * GET /v1/resource_type -> 200 [type, ...], by name
   * @see gnocchi/rest/api.py ResourceTypesController.get_all
   */
  async list(): Promise<ResourceType[]> {
    return decoded(
      await transport('GET', 'v1/resource_type', {read: readTypes}),
      'a list of resource types',
      list(decodeType),
    )
  },

  /**
   * GET /v1/resource_type/{name} -> 200 type
   * @throws GnocchiError 404
   * @see gnocchi/rest/api.py ResourceTypeController.get
   */
  async get(name: string): Promise<ResourceType> {
    return decoded(await transport('GET', path(name), {read: readTypes}), 'a resource type', decodeType)
  },

  /**
   * POST /v1/resource_type {name, attributes} -> 201 type
   * @throws GnocchiError 409: it is there; 400: an attribute that cannot be; 403: only the admin may
   * @throws UsageError for a name that Gnocchi takes, but can never delete, or answers with silence
   * @see gnocchi/rest/api.py ResourceTypesController.post
   */
  async create(name: string, attributes: Readonly<Record<string, NewAttribute>> = {}): Promise<ResourceType> {
    checkName('a resource type', name)
    const wire = Object.fromEntries(Object.entries(attributes).map(([of, attribute]) => [of, wireAttribute(attribute)]))
    const answer = await transport('POST', 'v1/resource_type', {
      json: {name, ...(Object.keys(wire).length > 0 ? {attributes: wire} : {})},
      alone: true,
      read: readTypes,
    })
    return decoded(answer, 'a resource type', decodeType)
  },

  /**
   * Adds attributes (or changes the options of those that are there, from 4.5 on) and removes others, from all
   * resources of the type too.
   * PATCH /v1/resource_type/{name} [{op, path, value}] as application/json-patch+json -> 200 type
   * @throws GnocchiError 404; 400: to remove what there is not, or to add what is required without `fill`; 403
   * @see gnocchi/rest/api.py ResourceTypeController.patch
   */
  async update(
    name: string,
    {add = {}, remove = []}: {add?: Readonly<Record<string, NewAttribute>>; remove?: readonly string[]},
  ): Promise<ResourceType> {
    const json = [
      ...Object.entries(add).map(([of, attribute]) => ({
        op: 'add',
        path: `/attributes/${step(of)}`,
        value: wireAttribute(attribute),
      })),
      ...remove.map((of) => ({op: 'remove', path: `/attributes/${step(of)}`})),
    ]
    const answer = await transport('PATCH', path(name), {
      json,
      contentType: 'application/json-patch+json',
      alone: true,
      read: readTypes,
    })
    return decoded(answer, 'a resource type', decodeType)
  },

  /**
   * DELETE /v1/resource_type/{name} -> 204
   * @throws GnocchiError 404; 400: it is in use; 403: only the admin may
   * @see gnocchi/rest/api.py ResourceTypeController.delete
   */
  async delete(name: string): Promise<void> {
    await transport('DELETE', path(name), {alone: true}).catch(
      sayingInUse(`Resource type ${name}`, async () => {
        const {body} = await transport('GET', `v1/resource/${inPath('resource type', name)}`, {
          searchParams: {limit: 1},
        })
        return Array.isArray(body) && body.length > 0
      }),
    )
  },
})
