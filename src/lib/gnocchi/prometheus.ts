import {GnocchiError} from '../errors.ts'
import type {Transport} from './transport.ts'

/** @see gnocchi/rest/prometheus/__init__.py */
export const prometheus = (transport: Transport) => ({
  /**
   * Stores what Prometheus' remote_write sends: a WriteRequest of protobuf, compressed with snappy. Resources are of the
   * type `prometheus`, their ids `job@instance`.
   * POST /v1/prometheus/write, bytes -> 202. Only where Gnocchi has Python's snappy and protobuf.
   * @throws GnocchiError 404: this Gnocchi has no such API. Bytes that are something else are silence: an error inside
   *   the server.
   */
  async write(bytes: Uint8Array): Promise<void> {
    const {status, where} = await transport('POST', 'v1/prometheus/write', {
      body: bytes,
      contentType: 'application/x-protobuf',
      headers: {'content-encoding': 'snappy', 'x-prometheus-remote-write-version': '0.1.0'},
    })
    if (status !== 202) throw new GnocchiError(`${where} answered ${status}, not 202`, {status})
  },
})
