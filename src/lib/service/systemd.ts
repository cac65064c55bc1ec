import {spawn} from 'node:child_process'

import type {Report} from '../log.ts'

export interface Systemd {
  /** How often systemd wants to hear WATCHDOG=1; undefined: not at all. */
  watchdogSeconds: number | undefined
  /** Tells variables, in the order of the calls; resolves when they are told. Never rejects. */
  tell(...variables: string[]): Promise<void>
}

const tellTimeoutSeconds = 10

/**
 * The service manager that started this process, by the protocol of sd_notify(3); undefined when there is none. Node has no
 * Unix datagram sockets: `systemd-notify` sends, a few milliseconds each time, and the unit needs `NotifyAccess=all`.
 */
export function openSystemd(env: NodeJS.ProcessEnv, report: Report): Systemd | undefined {
  const {NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid} = env
  if (!socket) return undefined
  const forUs = pid === undefined || Number(pid) === process.pid
  let last = Promise.resolve()
  let failed = false
  return {
    watchdogSeconds: forUs && Number(microseconds) > 0 ? Number(microseconds) / 1e6 : undefined,
    tell(...variables) {
      last = last.then(async () => {
        const problem = await send(variables, {NOTIFY_SOCKET: socket, PATH: env['PATH']})
        if (problem !== undefined && !failed) report(`systemd cannot be told anything: ${problem}`, {level: 'warn'})
        failed = problem !== undefined
      })
      return last
    },
  }
}

/** Of the environment it gets what it needs, and no password. Resolves with what went wrong. */
function send(variables: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn('systemd-notify', variables, {env, stdio: 'ignore', timeout: tellTimeoutSeconds * 1000})
    child.on('error', ({message}) => resolve(message))
    child.on('close', (code) => resolve(code === 0 ? undefined : `systemd-notify ended with ${code ?? 'a signal'}`))
  })
}

/** RELOADING=1 needs the moment by CLOCK_MONOTONIC, which is Node's hrtime on Linux. */
export const reloading = (): string[] => ['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`]
