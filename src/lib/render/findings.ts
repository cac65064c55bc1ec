import type {Examined} from '../doctor/check.ts'
import type {Column} from './formats.ts'

export const findingColumns: readonly Column<Examined>[] = [
  {name: 'check', value: ({check}) => check},
  {name: 'verdict', value: ({verdict}) => verdict},
  {name: 'what', value: ({what}) => what},
  {name: 'mend', value: ({mend}) => mend ?? null},
]

/** A line for each, and one more with what mends it: once below several that the same command mends. */
export const findingLines = (findings: readonly Examined[]): string =>
  findings
    .map(({check, verdict, what, mend}, index) => {
      const isSaidBelow = mend === undefined || mend === findings[index + 1]?.mend
      return `${verdict.padEnd(8)} ${check.padEnd(11)} ${what}\n${isSaidBelow ? '' : `${' '.repeat(21)}try: ${mend}\n`}`
    })
    .join('')
