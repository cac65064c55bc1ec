import {confirm, rawlist} from '@inquirer/prompts'

import {durationInWords} from './lib/duration.ts'

/** Whether somebody is there to be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY

/** Which of the methods a policy offers, the three of the seed's consumer first. */
export function askMethod(methods: readonly string[], signal: AbortSignal): Promise<string> {
  const usual = ['mean', 'min', 'max'].filter((method) => methods.includes(method))
  const ordered = [...usual, ...methods.filter((method) => !usual.includes(method))]
  return ask(
    'Please, choose a kind of aggregation:',
    ordered.map((method) => ({name: capital(method), value: method})),
    signal,
  )
}

/** Which of a policy's granularities, in seconds. */
export const askGranularity = (granularities: readonly number[], signal: AbortSignal): Promise<number> =>
  ask(
    'Please, choose a granularity:',
    granularities.map((seconds) => ({name: capital(durationInWords(seconds).replace(/^1 /, '')), value: seconds})),
    signal,
  )

/** No is the answer of a hasty Enter. */
export const askYes = (message: string, signal: AbortSignal): Promise<boolean> =>
  confirm({message, default: false}, {output: process.stderr, signal})

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** On stderr: stdout is for data. */
const ask = <T>(message: string, choices: {name: string; value: T}[], signal: AbortSignal): Promise<T> =>
  rawlist({message, choices}, {output: process.stderr, signal})
