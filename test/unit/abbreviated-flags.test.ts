import assert from 'node:assert/strict'
import {test} from 'node:test'

import {withFullNames} from '../../src/abbreviated-flags.ts'

const own = {
  format: {type: 'option', char: 'f'},
  granularity: {type: 'option'},
  start: {type: 'option'},
  stop: {type: 'option'},
  'resource-id': {type: 'option', aliases: ['resource']},
  column: {type: 'option', char: 'c', multiple: true},
  refresh: {type: 'boolean'},
  details: {type: 'boolean'},
  'details-of-old': {type: 'boolean', hidden: true},
  older: {type: 'boolean', hidden: true},
}
const global = {
  roles: {type: 'option'},
  debug: {type: 'boolean'},
}

/** As argparse reads them: as much of a flag as only one begins with. */
const lines: [given: string, taken: string][] = [
  ['x --gran 60 --form=json', 'x --granularity 60 --format=json'],
  ['--col a --colum b -c c', '--column a --column b -c c'],
  ['--reso r --resourc=r --resource r', '--resource-id r --resource-id=r --resource r'],
  ['--gran --form --form json', '--granularity --form --format json'],
  ['-f --sta --ref', '-f --sta --refresh'],
  ['-fjson --sta=a=b', '-fjson --start=a=b'],
  ['--de --debug --ro x', '--details --debug --ro x'],
  ['--detail --details-o --old', '--details --details-of-old --older'],
  ['--nosuch --', '--nosuch --'],
  ['--gran 60 -- --gran 60', '--granularity 60 -- --gran 60'],
]

for (const [given, taken] of lines)
  test(`${given} is ${taken}`, () => assert.deepEqual(withFullNames(given.split(' '), own, global), taken.split(' ')))

for (const [given, message] of [
  ['--st=secret', '--st may be --start or --stop'],
  ['--re', '--re may be --resource-id or --refresh'],
] as const)
  test(`${given} is not guessed`, () =>
    assert.throws(() => withFullNames(given.split(' '), own, global), {name: 'UsageError', message}))
