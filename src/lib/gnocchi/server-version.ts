import {object, text} from '../shape.ts'
import {decoded, type Transport} from './transport.ts'

export const serverVersion = (transport: Transport) => ({
  /**
   * GET / -> 200 {build, versions}: the version of Gnocchi that answers, `4.6.5`; `unknown` where it is not installed as a
   * package.
   * @see gnocchi/rest/api.py VersionsController.index
   */
  async get(): Promise<string> {
    const answer = await transport('GET', '')
    return decoded(answer, 'the version of the server', object({build: text})).build
  },
})
