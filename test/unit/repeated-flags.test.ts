import assert from 'node:assert/strict'
import {test} from 'node:test'

import {withLastValues} from '../../src/repeated-flags.ts'

const flags = {
  format: {type: 'option', char: 'f'},
  'os-endpoint-override': {type: 'option', aliases: ['endpoint']},
  start: {type: 'option'},
  column: {type: 'option', char: 'c', multiple: true},
  verbose: {type: 'boolean', char: 'v'},
}

/** As argparse reads them: the last one counts. */
const lines: [given: string, taken: string][] = [
  ['x --format csv --format json', 'x --format json'],
  ['-f csv x -fjson', 'x -fjson'],
  ['-fcsv --format=json x', '--format=json x'],
  ['--format=a --format=b --format=c', '--format=c'],
  ['--endpoint http://a x --os-endpoint-override http://b', 'x --os-endpoint-override http://b'],
  ['--os-endpoint-override=http://a --endpoint=http://b', '--endpoint=http://b'],
  ['-c a -c b -v -v x x', '-c a -c b -v -v x x'],
  ['--start -1h --start -2h', '--start -2h'],
  ['--start -f -f json', '--start -f -f json'],
  ['-f csv -- -f json', '-f csv -- -f json'],
  ['--format csv --format', '--format'],
  ['--nosuch a --nosuch b', '--nosuch a --nosuch b'],
]

for (const [given, taken] of lines)
  test(`${given} is ${taken}`, () => assert.deepEqual(withLastValues(given.split(' '), flags), taken.split(' ')))
