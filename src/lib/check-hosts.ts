import pMap from 'p-map'

import {AppError, HostError} from './errors.ts'
import type {Host} from './hosts-file/read.ts'
import type {Sampler} from './sampling/samplers.ts'
import type {HostCheck, Ssh} from './ssh/open-host.ts'

export interface CheckedHost extends HostCheck {
  /** Undefined when nothing, or nonsense, was read. */
  memoryPercent: number | undefined
}

/** Hosts that are tried at the same time. */
const atOnce = 32

/** Tries every host, and stores nothing; in the order given. Never rejects. */
export const checkHosts = (
  hosts: readonly Host[],
  {file, parse}: Pick<Sampler, 'file' | 'parse'>,
  ssh: Pick<Ssh, 'check'>,
): Promise<CheckedHost[]> =>
  pMap(hosts, async (host) => read(await ssh.check(host, file!), parse), {concurrency: atOnce})

function read(found: HostCheck, parse: Sampler['parse']): CheckedHost {
  if (found.text === undefined) return {...found, memoryPercent: undefined}
  try {
    return {...found, memoryPercent: parse(found.text)}
  } catch (error) {
    return {
      ...found,
      memoryPercent: undefined,
      problem: error instanceof AppError ? error : new HostError(String(error)),
    }
  }
}
