import {setTimeout as sleep} from 'node:timers/promises'

import {HostError} from '../errors.ts'
import type {Host} from '../hosts-file/read.ts'
import type {HostConnection} from '../sampling/host-sampler.ts'
import {connect} from './connect.ts'
import type {HostKeyPolicy} from './host-key-policy.ts'
import {openRemoteFile} from './remote-file.ts'

/** Seconds from the log-in to the first answer. */
const openTimeoutSeconds = 10

/** A connection to `host` with one file open on it. @throws HostError, UsageError */
export async function openHost(
  host: Host,
  path: string,
  hostKeys: HostKeyPolicy,
  ended?: AbortSignal,
): Promise<HostConnection> {
  const client = await connect(host, hostKeys, ended)
  const closed = new Promise<void>((resolve) => void client.once('close', () => resolve()))
  const close = () => {
    client.end()
    // A host that is gone never acknowledges the end.
    setTimeout(() => client.destroy(), 500).unref()
  }
  const timer = new AbortController()
  const late = sleep(openTimeoutSeconds * 1000, undefined, {signal: timer.signal}).then(
    () => Promise.reject(new HostError(`${path} was not answered within ${openTimeoutSeconds} s`)),
    () => new Promise<never>(() => undefined),
  )
  try {
    return {file: await Promise.race([openRemoteFile(client, path), late]), closed, close}
  } catch (error) {
    close()
    throw error
  } finally {
    timer.abort()
  }
}
