import pMap from 'p-map'

import {AppError, HostError} from './errors.ts'
import type {Host} from './hosts-file/read.ts'
import type {FileSampler} from './sampling/samplers.ts'
import type {HostCheck, Ssh} from './ssh/open-host.ts'

export interface CheckedHost extends HostCheck {
  /** What was sampled, in the sampler's unit; undefined when nothing, or nonsense, was read. */
  value: number | undefined
}

/** Hosts that are tried at the same time. */
const atOnce = 32

/** Tries every host, and stores nothing; in the order given. Never rejects. */
export const checkHosts = (
  hosts: readonly Host[],
  {file, parse}: Pick<FileSampler, 'file' | 'parse'>,
  ssh: Pick<Ssh, 'check'>,
): Promise<CheckedHost[]> =>
  pMap(hosts, async (host) => read(await ssh.check(host, file), parse), {concurrency: atOnce})

function read(found: HostCheck, parse: FileSampler['parse']): CheckedHost {
  if (found.text === undefined) return {...found, value: undefined}
  try {
    return {...found, value: parse(found.text)}
  } catch (error) {
    return {
      ...found,
      value: undefined,
      problem: error instanceof AppError ? error : new HostError(String(error)),
    }
  }
}
