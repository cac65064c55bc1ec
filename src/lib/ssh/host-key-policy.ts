import {HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {KnownHosts} from './known-hosts.ts'

/** What `--host-key-check` takes, and what each means for a host whose key is not known yet. A changed key is refused always. */
export const hostKeyChecks = ['accept-new', 'strict', 'off'] as const
export type HostKeyCheck = (typeof hostKeyChecks)[number]

export interface HostKeyPolicy {
  /** Undefined when the key is the host's; otherwise why not. */
  verify(host: Host, key: Buffer): HostError | undefined
  typesOf(host: Host): string[]
}

/** `report` is told of each key that is seen for the first time and kept. */
export function hostKeyPolicy(check: HostKeyCheck, known: KnownHosts, report: (line: string) => void): HostKeyPolicy {
  return {
    typesOf: ({ip, port}) => known.typesOf(ip, port),
    verify(host, key) {
      const verdict = known.check(host.ip, host.port, key)
      switch (verdict.kind) {
        case 'known':
          return undefined
        case 'revoked':
          return new HostError(`${host.label}: its host key ${verdict.fingerprint} is revoked`, [
            `${verdict.known.file}:${verdict.known.line} says so; do not connect to it`,
          ])
        case 'changed':
          return new HostError(
            `${host.label}: its host key has changed to ${verdict.fingerprint}; ${verdict.known.file}:${verdict.known.line} has ${verdict.known.fingerprint}`,
            [
              `someone may be standing in between. If the host was set up anew, remove line ${verdict.known.line} of ${verdict.known.file}`,
            ],
          )
        case 'unknown':
          if (check === 'strict')
            return new HostError(`${host.label}: its host key ${verdict.fingerprint} is not known`, [
              'add it to ~/.ssh/known_hosts after comparing it (ssh-keyscan), or use --host-key-check accept-new',
            ])
          if (check === 'accept-new') {
            known.add(host.ip, host.port, key)
            report(`${host.label}: new host key ${verdict.fingerprint} accepted and kept`)
          }
          return undefined
      }
    },
  }
}
