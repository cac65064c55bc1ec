import {aggregates} from './aggregates.ts'
import {aggregation} from './aggregation.ts'
import {archivePolicies} from './archive-policies.ts'
import {influxdb} from './influxdb.ts'
import {measures} from './measures.ts'
import {metrics} from './metrics.ts'
import {prometheus} from './prometheus.ts'
import {resourceMeasures} from './resource-measures.ts'
import {resources} from './resources.ts'
import type {Transport} from './transport.ts'

/** Gnocchi's REST API, a group of functions for each of its resources: one function, one HTTP call. `now` is the cloud's clock,
 * as far as it is known. */
export const openGnocchi = (transport: Transport, now: () => Date = () => new Date()) => ({
  now,
  aggregates: aggregates(transport),
  aggregation: aggregation(transport),
  archivePolicies: archivePolicies(transport),
  influxdb: influxdb(transport),
  measures: measures(transport, now),
  metrics: metrics(transport),
  prometheus: prometheus(transport),
  resourceMeasures: resourceMeasures(transport, now),
  resources: resources(transport),
})

export type Gnocchi = ReturnType<typeof openGnocchi>
