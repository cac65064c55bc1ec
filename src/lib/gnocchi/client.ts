import {aggregates} from './aggregates.ts'
import {archivePolicies} from './archive-policies.ts'
import {measures} from './measures.ts'
import {metrics} from './metrics.ts'
import {resources} from './resources.ts'
import type {Transport} from './transport.ts'

/** Gnocchi's REST API, a group of functions for each of its resources: one function, one HTTP call. */
export const openGnocchi = (transport: Transport) => ({
  aggregates: aggregates(transport),
  archivePolicies: archivePolicies(transport),
  measures: measures(transport),
  metrics: metrics(transport),
  resources: resources(transport),
})

export type Gnocchi = ReturnType<typeof openGnocchi>
