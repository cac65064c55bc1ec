// The official client, Debian's python3-gnocchiclient, beside gnocchictl on the same server.
import assert from 'node:assert/strict'

import {openrc, type Lab, type User} from './lab.ts'
import type {Ended, Person} from './person.ts'

export type Official = (args: readonly string[], input?: string) => Promise<Ended>

/** `gnocchi`, run inside the lab as one of its people. */
export const officialClient = (lab: Lab, user: User): Official => {
  // Debian's testing warns about a library of its own on stderr, in nine lines.
  const env = Object.entries({...openrc(lab, user), PYTHONWARNINGS: 'ignore'}).map(
    ([name, value]) => `${name}=${value}`,
  )
  return (args, input) => lab.inside(['env', ...env, 'gnocchi', ...args], input)
}

/** What a command that went well prints with `-f json`. */
export function parsed({stdout, stderr, code}: Ended): unknown {
  assert.deepEqual({code, stderr}, {code: 0, stderr: ''})
  return JSON.parse(stdout)
}

/**
 * Runs one command line with both and holds their JSON against each other; gives what both said.
 * `same` makes equal what may differ: the order of a set, a time that goes on.
 */
export async function assertSameJson(
  ours: Person,
  official: Official,
  args: readonly string[],
  same: (said: unknown) => unknown = (said) => said,
): Promise<unknown> {
  const [mine, theirs] = await Promise.all([ours.cli([...args, '-f', 'json']), official([...args, '-f', 'json'])])
  const said = parsed(mine)
  assert.deepEqual(same(said), same(parsed({...theirs, stderr: ''})), args.join(' '))
  return said
}
