import type {Examined} from '../doctor/check.ts'
import type {Column} from './formats.ts'

export const findingColumns: readonly Column<Examined>[] = [
  {name: 'check', value: ({check}) => check},
  {name: 'verdict', value: ({verdict}) => verdict},
  {name: 'what', value: ({what}) => what},
  {name: 'mend', value: ({mend}) => mend ?? null},
]

/** A line for each, and one more with what mends it. */
export const findingLine = ({check, verdict, what, mend}: Examined): string =>
  `${verdict.padEnd(8)} ${check.padEnd(11)} ${what}\n${mend === undefined ? '' : `${' '.repeat(21)}try: ${mend}\n`}`
