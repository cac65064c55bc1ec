import type {Report} from '../log.ts'
import {roughly} from '../duration.ts'
import {serveHealth} from './health-server.ts'
import {backlogAgeSeconds, stalled, type Status} from './status.ts'
import {StatusWriter} from './status-file.ts'
import {openSystemd, reloading} from './systemd.ts'

export interface Service {
  /** A round is over: the status file is written, at most once a second. */
  update(): void
  /** Runs `reload` and tells systemd of its begin and end. */
  reload(reload: () => void): void
  /** The run ends: what is left is being sent. */
  stopping(): void
  /** Writes the last status. */
  close(): void
}

/** Seconds between two of systemd's status lines, where no watchdog wants to hear more often. */
const statusLineSeconds = 30

/**
 * All that shows a running producer to the outside: the status file, HTTP on `healthPort`, and systemd, where it is asked for.
 * @throws UsageError when the port is taken
 */
export async function openService(
  file: string,
  healthPort: number | undefined,
  status: () => Status,
  env: NodeJS.ProcessEnv,
  report: Report,
): Promise<Service> {
  const server = healthPort === undefined ? undefined : await serveHealth(healthPort, status)
  const systemd = openSystemd(env, report)
  const writer = new StatusWriter(file, status, report)
  const beat = () => {
    const now = status()
    // A process that runs but makes no rounds is not alive: systemd is to start it anew.
    const alive = systemd?.watchdogSeconds !== undefined && stalled(now, new Date()) === undefined
    void systemd?.tell(...(alive ? ['WATCHDOG=1'] : []), `STATUS=${inOneLine(now)}`)
  }
  writer.write()
  void systemd?.tell('READY=1', `STATUS=${inOneLine(status())}`)
  const beats = systemd && setInterval(beat, (systemd.watchdogSeconds ?? 2 * statusLineSeconds) * 500).unref()
  return {
    update: () => writer.writeSoon(),
    reload(reload) {
      void systemd?.tell(...reloading())
      reload()
      void systemd?.tell('READY=1', `STATUS=${inOneLine(status())}`)
    },
    stopping() {
      void systemd?.tell('STOPPING=1', 'STATUS=sending what is left')
    },
    close() {
      clearInterval(beats)
      server?.close()
      writer.write()
    },
  }
}

/** For `systemctl status`. */
function inOneLine(status: Status): string {
  const {hosts, sent, sendError, backlog} = status
  const up = hosts.filter(({state}) => state === 'up').length
  const age = backlogAgeSeconds(status, new Date())
  const waiting = backlog.waiting > 0 ? `, ${backlog.waiting} wait (the oldest for ${roughly(age)})` : ''
  return `${up} of ${hosts.length} hosts up, ${sent} samples sent${waiting}${sendError ? `; ${sendError.message}` : ''}`
}
