import assert from 'node:assert/strict'
import {test} from 'node:test'

import {spelledOut} from '../../src/abbreviated-flags.ts'

const flags = {
  limit: {},
  'limit-of-old': {hidden: true},
  older: {hidden: true},
  host: {},
  'resource-id': {},
  'resource-type': {},
  'os-endpoint-override': {aliases: ['endpoint', 'gnocchi-endpoint']},
}

/** As argparse reads them. */
const lines: [given: string, taken: string][] = [
  ['--lim 3 x', '--limit 3 x'],
  ['--l=3', '--limit=3'],
  ['--limit-o 3 --ol 4', '--limit-of-old 3 --older 4'],
  ['--limit 3 --limits 3', '--limit 3 --limits 3'],
  ['--resource a', '--resource a'],
  ['--resource-i a', '--resource-id a'],
  ['--endp http://a?b=c', '--os-endpoint-override http://a?b=c'],
  ['--gnocchi-end=http://a?b=c', '--os-endpoint-override=http://a?b=c'],
  ['--endpoint http://a', '--endpoint http://a'],
  ['--h a', '--h a'],
  ['--he', '--he'],
  ['--ho a', '--host a'],
  ['-l 3 lim', '-l 3 lim'],
  ['-- --lim', '-- --lim'],
  ['--', '--'],
]

for (const [given, taken] of lines)
  test(`${given} is ${taken}`, () => assert.deepEqual(spelledOut(given.split(' '), flags), taken.split(' ')))
