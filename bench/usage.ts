// Whole runs of programs: wall time, CPU and peak memory, as the kernel counts them (wait4).
import {spawnSync} from 'node:child_process'
import {insideLab} from './contestant.ts'
import {peers} from './scripts.ts'
import {median} from './side-by-side.ts'
import type {Workplace} from './workplace.ts'

const rounds = 3

export interface Usage {
  milliseconds: number
  cpuSeconds: number
  peakMegabytes: number
}

export const cpu = (runs: Usage[]): string => `${median(runs.map(({cpuSeconds}) => cpuSeconds)).toFixed(2)} s`
export const memory = (runs: Usage[]): string => `${median(runs.map(({peakMegabytes}) => peakMegabytes)).toFixed(0)} MB`

/** A, B, C, A, B, C, …; what each has left to do is done before the next one starts. */
export async function inTurns<Name extends string>(
  contestants: Record<Name, () => Usage | Promise<Usage>>,
  settle: () => Promise<void> = async () => undefined,
): Promise<Record<Name, Usage[]>> {
  const used = Object.fromEntries(Object.keys(contestants).map((name) => [name, []])) as unknown as Record<
    Name,
    Usage[]
  >
  await settle()
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(contestants) as [Name, () => Usage | Promise<Usage>][]) {
      const one = await run()
      console.error(`  ${name}: ${(one.milliseconds / 1000).toFixed(1)} s`)
      used[name].push(one)
      await settle()
    }
  return used
}

export const usage = ({env}: Workplace, program: string[]): Usage =>
  run(['python3', '-c', peers.usage, ...program], env)

export const officialUsage = (workplace: Workplace, args: string[]): Usage =>
  usageInsideLab(workplace, ['gnocchi', ...args])

export function usageInsideLab({lab, cloudEnv}: Workplace, program: string[]): Usage {
  const {command, env} = insideLab(lab, ['python3', '-c', peers.usage, ...program], cloudEnv)
  return run(command, env)
}

function run([program = '', ...args]: string[], env: NodeJS.ProcessEnv): Usage {
  const {status, stdout, stderr} = spawnSync(program, args, {env, encoding: 'utf8', maxBuffer: 2 ** 28})
  if (status !== 0) throw new Error(`${program} ${args.join(' ').slice(0, 200)} ended with ${status}: ${stderr}`)
  return JSON.parse(stdout) as Usage
}
