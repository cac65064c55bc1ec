import {aggregates} from './aggregates.ts'
import {aggregation} from './aggregation.ts'
import {archivePolicies} from './archive-policies.ts'
import {archivePolicyRules} from './archive-policy-rules.ts'
import {capabilities} from './capabilities.ts'
import {measures} from './measures.ts'
import {metrics} from './metrics.ts'
import {resourceTypes} from './resource-types.ts'
import {influxdb} from './influxdb.ts'
import {prometheus} from './prometheus.ts'
import {resourceMeasures} from './resource-measures.ts'
import {resources} from './resources.ts'
import {serverVersion} from './server-version.ts'
import {status} from './status.ts'
import type {Transport} from './transport.ts'

/** Gnocchi's REST API, a group of functions for each of its resources: one function, one HTTP call. `now` is the cloud's clock,
 * as far as it is known. */
export const openGnocchi = (transport: Transport, now: () => Date = () => new Date()) => ({
  now,
  aggregates: aggregates(transport),
  aggregation: aggregation(transport),
  archivePolicies: archivePolicies(transport),
  archivePolicyRules: archivePolicyRules(transport),
  capabilities: capabilities(transport),
  measures: measures(transport, now),
  metrics: metrics(transport),
  resourceTypes: resourceTypes(transport),
  influxdb: influxdb(transport),
  prometheus: prometheus(transport),
  resourceMeasures: resourceMeasures(transport, (id) => resources(transport).metricsOf(id), now),
  resources: resources(transport),
  serverVersion: serverVersion(transport),
  status: status(transport),
})

export type Gnocchi = ReturnType<typeof openGnocchi>
