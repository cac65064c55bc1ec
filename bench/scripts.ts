// The programs that are measured, or that measure, in processes of their own.
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const path = (address: string) => fileURLToPath(address)

/** Paths. */
export const ours = {
  bodies: path(import.meta.resolve('./ours/bodies.ts')),
  bodiesForWrk: path(import.meta.resolve('./peers/bodies.lua')),
  readAggregates: path(import.meta.resolve('./ours/read-aggregates.ts')),
  stopwatch: path(import.meta.resolve('./ours/stopwatch.ts')),
  sweep: path(import.meta.resolve('./ours/sweep.ts')),
  ticks: path(import.meta.resolve('./ours/ticks.ts')),
}

/** A Python program, for `python3 -c`: inside the lab this folder is not to be seen. */
const source = (name: string): string => readFileSync(join(import.meta.dirname, 'peers', `${name}.py`), 'utf8')

export const peers = {
  getsByGnocchiclient: source('gets_by_gnocchiclient'),
  getsByRequests: source('gets_by_requests'),
  stopwatch: source('stopwatch'),
  sweep: source('sweep'),
  usage: source('usage'),
}
