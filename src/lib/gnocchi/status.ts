import {byName, count, list, maybe, object, text} from '../shape.ts'
import {decoded, suggesting, type Transport} from './transport.ts'

/** What waits to be processed. Gnocchi counts bundles, not points: what one POST had for one metric is one. */
export interface ServerStatus {
  bundles: number
  metrics: number
  /** null where the coordination backend of the server keeps no list of them. */
  processors: string[] | null
  /** Bundles by metric id, those of deleted metrics too; only where details were asked for. */
  bundlesByMetric?: Record<string, number>
}

const wireStatus = object({
  storage: object({
    summary: object({measures: count, metrics: count}),
    measures_to_process: maybe(byName(count)),
  }),
  metricd: maybe(object({processors: maybe(list(text))})),
})

export const status = (transport: Transport) => ({
  /**
   * GET /v1/status?details=… -> 200 {storage: {summary: {measures, metrics}, measures_to_process: {id: bundles}}, metricd: {processors}}
   * @throws GnocchiError 403: not an admin; 503: the report could not be made just now
   * @see gnocchi/rest/api.py StatusController.get, gnocchi/incoming/__init__.py measures_report
   */
  async get({details = false}: {details?: boolean} = {}): Promise<ServerStatus> {
    const answer = await transport('GET', 'v1/status', {searchParams: {details: String(details)}}).catch(
      suggesting(403, [
        "Gnocchi shows its backlog to admins only; gnocchictl measures show METRIC --refresh processes one metric's own first",
      ]),
    )
    const {storage, metricd} = decoded(answer, 'a status', wireStatus)
    return {
      bundles: storage.summary.measures,
      metrics: storage.summary.metrics,
      processors: metricd?.processors ?? null,
      ...(details ? {bundlesByMetric: storage.measures_to_process ?? {}} : {}),
    }
  },
})
