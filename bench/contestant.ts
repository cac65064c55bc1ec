// A contestant is a process that says "ready", then answers each line with the milliseconds its work took.
import {spawn} from 'node:child_process'
import {createInterface} from 'node:readline'
import type {Lab} from '../lab/state.ts'
import {ours, peers} from './scripts.ts'
import type {Measure} from './side-by-side.ts'

interface Contestant {
  measure: Measure
  /** Ends the process, by the end of its input. */
  stop: () => void
}

/** Starts the process and waits until it is ready. Its stderr is ours. */
async function startContestant([program = '', ...args]: string[], env: NodeJS.ProcessEnv): Promise<Contestant> {
  const child = spawn(program, args, {env, stdio: ['pipe', 'pipe', 'inherit']})
  child.stdin.on('error', () => undefined) // it ended: the answer that does not come tells
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]()
  const answer = async (): Promise<string> => {
    const {value, done} = await lines.next()
    if (done)
      throw new Error(`this ended without an answer: ${program} ${args.map((word) => word.slice(0, 40)).join(' ')}`)
    return value
  }
  const ready = await answer()
  if (ready !== 'ready') throw new Error(`expected "ready", got "${ready}"`)
  return {
    async measure() {
      child.stdin.write('go\n')
      const said = await answer()
      const ms = Number(said)
      if (!(ms > 0)) throw new Error(`expected milliseconds, got "${said}"`)
      return ms
    },
    stop: () => void child.stdin.end(),
  }
}

/** A process to be a contestant. */
export interface Command {
  command: string[]
  env: NodeJS.ProcessEnv
}

/** Runs `use` with contestants that end when it does. */
export async function withContestants<Name extends string, T>(
  commands: Record<Name, Command>,
  use: (measures: Record<Name, Measure>) => Promise<T>,
): Promise<T> {
  const started = new Map<string, Contestant>()
  try {
    for (const [name, {command, env}] of Object.entries<Command>(commands))
      started.set(name, await startContestant(command, env))
    const measures = [...started].map(([name, {measure}]) => [name, measure])
    return await use(Object.fromEntries(measures) as Record<Name, Measure>)
  } finally {
    started.forEach(({stop}) => stop())
  }
}

/** A command inside the lab, its input and output ours: `lab.inside` gives all its input at once. */
export function insideLab({pid}: Lab, command: string[], env: NodeJS.ProcessEnv): Command {
  const nsenter = ['/usr/bin/nsenter', '-t', String(pid), '-m', '-p', '-i', '-r', '-w']
  const insideEnv = {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8', ...env}
  return {command: [...nsenter, ...command], env: insideEnv}
}

/** Measures a program's run from its start to its end. */
export const stopwatch = (program: string[], env: NodeJS.ProcessEnv): Command => ({
  command: [process.execPath, ours.stopwatch, ...program],
  env,
})

/** The same inside the lab: entering it is not measured. */
export const stopwatchInsideLab = (lab: Lab, program: string[], env: NodeJS.ProcessEnv): Command =>
  insideLab(lab, ['python3', '-c', peers.stopwatch, ...program], env)
