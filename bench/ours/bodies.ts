// Writes the bodies that `measures import` sends for a file into a folder, 1.json, 2.json, …; prints how many there are.
// Arguments: the file, the folder, and a JSON object of metric ids by name.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {ArchivePolicy} from '../../src/lib/gnocchi/archive-policies.ts'
import {measures} from '../../src/lib/gnocchi/measures.ts'
import {chunksOf} from '../../src/lib/transfer/blocks.ts'
import {importMeasures} from '../../src/lib/transfer/import-measures.ts'

const [file = '', folder = '', ids = '{}'] = process.argv.slice(2)
const idOf = JSON.parse(ids) as Record<string, string>
const archivePolicy: ArchivePolicy = {
  name: 'any',
  backWindow: 0,
  aggregationMethods: [],
  definition: [{granularitySeconds: 1, points: null, timespanSeconds: null}],
}
let count = 0
const {send} = measures(async (method, path, {body} = {}) => {
  writeFileSync(join(folder, `${++count}.json`), body!)
  return {where: `${method} ${path}`, status: 202, headers: {}, body: undefined}
})
await importMeasures({
  chunks: chunksOf(file),
  path: file,
  metrics: [],
  resourceTag: 'host',
  skipBad: false,
  inFlight: 4,
  storedTo: 0,
  resolve: async (name) => ({id: idOf[name]!, archivePolicy}),
  newestOf: async () => new Map(),
  heldOf: async () => null,
  send,
  now: () => new Date(),
  onStored: () => undefined,
  onProgress: () => undefined,
  report: () => undefined,
  signal: new AbortController().signal,
})
console.log(count)
