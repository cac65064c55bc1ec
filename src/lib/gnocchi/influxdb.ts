import {GnocchiError} from '../errors.ts'
import type {Transport} from './transport.ts'

/**
 * Gnocchi's own InfluxDB API: a database is a resource type, the tag `host` names a resource of it, and each field is a
 * metric `measurement.field@tag=value` that an archive policy rule must match. Text fields are dropped.
 * @see gnocchi/rest/influxdb.py
 */
export const influxdb = (transport: Transport) => ({
  /** GET /v1/influxdb/ping -> 204 with X-Influxdb-Version: "Gnocchi 4.6.5"; resolves with that */
  async ping(): Promise<string> {
    const {headers} = await transport('GET', 'v1/influxdb/ping')
    return String(headers['x-influxdb-version'] ?? '')
  },

  /**
   * Makes a resource type; there may be one already.
   * POST /v1/influxdb/query?q=create database {name} -> 204; any other query gets a 501
   * @throws GnocchiError 403: only the admin may
   */
  async createDatabase(name: string): Promise<void> {
    await transport('POST', 'v1/influxdb/query', {searchParams: {q: `create database ${name}`}, repeatable: true})
  },

  /**
   * Stores lines of InfluxDB's line protocol, times in nanoseconds. Creates resources and metrics as they come.
   * POST /v1/influxdb/write?db={database}, text -> 204
   * @throws GnocchiError 400 "Unable to parse line 3", "Unable to find key `host' in tags". An unknown database is
   *   silence: an error inside the server.
   */
  async write(
    database: string,
    lines: string,
    {resourceTag, contentType = 'text/plain'}: {resourceTag?: string; contentType?: string} = {},
  ): Promise<void> {
    if (lines.trim() === '') return
    const {status, where} = await transport('POST', 'v1/influxdb/write', {
      body: lines,
      contentType,
      searchParams: {db: database},
      headers: resourceTag === undefined ? {} : {'X-Gnocchi-InfluxDB-Tag-Resource-ID': resourceTag},
      repeatable: true,
    })
    if (status !== 204) throw new GnocchiError(`${where} answered ${status}, not 204`, {status})
  },
})
