// One line of the table that the benchmark ends with.
import type {Column} from '../src/lib/render/formats.ts'
import {median} from './side-by-side.ts'

export interface Result {
  name: string
  ours: string
  peer?: string
  ratio?: number
  goal?: string
  /** Undefined where there is no goal: the figure is for information. */
  holds?: boolean
}

/** Two contestants of one run; `goal` is the most that the ratio of their medians may be. */
export function compared(name: string, ours: number[], peer: number[], goal?: number): Result {
  const ratio = median(ours) / median(peer)
  return {
    name,
    ours: medianAndMinimum(ours),
    peer: medianAndMinimum(peer),
    ratio,
    ...(goal === undefined ? {} : {goal: `<= ${goal}x`, holds: ratio <= goal}),
  }
}

export const milliseconds = (ms: number): string => `${ms < 100 ? ms.toFixed(1) : ms.toFixed(0)} ms`

const medianAndMinimum = (values: number[]): string =>
  `${milliseconds(median(values))} (min ${milliseconds(Math.min(...values))})`

export const columns: Column<Result>[] = [
  {name: 'measurement', value: ({name}) => name},
  {name: 'ours', value: ({ours}) => ours},
  {name: 'peer', value: ({peer}) => peer ?? ''},
  {name: 'ratio', value: ({ratio}) => ratio?.toFixed(3) ?? ''},
  {name: 'goal', value: ({goal}) => goal ?? ''},
  {name: 'holds', value: ({holds}) => (holds === undefined ? '' : holds ? 'yes' : 'NO')},
]
