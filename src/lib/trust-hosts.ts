import pMap from 'p-map'

import {AppError} from './errors.ts'
import type {Host} from './hosts-file/read.ts'
import type {SeenKey, Ssh} from './ssh/open-host.ts'

export interface ShownKey {
  host: string
  /** Undefined where the host could not be asked: `problem` says why. */
  key: SeenKey | undefined
  problem: string | undefined
}

/** Hosts that are asked at the same time. */
const atOnce = 32

/** The key of every host, in the order given; what went wrong with a host stands in its row. */
export const fetchKeys = (hosts: readonly Host[], ssh: Pick<Ssh, 'keyOf'>): Promise<ShownKey[]> =>
  pMap(
    hosts,
    async (host): Promise<ShownKey> => {
      try {
        const key = await ssh.keyOf(host)
        // That only an authority vouches for the host is what trusting its key is for.
        const problem = key.verdict.kind === 'certificate' ? undefined : key.problem
        return {host: host.label, key, problem: problem && words(host, problem)}
      } catch (error) {
        if (error instanceof AppError) return {host: host.label, key: undefined, problem: words(host, error)}
        throw error
      }
    },
    {concurrency: atOnce},
  )

const words = ({label}: Host, {message, suggestions}: AppError): string =>
  [message.replace(`${label}: `, ''), ...suggestions].join('; ')

/** Keys that a yes would store. */
export const newKeys = (shown: readonly ShownKey[]) =>
  shown.flatMap(({key}) => (key && ['unknown', 'certificate'].includes(key.verdict.kind) ? [key] : []))
