import {HostError} from '../errors.ts'
import type {Report} from '../log.ts'
import {fingerprint, openKnownHosts, ownKnownHosts, type KnownHosts, type Verdict} from './known-hosts.ts'
import type {Hop} from './route.ts'

/** What `--host-key-check` takes, and what each means for a host whose key is not known yet. A changed key is refused always. */
export const hostKeyChecks = ['accept-new', 'strict', 'off'] as const
export type HostKeyCheck = (typeof hostKeyChecks)[number]

export interface HostKeyPolicy {
  /** Key types known for a host, to ask its server for one of these. */
  typesOf(hop: Hop): string[]
  /** Undefined when the key may be the host's; otherwise why not. */
  verify(hop: Hop, key: Buffer): HostError | undefined
  /** The server has proved that it has the key. */
  accept(hop: Hop, key: Buffer): void
}

/** The known_hosts of one hop: gnocchictl's own file, then those of the user and the system. */
export type KnownTo = (hop: Hop) => KnownHosts

/** Hosts with the same files share what is read of them, and what is added. */
export function knownHostsOf(): KnownTo {
  const own = ownKnownHosts()
  const opened = new Map<string, KnownHosts>()
  return ({knownHostsFiles}) => {
    const files = [own, ...knownHostsFiles]
    const known = opened.get(files.join('\n')) ?? openKnownHosts(files, own)
    opened.set(files.join('\n'), known)
    return known
  }
}

/** What is known of a key that a server showed. @throws UsageError when a known_hosts file cannot be read */
export const verdictOn = (knownTo: KnownTo, hop: Hop, key: Buffer): Verdict =>
  knownTo(hop).check(hop.knownAs.host, hop.knownAs.port, key)

/** Why a key is no good whatever is said of new ones; undefined when it is known or unknown. */
export function keyProblem(hop: Hop, verdict: Verdict): HostError | undefined {
  const {label} = hop
  switch (verdict.kind) {
    case 'known':
    case 'unknown':
      return undefined
    case 'revoked':
      return new HostError(`${label}: its host key ${verdict.fingerprint} is revoked`, [
        `${verdict.known.file}:${verdict.known.line} says so; do not connect to it`,
      ])
    case 'certificate':
      return new HostError(
        `${label}: it is known by a certificate authority only (${verdict.known.file}:${verdict.known.line}), and host certificates are not supported`,
        [trust(hop)],
      )
    case 'changed':
      return new HostError(
        `${label}: its host key has changed to ${verdict.fingerprint}; ${verdict.known.file}:${verdict.known.line} has ${verdict.known.fingerprint}`,
        [
          `someone may be standing in between. If the host was set up anew, remove line ${verdict.known.line} of ${verdict.known.file}`,
        ],
      )
  }
}

/** A jump host is in no hosts file: its key is for ssh to keep. */
const trust = ({label, isJump, knownAs: {host, port}}: Hop): string =>
  isJump
    ? `compare its key and add it to ~/.ssh/known_hosts: ssh-keyscan${port === 22 ? '' : ` -p ${port}`} ${host}`
    : `compare its key and keep it: gnocchictl hosts trust ${label}`

/** `report` is told of each key that is seen for the first time and kept; without it, none is. */
export function hostKeyPolicy(knownTo: KnownTo, report?: Report): HostKeyPolicy {
  return {
    typesOf: (hop) => knownTo(hop).typesOf(hop.knownAs.host, hop.knownAs.port),
    verify(hop, key) {
      const verdict = verdictOn(knownTo, hop, key)
      // Whoever checks nothing has no use for an authority either.
      if (verdict.kind === 'certificate' && hop.hostKeyCheck === 'off') return undefined
      if (verdict.kind === 'unknown' && hop.hostKeyCheck === 'strict')
        return new HostError(`${hop.label}: its host key ${verdict.fingerprint} is not known`, [
          `${trust(hop)}, or use --host-key-check accept-new`,
        ])
      return keyProblem(hop, verdict)
    },
    accept(hop, key) {
      if (!report || hop.hostKeyCheck !== 'accept-new' || verdictOn(knownTo, hop, key).kind !== 'unknown') return
      try {
        knownTo(hop).add(hop.knownAs.host, hop.knownAs.port, key)
        report(`${hop.label}: new host key ${fingerprint(key)} accepted and kept`)
      } catch (error) {
        report(`${hop.label}: new host key ${fingerprint(key)} accepted; ${(error as Error).message}`)
      }
    },
  }
}
