import {isoTime} from '../time.ts'
import type {ImportedMetric} from '../transfer/import-measures.ts'
import {lostOf} from '../transfer/too-old.ts'
import type {Verified} from '../transfer/verify.ts'
import type {Column} from './formats.ts'

/** What a file holds of each metric. */
export const importedColumns: Column<ImportedMetric>[] = [
  {name: 'metric', value: ({name}) => name},
  {name: 'id', value: ({id}) => id},
  {name: 'measures', value: ({measures}) => measures},
  {name: 'too_old', title: 'too old', value: ({tooOld}) => lostOf(tooOld)},
  {name: 'oldest', value: ({measures, oldest}) => (measures === 0 ? null : isoTime(oldest))},
  {name: 'newest', value: ({measures, newest}) => (measures === 0 ? null : isoTime(newest))},
]

/** The same beside what Gnocchi holds of it. */
export const verifiedColumns: Column<Verified>[] = [
  ...importedColumns,
  {name: 'stored', value: ({stored}) => stored},
  {name: 'note', value: ({note}) => note},
]
