import {list, object, text} from '../shape.ts'
import {sortedMethods} from './aggregation-methods.ts'
import {decoded, type Transport} from './transport.ts'

const wireCapabilities = object({aggregation_methods: list(text)})

export interface Capabilities {
  /** What an archive policy may keep, sorted. */
  aggregationMethods: string[]
}

export const capabilities = (transport: Transport) => ({
  /**
   * GET /v1/capabilities -> 200 {aggregation_methods: [...]}, in any order
   * @see gnocchi/rest/api.py CapabilityController.get
   */
  async list(): Promise<Capabilities> {
    const answer = await transport('GET', 'v1/capabilities')
    const {aggregation_methods: methods} = decoded(answer, 'the capabilities', wireCapabilities)
    return {aggregationMethods: sortedMethods(methods)}
  },
})
