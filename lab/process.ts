// Running programs, and the one error this folder throws on purpose.
import {spawn} from 'node:child_process'

/** An expected failure: what happened and what to do. Exit code 2: nothing was started; 1: a server failed. */
export class LabError extends Error {
  readonly exitCode: number
  constructor(message: string, exitCode: number) {
    super(message)
    this.name = 'LabError'
    this.exitCode = exitCode
  }
}

export interface Finished {
  stdout: string
  stderr: string
  code: number
}

export interface RunOptions {
  input?: string | undefined
  env?: NodeJS.ProcessEnv | undefined
  signal?: AbortSignal | undefined
}

/** Runs a program to its end. A failing exit code is an answer, not an exception; a missing program is code 127. */
export function run([program = '', ...args]: string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {env: options.env ?? process.env, signal: options.signal, killSignal: 'SIGKILL'})
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    const finish = (code: number, note = '') =>
      resolve({stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() + note, code})
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {}) // a program may end without reading what it is given
    // An aborted program is not gone yet: only 'close' says so. One that never ran has no PID and no 'close'.
    child.on(
      'error',
      (error: NodeJS.ErrnoException) => child.pid ?? finish(error.code === 'ENOENT' ? 127 : 1, error.message),
    )
    child.on('close', (code) => finish(code ?? 1))
    child.stdin.end(options.input)
  })
}

/** True once `condition` holds, false when the time is over; asks twenty times a second. */
export async function until(condition: () => boolean | Promise<boolean>, limitSeconds: number): Promise<boolean> {
  for (const end = Date.now() + limitSeconds * 1000; ;) {
    if (await condition()) return true
    if (Date.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

export const say = (line: string) => process.stderr.write(`${line}\n`)

/** Does one step and says how long it took. */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now()
  const result = await work()
  say(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${what}`)
  return result
}
